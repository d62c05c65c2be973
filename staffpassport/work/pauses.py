"""Leaving room for others between the chunks of a large write."""

from __future__ import annotations

import time

from django.db import connection

from staffpassport.bulk.sqlite.base import LOOK_EVERY

# Long enough for a connection that waits to look whether it is its turn: see bulk/sqlite.
ON_SQLITE = 5 * LOOK_EVERY


def give_way() -> None:
    """Called between transactions: on SQLite others get their turn to write; PostgreSQL needs no pause."""
    if connection.vendor == "sqlite":
        time.sleep(ON_SQLITE)
