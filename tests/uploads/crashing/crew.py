"""Two workers at a time, of whom one after the other dies in the middle of its work and is followed by another."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from random import Random
from types import MappingProxyType, TracebackType

from staffpassport.work.models import DutyLease, WorkerHeartbeat
from tests.work.workers import Workers

_SETTINGS = "tests.uploads.crashing.worker_settings"
_AT_A_TIME = 2
# While the list is checked or its first people are invited; later ones are killed from outside.
_LATEST = 50
_DUTY = "carry-out-uploads"
_LATE_SECONDS = 0.004
_PATIENCE = 90.0


class Crew:
    """`mortals` workers get a moment to die at, by chance; those who come after them live until they are killed.

    They work with `environment` besides their own.
    """

    def __init__(
        self,
        workers: Workers,
        chance: Random,
        mortals: int,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._workers = workers
        self._chance = chance
        self._mortals = mortals
        self._environment = {"DJANGO_SETTINGS_MODULE": _SETTINGS, "LOG_LEVEL": "ERROR", **environment}
        self._alive: list[subprocess.Popen[str]] = []
        self._all = ExitStack()
        self.deaths = 0

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._all.close()

    def works_until(self, reached: Callable[[], bool], meanwhile: Callable[[], None] = lambda: None) -> None:
        """Until `reached` says so; whoever dies is replaced."""
        deadline = time.monotonic() + _PATIENCE
        while not reached():
            assert time.monotonic() < deadline, "the workers do not get to the end"
            for worker in [worker for worker in self._alive if worker.poll() is not None]:
                self._bury(worker)
            while len(self._alive) < _AT_A_TIME:
                self._alive.append(self._next())
            meanwhile()
            time.sleep(0.03)

    def kill_whoever_carries_it_out(self) -> None:
        """At this moment, whatever it is doing."""
        holder = DutyLease.objects.filter(pk=_DUTY).values("holder")
        pids = set(WorkerHeartbeat.objects.filter(pk__in=holder).values_list("pid", flat=True))
        for worker in self._alive:
            if worker.pid in pids:
                worker.kill()

    def kill_one(self) -> None:
        """Whichever it is, whatever it is doing."""
        self._chance.choice(self._alive).kill()

    def _next(self) -> subprocess.Popen[str]:
        environment = dict(self._environment)
        if self._mortals:
            self._mortals -= 1
            environment["KILL_AT"] = str(self._chance.randint(1, _LATEST))
            environment["KILL_LATE"] = str(self._chance.uniform(0, _LATE_SECONDS))
        return self._all.enter_context(self._workers.running(**environment))

    def _bury(self, worker: subprocess.Popen[str]) -> None:
        """And as if a minute had gone by: its duties are free for the others."""
        assert worker.returncode == -signal.SIGKILL, worker.communicate()[1]
        self._alive.remove(worker)
        self.deaths += 1
        dead = WorkerHeartbeat.objects.filter(pid=worker.pid).values("pk")
        DutyLease.objects.filter(holder__in=dead).update(holder=None, held_until=None)
