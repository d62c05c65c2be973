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
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent.parent
_PATIENCE = 30.0


@dataclass(frozen=True)
class Workers:
    """Starts workers on the database of the test."""

    database_url: str

    def start(self, *command: str, **environment: str) -> subprocess.Popen[str]:
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
            stderr=subprocess.PIPE,
            text=True,
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
            if process.poll() is None:
                process.kill()
            process.communicate()


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
    on_file: Any = type(database)
    connections["default"] = on_file({**settings, "NAME": str(file)}, "default")
    try:
        yield Workers(f"sqlite:///{file}")
    finally:
        connections["default"].close()
        connections["default"] = database
