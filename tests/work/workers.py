"""Real workers in processes of their own, on a database file or on the test's PostgreSQL."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connections
from pytest_django import DjangoDbBlocker

ROOT = Path(__file__).resolve().parent.parent.parent
ALIAS = "workers"  # the test's own connection to the workers' database
_PATIENCE = 30.0


@dataclass(frozen=True)
class Workers:
    """Starts workers on one database, which the test reads and writes by the alias ALIAS."""

    database_url: str
    settings: str

    def start(self, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "manage.py", "work"],
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": self.database_url,
                "DJANGO_SETTINGS_MODULE": self.settings,
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
        process = self.start(**environment)
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


def wait_for(condition: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


@contextmanager
def workers_on(settings: str, template: Path, folder: Path, blocker: DjangoDbBlocker) -> Iterator[Workers]:
    """Workers on the test's database: PostgreSQL as it is, or on SQLite a file, as memory is not shared."""
    with blocker.unblock():
        default = connections["default"].settings_dict
        if connections["default"].vendor == "sqlite":
            file = folder / "workers.sqlite3"
            shutil.copy(template, file)
            connections.databases[ALIAS] = {**default, "NAME": str(file)}
            url = f"sqlite:///{file}"
        else:
            connections.databases[ALIAS] = dict(default)
            where = f"{default['HOST']}:{default['PORT']}" if default["PORT"] else default["HOST"]
            who = f"{quote(default['USER'])}:{quote(default['PASSWORD'])}"
            url = f"postgresql://{who}@{where}/{default['NAME']}"
        try:
            yield Workers(url, settings)
        finally:
            connections[ALIAS].close()
            del connections[ALIAS]
            del connections.databases[ALIAS]


def migrated_file(folder: Path) -> Path:
    """A database file with all tables, made once and copied for each test."""
    file = folder / "template.sqlite3"
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{file}", "DJANGO_SETTINGS_MODULE": "tests.settings"},
        check=True,
    )
    # Written back from its log, so that the one file is all.
    import sqlite3

    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return file
