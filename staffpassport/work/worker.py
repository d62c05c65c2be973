"""The worker: a thread for the duties, a thread for each loop, and a heartbeat."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from threading import Event, Thread

import structlog
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.logs import describe
from staffpassport.work import connections, heartbeat
from staffpassport.work.backoff import BackOff
from staffpassport.work.duties import Duty
from staffpassport.work.faults import PASSING
from staffpassport.work.leases import Leases
from staffpassport.work.loops import Factory, Loop
from staffpassport.work.rounds import Rounds

log = structlog.get_logger(__name__)

# Longer than any provider may take to answer; service managers wait 90 seconds by default.
_STOP_WITHIN = 45.0
_TRIES_AT_THE_END = 5


class Worker:
    """Runs until told to stop, whatever the database does meanwhile.

    A passing fault of the database is logged and waited out. A loop that raises anything else is logged,
    closed and made anew; a thread that died is started again. Nothing dies silently.
    """

    def __init__(
        self,
        duties: Iterable[Duty],
        loops: Mapping[str, Factory],
        *,
        beat_every: float = heartbeat.BEAT_EVERY.total_seconds(),
    ) -> None:
        self._id = uuid7()
        self._started_at = timezone.now()
        self._beat_every = beat_every
        self._leases = Leases(self._id)
        duties = list(duties)
        self._factories: dict[str, Factory] = {"duties": lambda: Rounds(duties, self._leases), **loops}
        self._threads: dict[str, Thread] = {}
        self._stop = Event()

    def run(self, stop: Event) -> bool:
        """Works until `stop` is set. Whether everything in hand was finished or handed back."""
        self._stop = stop
        log.info("worker started", worker=str(self._id), loops=list(self._factories))
        back_off = BackOff(first=0.5, longest=self._beat_every)
        while not stop.is_set():
            self._start_what_is_not_running()
            try:
                connections.refresh()
                self._beat()
                back_off.succeeded()
                wait = self._beat_every
            except Exception as fault:
                log.error("heartbeat failed", **describe(fault))
                connections.drop()
                wait = back_off.wait()
            stop.wait(wait)
        clean = self._finish()
        log.info("worker stopped", worker=str(self._id), clean=clean)
        return clean

    def _beat(self) -> None:
        heartbeat.beat(self._id, self._started_at)
        self._leases.renew()
        heartbeat.clean_away()

    def _start_what_is_not_running(self) -> None:
        for name, factory in self._factories.items():
            thread = self._threads.get(name)
            if thread is not None and thread.is_alive():
                continue
            if thread is not None:
                log.error("thread died, started again", loop=name)
            thread = Thread(target=self._keep_stepping, args=(name, factory), name=name, daemon=True)
            self._threads[name] = thread
            thread.start()

    def _finish(self) -> bool:
        deadline = time.monotonic() + _STOP_WITHIN
        for thread in self._threads.values():
            thread.join(max(0.0, deadline - time.monotonic()))
        late = [name for name, thread in self._threads.items() if thread.is_alive()]
        if late:
            log.error("not finished in time, left to others", loops=late)
        gone = _patiently(lambda: heartbeat.stop(self._id))
        connections.drop()
        return gone and not late

    def _keep_stepping(self, name: str, factory: Factory) -> None:
        """The life of one thread."""
        loop: Loop | None = None
        # Not longer, because a code leaves within 10 seconds of the database's return.
        back_off = BackOff(first=0.5, longest=5)
        while not self._stop.is_set():
            try:
                connections.refresh()
                loop = loop or factory()
                more = loop.step()
            except PASSING as fault:
                wait = back_off.wait()
                log.warning("database not reached", loop=name, again_in=wait, **describe(fault))
                connections.drop()
                self._stop.wait(wait)
            except Exception as fault:
                wait = back_off.wait()
                log.error("loop crashed", loop=name, again_in=wait, **describe(fault))
                if loop is not None:
                    _patiently(loop.close)
                loop = None
                self._stop.wait(wait)
            else:
                back_off.succeeded()
                if not more:
                    self._stop.wait(loop.idle)
        if loop is not None:
            _patiently(loop.close)
        connections.drop()


def _patiently(close: Callable[[], None]) -> bool:
    """Calls it again a few times while the database has passing faults; whether it succeeded."""
    back_off = BackOff(first=0.2, longest=2)
    for _ in range(_TRIES_AT_THE_END):
        try:
            close()
        except PASSING as fault:
            log.warning("database not reached while closing", **describe(fault))
            connections.drop()
            time.sleep(back_off.wait())
        except Exception as fault:
            log.error("closing failed", **describe(fault))
            return False
        else:
            return True
    return False
