"""The whole portal, each part of which can die and comes back: web process, workers, on PostgreSQL the database too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import IO
from urllib.request import urlopen

import pytest
from django.db import connection, connections

from tests import postgres
from tests.uploads.crashing.crew import Crew
from tests.uploads.crashing.officer import Stage
from tests.work.workers import ROOT, Workers, kill, moved, wait_for

# The longest that a stage usually takes, in seconds: somewhere in it somebody dies.
_LASTS = {
    Stage.CHOOSING: 0.15,
    Stage.CHECKING: 0.8,
    Stage.REVIEWING: 0.15,
    Stage.INVITING: 1.5,
    Stage.SENDING: 4.0,
}
_DEATHS = [*_LASTS, Stage.INVITING, Stage.SENDING]
# What a request ends with while the database dies, is away or comes back.
_OF_THE_DATABASE = {"OperationalError", "InterfaceError"}


@dataclass(frozen=True, slots=True)
class House:
    """Where a portal of one's own stands: its workers, and the server of its database, where there is one."""

    workers: Workers
    server: postgres.Server | None
    web_log: IO[str]


@dataclass(frozen=True, slots=True)
class Death:
    """Who dies how many seconds after the officer came to which stage."""

    stage: Stage
    after: float
    who: str


@dataclass(slots=True)
class Portal:
    """A portal that runs from `started` on; `dies` brings about what the seed of `chance` has in store for it."""

    house: House
    chance: Random
    port: int
    environment: Mapping[str, str]
    crew: Crew = field(init=False)
    to_come: list[Death] = field(init=False)
    _web: subprocess.Popen[str] | None = None
    _everybody: ExitStack = field(default_factory=ExitStack)
    _since: dict[Stage, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # One worker dies at a statement besides. More than two deaths while a file is checked would be taken for its
        # fault, so the first is another's.
        self.crew = Crew(self.house.workers, self.chance, mortals=1, environment=self.environment)
        kinds = ["worker", "web", *(["database"] if self.house.server else [])]
        others = [*kinds, *self.chance.choices(kinds, k=len(_DEATHS) - 1 - len(kinds))]
        self.chance.shuffle(others)
        victims = zip(sorted(_DEATHS), ["web", *others], strict=True)
        deaths = [Death(stage, self.chance.uniform(0, _LASTS[stage]), who) for stage, who in victims]
        self.to_come = sorted(deaths, key=lambda death: (death.stage, death.after))

    @contextmanager
    def started(self) -> Iterator[Portal]:
        with self._everybody, self.crew:
            self._start_web()
            wait_for(self._answers, "the first page")
            yield self

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def dies(self, stage: Stage) -> None:
        """Kills whoever's moment has come, and starts it again."""
        now = time.monotonic()
        for reached in range(stage + 1):
            self._since.setdefault(Stage(reached), now)
        while self.to_come and self._is_due(self.to_come[0], stage, now):
            getattr(self, f"_kill_{self.to_come.pop(0).who}")()

    def is_alive(self) -> None:
        """AssertionError if the web process has ended by itself; the crew looks after the workers."""
        assert self._web is not None
        assert self._web.poll() is None, _read(self.house.web_log)

    def own_faults(self) -> list[str]:
        """What requests failed by, other than a database that was away."""
        return [line for line in _read(self.house.web_log).splitlines() if line and not _passes(line)]

    def _is_due(self, death: Death, stage: Stage, now: float) -> bool:
        return stage > death.stage or (stage == death.stage and now >= self._since[death.stage] + death.after)

    def _kill_worker(self) -> None:
        self.crew.kill_one()

    def _kill_web(self) -> None:
        assert self._web is not None
        kill(self._web)
        self._web.wait()
        self._start_web()

    def _kill_database(self) -> None:
        assert self.house.server is not None
        self.house.server.crash()
        time.sleep(self.chance.uniform(0, 0.3))
        self.house.server.start()
        connections["default"].close()

    def _start_web(self) -> None:
        serving = replace(self.house.workers, log=self.house.web_log)
        self._web = self._everybody.enter_context(serving.serving(self.port, **self.environment))

    def _answers(self) -> bool:
        self.is_alive()
        try:
            with urlopen(f"{self.url}/healthz", timeout=5):
                return True
        except OSError:
            return False


def _passes(line: str) -> bool:
    """Whether a line of the log tells of a database that was away, and of nothing else."""
    try:
        return json.loads(line).get("fault") in _OF_THE_DATABASE
    except ValueError:
        return False


def _read(log: IO[str]) -> str:
    return Path(log.name).read_text(encoding="utf-8", errors="replace")


@pytest.fixture(scope="session")
def files_with_tables(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Path | None:
    """A PostgreSQL server's files with the portal's tables, made once and then copied."""
    if connection.vendor != "postgresql":
        return None
    kept: Path = tmp_path_factory.mktemp("postgresql") / "data"
    with postgres.server(keep_as=kept) as url:
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        environment = {**os.environ, "DATABASE_URL": url, "PRACTICE_MODE": "on"}
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
    return kept


@pytest.fixture
def house(workers: Workers, files_with_tables: Path | None, tmp_path: Path) -> Iterator[House]:
    """On SQLite a file of its own; on PostgreSQL a server of its own, as other tests need the one that there is."""
    with (tmp_path / "web.log").open("a") as web_log, (tmp_path / "workers.log").open("a") as log:
        patient = replace(workers, log=log)
        if files_with_tables is None:
            yield House(patient, None, web_log)
            return
        own = postgres.running(options=postgres.DURABLE, start_from=files_with_tables)
        with own as server, moved(PORT=server.port, NAME="tests"):
            yield House(replace(patient, database_url=server.url), server, web_log)
