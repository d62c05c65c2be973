"""Delivery: claim, compose, send, finish.

Two loops on every worker, so that codes have threads of their own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from staffpassport.messaging import composers, hours, leftovers, providers, timing
from staffpassport.messaging.claim import Turns, claim, claim_look_ups, take_over_lapsed
from staffpassport.messaging.composers import Content, NoLongerWanted
from staffpassport.messaging.finish import finish
from staffpassport.messaging.models import Message
from staffpassport.messaging.outcomes import HandedBack, NotComposed, Outcome, Result, Unwanted
from staffpassport.messaging.providers.base import Outgoing, Provider
from staffpassport.messaging.senders import Sender, senders_of
from staffpassport.messaging.sending import Sending, SendingThreads, Task
from staffpassport.messaging.states import Channel, Failure, Urgency
from staffpassport.work import loops
from staffpassport.work.loops import Loop

CODES = (Urgency.CODE,)
THE_REST = (Urgency.SINGLE, Urgency.BULK, Urgency.REMINDER)

# What is claimed beyond what the threads have in hand keeps them busy while the next batch is claimed.
_CLAIMED_A_THREAD = 2
_WAIT_FOR_ANSWERS = 0.2
_WAIT_FOR_BUDGET = 0.1
_IN_HAND_AT_THE_END = 40.0
_NOBODY = Sender()


class Delivery:
    """One delivery loop: claim, compose, send and finish, without waiting for the slowest answer.

    Results stay with it until they are written, also through a fault of the database.
    """

    def __init__(
        self, urgencies: Sequence[Urgency], provider: type[Provider], sending: Sending, capacity: int
    ) -> None:
        self._urgencies = urgencies
        self._provider = provider
        self._sending = sending
        self._capacity = capacity
        self._timing = timing.current()
        self._turns = Turns()
        self._in_hand = 0
        self._results: list[Result] = []
        self._sweep_at = 0.0
        self._idle = self._timing.poll.total_seconds()
        # One loop is enough to look after what became uncertain.
        self._sweeps = Urgency.CODE not in urgencies

    @property
    def idle(self) -> float:
        return self._idle

    def step(self) -> bool:
        """Writes what is done, takes over what lapsed, claims what there is room for.

        Whether to go on at once.
        """
        self._finish(_WAIT_FOR_ANSWERS if self._in_hand else 0.0)
        self._sweep()
        room = self._capacity - self._in_hand
        self._idle = self._timing.poll.total_seconds()
        if room > 0:
            claimed = claim(self._urgencies, room, self._turns, self._provider, self._timing)
            self._take(claimed.messages)
            if claimed.held_back:
                self._idle = min(self._idle, _WAIT_FOR_BUDGET)
        return bool(self._in_hand or self._results)

    def close(self) -> None:
        """Hands back what has not begun, waits for what has, and writes both."""
        handed_back = self._sending.stop_taking()
        self._in_hand -= len(handed_back)
        self._results += handed_back
        deadline = time.monotonic() + _IN_HAND_AT_THE_END
        while True:
            self._finish(_WAIT_FOR_ANSWERS if self._in_hand else 0.0)
            if not self._in_hand or time.monotonic() > deadline:
                break
        self._sending.close()

    def _finish(self, wait: float) -> None:
        done = self._sending.results(wait)
        self._in_hand -= len(done)
        self._results += done
        if self._results:
            finish(self._results, self._provider, self._timing)
            self._results = []

    def _sweep(self) -> None:
        if not self._sweeps or time.monotonic() < self._sweep_at:
            return
        more = take_over_lapsed(self._provider, self._timing) or leftovers.clear(self._provider)
        if self._provider.can_be_asked:
            # Never all threads: look-ups get no answer either while the provider is down.
            room = (self._capacity - self._in_hand) // 2
            look_ups = claim_look_ups(room, self._timing)
            self._submit([self._task(message, Content("", ""), look_up=True) for message in look_ups])
            more = more or (bool(look_ups) and len(look_ups) == room)
        if not more:
            self._sweep_at = time.monotonic() + self._timing.sweep.total_seconds()

    def _take(self, messages: Sequence[Message]) -> None:
        """Composes what was claimed and hands it on. What cannot be sent has its result at once."""
        now = timezone.now()
        too_late = {one.id for one in messages if one.is_too_late(now)}
        self._conclude([one for one in messages if one.id in too_late], Unwanted(Failure.TOO_LATE))
        wanted = [one for one in messages if one.id not in too_late]
        try:
            composed = composers.compose(wanted)
            senders = senders_of(wanted)
        except DatabaseError:
            self._conclude(wanted, HandedBack())
            raise
        tasks = []
        for message in wanted:
            match composed.get(message.id):
                case Content() as content:
                    tasks.append(self._task(message, content, senders.get(message.id, _NOBODY)))
                case NoLongerWanted(reason):
                    self._conclude([message], Unwanted(reason))
                case None:
                    self._conclude([message], NotComposed())
        self._submit(tasks)

    def _task(
        self, message: Message, content: Content, sender: Sender = _NOBODY, *, look_up: bool = False
    ) -> Task:
        outgoing = Outgoing(
            reference=message.id,
            organisation_id=message.organisation_id,
            channel=Channel(message.channel),
            recipient=message.recipient or "",
            subject=content.subject,
            body=content.body,
            attempt=message.attempts,
            sender_id=sender.id,
            trust=sender.trust,
            reply_to=sender.reply_to,
        )
        begin_by = timezone.now() + self._timing.send_within
        if message.lease_until is not None:
            begin_by = message.lease_until - self._timing.lease + self._timing.send_within
        if message.urgency in hours.UNHURRIED and not look_up:
            # Claimed in the last minute of the day: handed back, and sent in the morning.
            begin_by = min(begin_by, hours.window(hours.day_of(begin_by - self._timing.send_within)).closes)
        return Task(outgoing=outgoing, look_up=look_up, begin_by=begin_by, not_after=message.not_after)

    def _submit(self, tasks: Sequence[Task]) -> None:
        self._in_hand += len(tasks)
        self._sending.submit(tasks)

    def _conclude(self, messages: Sequence[Message], outcome: Outcome) -> None:
        now = timezone.now()
        self._results += [
            Result(message.id, Channel(message.channel), message.attempts, outcome, now)
            for message in messages
        ]


class NoProvider:
    """The loop of an installation without a provider: messages wait. The portal says so."""

    idle = 60.0

    def step(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing is in hand."""


def delivery(urgencies: Sequence[Urgency]) -> Callable[[], Loop]:
    """How the worker makes a delivery loop. A quarter of SENDING_THREADS is kept for codes, at least one."""

    def make() -> Loop:
        provider = providers.chosen()
        if provider is None:
            return NoProvider()
        for_codes = max(1, settings.SENDING_THREADS // 4)
        threads = for_codes if urgencies == CODES else max(1, settings.SENDING_THREADS - for_codes)
        # What a killed worker had in hand may have gone out. Where nobody can be asked, it has no more than it sends.
        in_hand = threads * (_CLAIMED_A_THREAD if provider.can_be_asked else 1)
        return Delivery(urgencies, provider, SendingThreads(provider, threads), in_hand)

    return make


def register_loops() -> None:
    """Adds delivery to what every worker does."""
    loops.register("deliver-codes", delivery(CODES))
    loops.register("deliver", delivery(THE_REST))
