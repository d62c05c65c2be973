"""Whether somebody waits for a lock, for tests of two writers on PostgreSQL."""

from __future__ import annotations

from django.db import connection


def somebody_waits_for_this_connection() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])
