"""Database connections of threads that live as long as the worker."""

from __future__ import annotations

from django.db import connections


def refresh() -> None:
    """Closes this thread's connections that are broken or old; the next query opens them again.

    On SQLite only broken ones: closing the last connection of a file writes its log back, and an idle worker
    must not write.
    """
    for connection in connections.all(initialized_only=True):
        if connection.in_atomic_block:
            continue
        if connection.vendor != "sqlite" or connection.errors_occurred:
            connection.close_if_unusable_or_obsolete()


def drop() -> None:
    """Closes all of this thread's connections, when it ends or after a fault of the database."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
