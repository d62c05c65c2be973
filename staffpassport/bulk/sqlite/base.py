"""Django's SQLite, with another way to wait for one's turn to write.

SQLite takes one writer at a time and lets the others sleep, ever longer, up to a tenth of a second: whoever sleeps
misses the moments between two chunks of a large write, for seconds on end unless each is followed by a pause as long
as that. Here a connection that waits looks every few thousandths of a second, so that a pause of a few is enough.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.base import SQLiteCursorWrapper

T = TypeVar("T")

# Seconds until "database is locked" is raised, and between two looks.
PATIENCE = 20.0
LOOK_EVERY = 0.002


class PatientCursor(SQLiteCursorWrapper):
    """A cursor whose single statements wait for their turn.

    What can meet a lock is `BEGIN IMMEDIATE` and statements on their own, and neither has done anything then.
    Within a transaction that has begun so, and therefore in `executemany`, there is nothing to wait for.
    """

    def execute(self, query: str, params: Any = None) -> Any:
        return patiently(lambda: super(PatientCursor, self).execute(query, params))


class DatabaseWrapper(base.DatabaseWrapper):
    """What DATABASES names as `staffpassport.bulk.sqlite`."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = patiently(lambda: super(DatabaseWrapper, self).get_new_connection(conn_params))
        connection.execute("PRAGMA busy_timeout = 0")
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=PatientCursor)


def patiently(work: Callable[[], T]) -> T:
    """What `work` returns, tried again as long as another connection writes. Raises what it raises after PATIENCE."""
    until: float | None = None
    while True:
        try:
            return work()
        except sqlite3.OperationalError as fault:
            # The first byte says "busy"; the others say at what.
            if getattr(fault, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            now = time.monotonic()
            until = until or now + PATIENCE
            if now >= until:
                raise
        time.sleep(LOOK_EVERY)
