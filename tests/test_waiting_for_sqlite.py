"""Writers of SQLite wait for each other, and look often enough to find a short gap (staffpassport/bulk/sqlite)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import pytest_django
from django.conf import settings
from django.db import DatabaseError, OperationalError
from django.db.utils import ConnectionHandler

from staffpassport.bulk.sqlite import base
from staffpassport.work.pauses import ON_SQLITE

Connect = Callable[[], Any]

_SLEEP = "staffpassport.bulk.sqlite.base.time.sleep"


@pytest.fixture
def connect(tmp_path: Path, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Connect]:
    """Connections to one file, as settings.py makes them; with a table to write to."""
    if not settings.DATABASES["default"]["ENGINE"].endswith("bulk.sqlite"):
        pytest.fail("these tests are about SQLite and run where it is the database")
    file = {**settings.DATABASES["default"], "NAME": str(tmp_path / "turns.sqlite3")}
    made = []

    def another() -> Any:
        connection = ConnectionHandler({"default": file})["default"]
        connection.inc_thread_sharing()
        made.append(connection)
        return connection

    with django_db_blocker.unblock():
        _execute(another(), "CREATE TABLE seen (number integer UNIQUE)")
        yield another
        for connection in made:
            connection.close()


def _execute(connection: Any, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", ["BEGIN IMMEDIATE", "INSERT INTO seen VALUES (2)"])
def test_who_finds_another_writing_waits_and_gets_its_turn(
    connect: Connect, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, waits = connect(), connect(), Event()

    def wait(seconds: float) -> None:
        waits.set()
        Event().wait(seconds)

    monkeypatch.setattr(_SLEEP, wait)
    _execute(first, "BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as other:
        done = other.submit(_execute, second, statement)
        assert waits.wait(10), "it did not wait"
        assert not done.done()
        _execute(first, "COMMIT")
        done.result(timeout=10)


def test_a_gap_between_two_chunks_is_longer_than_the_time_between_two_looks() -> None:
    """SQLite's own waiting grows to a tenth of a second; then a writer of chunks must pause as long."""
    assert base.LOOK_EVERY < ON_SQLITE <= 0.02


def test_the_time_between_two_looks_does_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(_SLEEP, slept.append)
    answers = iter([*[_busy()] * 500, None])

    def work() -> str:
        if fault := next(answers):
            raise fault
        return "written"

    assert base.patiently(work) == "written"
    assert slept == [base.LOOK_EVERY] * 500


def test_patience_ends_with_the_database_is_locked(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = connect(), connect()
    monkeypatch.setattr(base, "PATIENCE", 0.05)
    _execute(first, "BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="database is locked"):
        _execute(second, "BEGIN IMMEDIATE")
    _execute(first, "COMMIT")


def test_what_is_wrong_with_a_statement_is_said_at_once(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = connect()
    monkeypatch.setattr(_SLEEP, lambda seconds: pytest.fail("waited for nothing"))
    _execute(connection, "INSERT INTO seen VALUES (1)")
    with pytest.raises(DatabaseError, match="UNIQUE"):
        _execute(connection, "INSERT INTO seen VALUES (1)")
    with pytest.raises(OperationalError, match="no such table"):
        _execute(connection, "INSERT INTO unseen VALUES (1)")


def _busy() -> sqlite3.OperationalError:
    fault = sqlite3.OperationalError("database is locked")
    fault.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return fault
