"""A message in any order of events that Hypothesis thinks of: never two of one, none lost, no state moves back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pytest_django import Settings

from staffpassport.messaging.asking import Asking
from staffpassport.messaging.deliver import Delivery
from staffpassport.messaging.finish import finish
from staffpassport.messaging.models import Message
from staffpassport.messaging.outbox import cancel
from staffpassport.messaging.outcomes import Result
from staffpassport.messaging.providers.base import (
    Accepted,
    Found,
    Handed,
    LookUpAnswer,
    NoAnswer,
    Outgoing,
    Provider,
    Refused,
    SendAnswer,
    TryLater,
    Unknown,
)
from staffpassport.messaging.receipts import record_receipt
from staffpassport.messaging.states import _HEIGHT, UNFINISHED, Channel, Failure, Hurdle, State
from staffpassport.messaging.timing import Timing
from tests.messaging.outbox import at, delivery, organisation, queue
from tests.runs import examples, surprising

NOON = at("2026-11-22T12:00:00+00:00")
HIDDEN = timedelta(seconds=30)
# Five minutes from the claim; the send may have begun a minute later.
SENT_AGAIN_AFTER = timedelta(minutes=4)

taken = st.sampled_from([State.SENT, State.DELIVERED, State.FAILED])
fates = st.sampled_from([*["taken", "answer lost", "lost"] * 4, "refused", "busy", "key", "day"])
# Days seldom: after three of them, what has not gone out has failed.
_SECONDS = [*[0, 1, 20, 50, 61, 121, 180, 300] * 6, 1800, 25 * 3600, 73 * 3600]
waits = st.sampled_from(_SECONDS).map(lambda seconds: timedelta(seconds=seconds))
mutes = st.sampled_from([False, False, False, True])


class Fickle(Provider):
    """Does what `fate` says, and shows what it has taken after half a minute."""

    name = "fickle"
    channels = frozenset(Channel)
    can_be_asked = True
    tells_states = True

    fate: ClassVar[str]
    mute: ClassVar[bool]
    has: ClassVar[dict[UUID, State]]
    taken_at: ClassVar[dict[UUID, datetime]]
    copies: ClassVar[Counter[UUID]]
    maybe_since: ClassVar[dict[UUID, datetime]]
    unknown_at: ClassVar[dict[UUID, datetime]]
    broken: ClassVar[list[str]]

    @classmethod
    def begin(cls) -> None:
        cls.fate, cls.mute = "taken", False
        cls.has, cls.taken_at, cls.copies = {}, {}, Counter()
        cls.maybe_since, cls.unknown_at, cls.broken = {}, {}, []

    @classmethod
    def calls_back(cls) -> bool:
        return False

    def send(self, outgoing: Outgoing) -> SendAnswer:
        id_, now = outgoing.reference, timezone.now()
        since = self.maybe_since.get(id_)
        if since is not None:
            if now < since + SENT_AGAIN_AFTER:
                self.broken.append("sent again before 5 minutes")
            if self.unknown_at.get(id_, NOON) < since + SENT_AGAIN_AFTER:
                self.broken.append("sent again without having been looked up and unknown at 5 minutes")
        match self.fate:
            case "refused":
                return Refused(Failure.ADDRESS_REFUSED)
            case "busy":
                return TryLater("busy")
            case "key":
                return TryLater(Hurdle.KEY_REFUSED, pause_all=True, after=timedelta(minutes=1))
            case "day":
                return TryLater("daily limit", day_is_over=True)
        self.maybe_since[id_] = now
        if self.fate == "lost":
            return NoAnswer()
        self.copies[id_] += 1
        self.has.setdefault(id_, State.SENT)
        self.taken_at[id_] = now
        return Accepted("theirs") if self.fate == "taken" else NoAnswer()

    def look_up(self, reference: UUID, channel: Channel) -> LookUpAnswer:
        if self.mute:
            return NoAnswer()
        if reference in self.has and timezone.now() >= self.taken_at[reference] + HIDDEN:
            return self._found(reference)
        self.unknown_at[reference] = timezone.now()
        return Unknown()

    def states_of(self, handed: Sequence[Handed]) -> Mapping[UUID, Found]:
        return {} if self.mute else {one.reference: self._found(one.reference) for one in handed}

    def _found(self, reference: UUID) -> Found:
        state = self.has[reference]
        assert state in (State.SENT, State.DELIVERED, State.FAILED)
        return Found(state, "theirs", Failure.NO_SUCH_ADDRESS if state == State.FAILED else "")


class Messages(RuleBasedStateMachine):
    """Two workers that crash and answer late, a provider that loses, and HR that withdraws."""

    def __init__(self) -> None:
        super().__init__()
        self._around = transaction.atomic()
        self._around.__enter__()
        self._time = time_machine.travel(NOON, tick=False)
        self.clock = self._time.start()
        Fickle.begin()
        self.trust = organisation()
        self.loops = [self.new(), self.new()]
        self.late: list[list[Result]] = []
        self.states: dict[UUID, State] = {}
        self.was_mute = False
        for _ in range(3):
            self.enqueue()

    def new(self) -> Delivery:
        return delivery(Fickle, capacity=4)

    def teardown(self) -> None:
        try:
            self.in_the_end_each_has_gone_out_once_or_hr_knows_why_not()
        finally:
            self._time.stop()
            transaction.set_rollback(True)
            self._around.__exit__(None, None, None)

    def one(self, number: int) -> Message:
        found: list[Message] = list(Message.everywhere.order_by("id"))
        return found[number % len(found)]

    # ── What happens ────────────────────────────────────────────────────────────────────────────────────────

    def enqueue(self) -> None:
        message = queue(self.trust, f"m{len(self.states)}")
        self.states[message.id] = State.QUEUED

    @rule(number=st.integers(0, 1), fate=fates, mute=mutes, wait=waits, steps=st.integers(2, 5))
    def work(self, number: int, fate: str, mute: bool, wait: timedelta, steps: int) -> None:
        """Some time later: sends or looks up what was claimed and claims the next, so many times."""
        Fickle.fate, Fickle.mute = fate, mute
        self.was_mute |= mute
        self.clock.shift(wait)
        for _ in range(steps):
            self.loops[number].step()

    @rule(number=st.integers(0, 1))
    def crash_before_sending(self, number: int) -> None:
        self.loops[number] = self.new()

    @rule(number=st.integers(0, 1), fate=fates, heard=st.booleans())
    def crash_after_sending(self, number: int, fate: str, heard: bool) -> None:
        """What was answered is lost, or (a worker that was frozen, not dead) written much later."""
        Fickle.fate, Fickle.mute = fate, False
        results = self.loops[number]._sending.results(0)
        self.loops[number] = self.new()
        if heard and results:
            self.late.append(results)

    @precondition(lambda self: self.late)
    @rule(number=st.integers(0, 3))
    def a_late_answer_is_written(self, number: int) -> None:
        finish(self.late.pop(number % len(self.late)), Fickle, Timing())

    @precondition(lambda self: bool(Fickle.has))
    @rule(number=st.integers(0, 4), state=taken)
    def a_receipt_comes(self, number: int, state: State) -> None:
        """Any, in any order; what the provider itself says of the message only gets truer."""
        reference = list(Fickle.has)[number % len(Fickle.has)]
        assert state in (State.SENT, State.DELIVERED, State.FAILED)
        if _HEIGHT[state] > _HEIGHT[Fickle.has[reference]]:
            Fickle.has[reference] = state
        reason = Failure.NO_SUCH_ADDRESS if state == State.FAILED else ""
        assert record_receipt(str(reference), state, reason)

    @rule(mute=mutes, wait=waits)
    def ask(self, mute: bool, wait: timedelta) -> None:
        Fickle.mute = mute
        self.clock.shift(wait)
        Asking(Fickle).step()

    @precondition(lambda self: self.states)
    @rule(number=st.integers(0, 4))
    def withdraw(self, number: int) -> None:
        cancel([self.one(number).about])

    # ── What always holds ───────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def nothing_is_taken_twice_or_sent_again_too_early(self) -> None:
        assert set(Fickle.copies.values()) <= {1}
        assert Fickle.broken == []

    @invariant()
    def no_state_moves_back_and_what_has_ended_keeps_no_recipient(self) -> None:
        for message in Message.everywhere.all():
            state = State(message.state)
            assert _HEIGHT[state] >= _HEIGHT[self.states[message.id]], (self.states[message.id], state)
            self.states[message.id] = state
            assert (message.recipient is None) is (state not in UNFINISHED)
            assert (message.failure != "") is (state in (State.FAILED, State.CANCELLED, State.MAYBE_SENT))

    def in_the_end_each_has_gone_out_once_or_hr_knows_why_not(self) -> None:
        Fickle.fate, Fickle.mute = "taken", False
        for wait in [timedelta(minutes=2)] * 10 + [timedelta(hours=25)] + [timedelta(minutes=2)] * 10:
            loop = self.new()
            while loop.step():
                pass
            Asking(Fickle).step()
            self.clock.shift(wait)
        self.nothing_is_taken_twice_or_sent_again_too_early()
        self.no_state_moves_back_and_what_has_ended_keeps_no_recipient()
        for id_, state in self.states.items():
            if state == State.MAYBE_SENT:
                assert self.was_mute, "nobody knows, only where nobody could be asked"
            elif id_ in Fickle.has:
                assert state == Fickle.has[id_]
            else:
                assert state in (State.FAILED, State.CANCELLED)


def test_whatever_happens_in_whatever_order(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Swept at every step: the loop's own clock does not pass with the test's.
    settings.MESSAGING_TIMING = Timing(sweep=timedelta(0))
    run_state_machine_as_test(Messages, settings=HOW)


HOW = settings(
    max_examples=examples(20),
    stateful_step_count=12,
    derandomize=not surprising(),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
