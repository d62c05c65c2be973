"""Leaving room for others between the chunks of a large write."""

from __future__ import annotations

import time

from django.db import connection

# SQLite's lock is unfair: chunks that follow each other at once kept a request waiting for seconds, and with
# this pause for a tenth of one.
ON_SQLITE = 0.1


def give_way() -> None:
    """Called between transactions: on SQLite others get their turn to write; PostgreSQL needs no pause."""
    if connection.vendor == "sqlite":
        time.sleep(ON_SQLITE)
