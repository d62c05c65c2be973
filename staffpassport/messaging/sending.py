"""Sending threads: they call the provider, and touch no message in the database."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Protocol

import structlog
from django.utils import timezone

from staffpassport.logs import describe
from staffpassport.messaging.outcomes import HandedBack, LookedUp, Outcome, Result, Sent, Unwanted
from staffpassport.messaging.providers.base import (
    LookUpAnswer,
    NoAnswer,
    Outgoing,
    Provider,
    SendAnswer,
    TryLater,
)
from staffpassport.messaging.states import Failure
from staffpassport.work import connections

log = structlog.get_logger(__name__)

# After the first answer, so long is waited for others, to write them together.
_GATHERED_FOR = 0.05


@dataclass(frozen=True, slots=True)
class Task:
    """One message for a sending thread, to be sent or (`look_up`) only asked about."""

    outgoing: Outgoing
    look_up: bool
    begin_by: datetime
    not_after: datetime | None

    def result(self, outcome: Outcome, began_at: datetime, milliseconds: int = 0) -> Result:
        return Result(
            message_id=self.outgoing.reference,
            channel=self.outgoing.channel,
            attempt=self.outgoing.attempt,
            outcome=outcome,
            began_at=began_at,
            milliseconds=milliseconds,
        )


class Sending(Protocol):
    """Who carries out tasks: threads, or for tests the caller's own."""

    def submit(self, tasks: Iterable[Task]) -> None:
        """Takes tasks."""

    def results(self, wait: float) -> list[Result]:
        """What is done, waiting up to so many seconds for the first."""

    def stop_taking(self) -> list[Result]:
        """Hands back all tasks that have not begun."""

    def close(self) -> None:
        """Ends the threads, each after the task that it has in hand."""


class SendingThreads:
    """Threads with a provider each. Made, used and closed by one delivery loop."""

    def __init__(self, provider: type[Provider], threads: int) -> None:
        self._provider = provider
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._results: SimpleQueue[Result] = SimpleQueue()
        self._threads = [Thread(target=self._work, name=f"send-{n}", daemon=True) for n in range(threads)]
        for thread in self._threads:
            thread.start()

    def submit(self, tasks: Iterable[Task]) -> None:
        for task in tasks:
            self._tasks.put(task)

    def results(self, wait: float) -> list[Result]:
        done: list[Result] = []
        deadline = time.monotonic() + wait
        while True:
            left = deadline - time.monotonic()
            try:
                done.append(self._results.get(timeout=left) if left > 0 else self._results.get_nowait())
            except Empty:
                return done
            if len(done) == 1:
                deadline = min(deadline, time.monotonic() + _GATHERED_FOR)

    def stop_taking(self) -> list[Result]:
        back: list[Result] = []
        while True:
            try:
                task = self._tasks.get_nowait()
            except Empty:
                return back
            if task is not None:
                back.append(task.result(HandedBack(), timezone.now()))

    def close(self) -> None:
        for _ in self._threads:
            self._tasks.put(None)

    def _work(self) -> None:
        """The life of one thread. Whatever happens, every task has its result."""
        provider: Provider | None = None
        while (task := self._tasks.get()) is not None:
            try:
                provider = provider or self._provider()
            except Exception as fault:
                log.error("provider not ready", provider=self._provider.name, **describe(fault))
                self._results.put(without_provider(task))
                continue
            self._results.put(carry_out(task, provider))
        if provider is not None:
            provider.close()
        connections.drop()


def without_provider(task: Task) -> Result:
    """The result of a task whose provider could not be made (its settings, say): nothing was sent."""
    if task.look_up:
        return task.result(LookedUp(NoAnswer("provider not ready")), timezone.now())
    return task.result(Sent(TryLater("provider not ready")), timezone.now())


def carry_out(task: Task, provider: Provider) -> Result:
    """Sends or looks up one message, unless it is too late for it."""
    now = timezone.now()
    if not task.look_up and task.not_after is not None and now >= task.not_after:
        return task.result(Unwanted(Failure.TOO_LATE), now)
    if now >= task.begin_by:
        # With what is left of the lease, another worker might send it while we do. A look-up comes due again.
        return task.result(HandedBack() if not task.look_up else LookedUp(NoAnswer("too late")), now)
    start = time.monotonic()
    outcome = _looked_up(task, provider) if task.look_up else _sent(task, provider)
    return task.result(outcome, now, round((time.monotonic() - start) * 1000))


def _sent(task: Task, provider: Provider) -> Sent:
    answer: SendAnswer
    try:
        answer = provider.send(task.outgoing)
    except Exception as fault:
        log.error("provider failed", message=str(task.outgoing.reference), **describe(fault))
        answer = NoAnswer("fault")
    return Sent(answer)


def _looked_up(task: Task, provider: Provider) -> LookedUp:
    answer: LookUpAnswer
    try:
        answer = provider.look_up(task.outgoing.reference, task.outgoing.channel)
    except Exception as fault:
        log.error("provider failed", message=str(task.outgoing.reference), **describe(fault))
        answer = NoAnswer("fault")
    return LookedUp(answer)
