"""What writing the rows alone takes: the same rows, in tables without indexes, keys and rules."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path
from uuid import UUID

from django.db import connection

from benchmarks.measuring import seconds

_ROWS = {
    "passports_staffpassport": "upload_id = '{upload}'",
    "invitations_invitation": "passport_id IN (SELECT id FROM passports_staffpassport WHERE upload_id = '{upload}')",
    "audit_event": "subject IN (SELECT {id_as_text} FROM passports_staffpassport WHERE upload_id = '{upload}')",
    "messaging_message": (
        "about IN (SELECT {id_as_text} FROM invitations_invitation WHERE passport_id IN "
        "(SELECT id FROM passports_staffpassport WHERE upload_id = '{upload}'))"
    ),
}

# SQLite keeps ids without the dashes that they have in texts.
_PARTS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
_DASHED = "||'-'||".join(f"substr(id, {start}, {length})" for start, length in _PARTS)


def written(upload: UUID) -> float:
    """Seconds to write all rows of an upload's people again, in one transaction."""
    return _copied(upload) if connection.vendor == "postgresql" else _executed(upload)


def _copied(upload: UUID) -> float:
    taken = 0.0
    with connection.cursor() as cursor:
        for table, which in _ROWS.items():
            where = which.format(upload=upload, id_as_text="id::text")
            with cursor.copy(f"COPY (SELECT * FROM {table} WHERE {where}) TO STDOUT") as copy:
                rows = b"".join(copy)
            cursor.execute(f"CREATE TABLE floor_{table} AS SELECT * FROM {table} LIMIT 0")

            def write(table: str = table, rows: bytes = rows) -> None:
                with cursor.copy(f"COPY floor_{table} FROM STDIN") as copy:
                    copy.write(rows)

            taken += seconds(write)
            cursor.execute(f"DROP TABLE floor_{table}")
    return taken


def _executed(upload: UUID) -> float:
    taken = 0.0
    with tempfile.TemporaryDirectory() as folder, connection.cursor() as cursor:
        alone = sqlite3.connect(Path(folder) / "floor.sqlite3", isolation_level=None)
        alone.execute("PRAGMA journal_mode=WAL")
        alone.execute("PRAGMA synchronous=NORMAL")
        for table, which in _ROWS.items():
            where = which.format(upload=upload.hex, id_as_text=_DASHED)
            cursor.execute(f"SELECT * FROM {table} WHERE {where}")
            names = [column[0] for column in cursor.description]
            rows = [
                tuple(str(value) if hasattr(value, "tzinfo") else value for value in row) for row in cursor
            ]
            alone.execute(f"CREATE TABLE {table} ({', '.join(names)})")

            def write(table: str = table, rows: list[tuple[object, ...]] = rows) -> None:
                alone.execute("BEGIN")
                alone.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
                alone.execute("COMMIT")

            taken += seconds(write)
    return taken
