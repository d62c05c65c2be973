"""Real workers in processes of their own, on a database file or on the test's PostgreSQL."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import pytest
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent.parent
_PATIENCE = 30.0


@dataclass(frozen=True)
class Workers:
    """Starts workers on the database of the test. Where they write much, they need a file as `log`."""

    database_url: str
    log: IO[str] | None = None

    def start(self, *command: str, **environment: str) -> subprocess.Popen[str]:
        """In a process group of its own."""
        return subprocess.Popen(
            [sys.executable, *(command or ("manage.py", "work"))],
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": self.database_url,
                "DJANGO_SETTINGS_MODULE": "tests.messaging.worker_settings",
                "PRACTICE_MODE": "on",
                "LOG_FORMAT": "json",
                **environment,
            },
            stderr=self.log or subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    @contextmanager
    def running(self, **environment: str) -> Iterator[subprocess.Popen[str]]:
        """A worker that is gone at the end of the block, whatever happens in it."""
        with self._gone_at_the_end(self.start(**environment)) as process:
            yield process

    @contextmanager
    def serving(self, port: int, **environment: str) -> Iterator[subprocess.Popen[str]]:
        """The portal itself, at this port; it takes a second or two until it answers."""
        gunicorn = ["-m", "gunicorn", "staffpassport.wsgi", "--threads", "4", "--log-level", "error"]
        with self._gone_at_the_end(
            self.start(*gunicorn, "--bind", f"127.0.0.1:{port}", **environment)
        ) as process:
            yield process

    @contextmanager
    def _gone_at_the_end(self, process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
        try:
            yield process
        finally:
            kill(process)
            process.communicate()


def kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL for it and for all that it has started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def stop(process: subprocess.Popen[str]) -> str:
    """SIGTERM; the worker's log. AssertionError unless it ends cleanly."""
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=_PATIENCE)
    assert process.returncode == 0, log
    return log


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def wait_for(
    condition: Callable[[], Any], what: str, *, every: float = 0.05, patience: float = _PATIENCE
) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(every)


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path) -> Iterator[Workers]:
    """Workers on the test's own database; on SQLite the test moves to a copy in a file, as memory is not shared."""
    database = connections["default"]
    settings = database.settings_dict
    if database.vendor != "sqlite":
        who = f"{quote(settings['USER'])}:{quote(settings['PASSWORD'])}"
        yield Workers(f"postgresql://{who}@{settings['HOST']}:{settings['PORT'] or 5432}/{settings['NAME']}")
        return
    file = tmp_path / "workers.sqlite3"
    with database.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])
    with moved(NAME=str(file)):
        yield Workers(f"sqlite:///{file}")


@contextmanager
def moved(**settings: Any) -> Iterator[None]:
    """The test's own connection leads to another database of the same kind."""
    database = connections["default"]
    elsewhere: Any = type(database)
    connections["default"] = elsewhere({**database.settings_dict, **settings}, "default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = database
