"""Never twice, never lost: what happens when nobody knows whether a message went out."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from staffpassport.messaging.finish import finish
from staffpassport.messaging.listeners import Change
from staffpassport.messaging.models import Message
from staffpassport.messaging.outbox import cancel
from staffpassport.messaging.providers.base import (
    Accepted,
    Found,
    LookUpAnswer,
    NoAnswer,
    Outgoing,
    Refused,
    SendAnswer,
    TryLater,
    Unknown,
)
from staffpassport.messaging.receipts import record_receipt
from staffpassport.messaging.states import Failure, State
from staffpassport.messaging.timing import Timing
from staffpassport.organisations.models import Organisation
from tests.messaging.outbox import Recorder, at, delivery, queue, run

NOON = at("2026-11-22T12:00:00+00:00")


def _silent(outgoing: Outgoing) -> SendAnswer:
    return NoAnswer()


def _die_with_a_message_in_hand(trust: Organisation) -> Message:
    message = queue(trust)
    delivery().step()  # claimed; this loop is never seen again
    return message


def test_it_is_looked_up_after_1_and_5_minutes_and_sent_again_only_then(trust: Organisation) -> None:
    Recorder.answer = _silent
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(trust)
        run(delivery())
        message.refresh_from_db()
        assert message.state == State.UNCERTAIN
        Recorder.answer = lambda outgoing: Accepted("1")

        looked_up_at = []
        for second in range(0, 7 * 60, 5):
            clock.move_to(NOON + timedelta(seconds=second))
            before = len(Recorder.asked)
            run(delivery())
            if len(Recorder.asked) > before:
                looked_up_at.append(second)
            if second < 5 * 60:
                assert len(Recorder.taken) == 1, "not again before 5 minutes"
    assert looked_up_at == [60, 300]
    assert [outgoing.attempt for outgoing in Recorder.taken] == [1, 2]
    assert {outgoing.reference for outgoing in Recorder.taken} == {message.id}
    message.refresh_from_db()
    assert message.state == State.SENT


@pytest.mark.parametrize("found_after", [60, 300])
def test_one_that_the_provider_has_is_not_sent_again(
    trust: Organisation, found_after: int, heard: list[Change]
) -> None:
    Recorder.answer = _silent

    def look_up(reference: UUID) -> LookUpAnswer:
        return (
            Found(State.SENT, "theirs")
            if (timezone.now() - NOON).total_seconds() >= found_after
            else Unknown()
        )

    with time_machine.travel(NOON, tick=False) as clock:
        Recorder.look_up_answer = look_up
        message = queue(trust)
        for _ in range(100):
            run(delivery())
            clock.shift(10)
    message.refresh_from_db()
    assert len(Recorder.taken) == 1
    assert (message.state, message.provider_id) == (State.SENT, "theirs")
    assert [one.new for one in heard] == [State.UNCERTAIN, State.SENT]


@pytest.mark.parametrize(("state", "reason"), [(State.DELIVERED, ""), (State.FAILED, Failure.NO_SUCH_PHONE)])
def test_a_look_up_tells_the_end_of_a_message_too(trust: Organisation, state: State, reason: str) -> None:
    Recorder.answer = _silent
    Recorder.look_up_answer = lambda reference: Found(state, "theirs", reason)  # type: ignore[arg-type]
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(trust)
        run(delivery())
        clock.shift(61)
        run(delivery())
    message.refresh_from_db()
    assert (message.state, message.failure, message.recipient) == (state, reason, None)


def test_what_a_dead_worker_had_in_hand_is_looked_up_before_it_is_sent(trust: Organisation) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = _die_with_a_message_in_hand(trust)
        clock.shift(119)
        run(delivery())
        message.refresh_from_db()
        assert message.state == State.LEASED, "the lease has not lapsed"
        clock.shift(2)
        run(delivery())
        message.refresh_from_db()
        assert message.state == State.UNCERTAIN
        run(delivery())
        assert len(Recorder.asked) == 1
        clock.move_to(NOON + timedelta(minutes=5))
        run(delivery())
    message.refresh_from_db()
    assert message.state == State.SENT
    assert len(Recorder.taken) == 1


def test_where_nobody_can_be_asked_it_is_never_sent_again_by_itself(
    trust: Organisation, heard: list[Change]
) -> None:
    Recorder.can_be_asked = False
    with time_machine.travel(NOON, tick=False) as clock:
        dead = _die_with_a_message_in_hand(trust)
        Recorder.answer = _silent
        silent = queue(trust, "silent")
        run(delivery())
        clock.shift(timedelta(hours=1))
        for _ in range(3):
            run(delivery())
            clock.shift(timedelta(hours=30))
    assert len(Recorder.taken) == 1
    for message in (dead, silent):
        message.refresh_from_db()
        assert (message.state, message.recipient) == (State.MAYBE_SENT, None)
        assert State(message.state).label == "May have been sent"
    assert {one.new for one in heard} == {State.MAYBE_SENT}


def test_another_provider_cannot_say_what_the_last_one_took(trust: Organisation) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = _die_with_a_message_in_hand(trust)
        Message.everywhere.update(provider="the-one-before")
        clock.shift(timedelta(minutes=10))
        run(delivery())
    message.refresh_from_db()
    assert message.state == State.MAYBE_SENT
    assert Recorder.taken == []


def test_a_provider_that_cannot_be_reached_is_asked_ever_more_rarely_and_in_the_end_nobody_knows(
    trust: Organisation, settings: Settings
) -> None:
    settings.MESSAGING_TIMING = Timing(back_off_longest=timedelta(hours=4))
    Recorder.answer = _silent
    Recorder.look_up_answer = lambda reference: NoAnswer()
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(trust)
        run(delivery())
        for _ in range(300):
            message.refresh_from_db()
            if message.state != State.UNCERTAIN:
                break
            clock.move_to(message.due_at)
            run(delivery())
    assert len(Recorder.taken) == 1
    assert len(Recorder.asked) < 50
    assert (message.state, message.failure) == (State.MAYBE_SENT, Failure.NO_ANSWER)


def test_an_uncertain_message_that_is_no_longer_wanted_is_not_sent_again(trust: Organisation) -> None:
    Recorder.answer = _silent
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(trust)
        run(delivery())
        cancel([message.about])
        for _ in range(40):
            run(delivery())
            clock.shift(10)
    message.refresh_from_db()
    assert len(Recorder.taken) == 1
    assert (message.state, message.recipient) == (State.CANCELLED, None)


def test_a_late_answer_of_an_earlier_attempt_changes_nothing_but_that_it_was_taken(
    trust: Organisation,
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(trust)
        slow = delivery()
        slow.step()
        Recorder.answer = lambda outgoing: Refused("x")
        results = slow._sending.results(0)
        clock.shift(121)
        for _ in range(20):
            run(delivery(), until=lambda: False)
            clock.shift(10)
            Recorder.answer = lambda outgoing: Accepted("second")
        message.refresh_from_db()
        assert (message.state, message.attempts) == (State.SENT, 2)
        slow._results = results
        slow._finish(0)
    message.refresh_from_db()
    assert (message.state, message.provider_id) == (State.SENT, "second")


@pytest.mark.parametrize("answer", [Refused("x"), NoAnswer(), TryLater("x")])
def test_an_answer_to_the_first_attempt_does_not_count_for_the_second(
    trust: Organisation, answer: SendAnswer
) -> None:
    message = queue(trust)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        slow = delivery()
        slow.step()
        Recorder.answer = lambda outgoing: answer
        late = slow._sending.results(0)
        clock.shift(timedelta(minutes=6))
        other = delivery()
        while message.attempts < 2:  # taken over, looked up, found nowhere, queued and claimed again
            assert other.step()
            message.refresh_from_db()
        assert message.state == State.LEASED
        finish(late, Recorder, Timing())
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.LEASED, 2)


def test_a_receipt_for_an_uncertain_message_settles_it(trust: Organisation) -> None:
    Recorder.answer = _silent
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(trust)
        run(delivery())
        assert record_receipt(str(message.id), State.DELIVERED)
        for _ in range(40):
            run(delivery())
            clock.shift(10)
    message.refresh_from_db()
    assert message.state == State.DELIVERED
    assert (len(Recorder.taken), len(Recorder.asked)) == (1, 0)
