"""From the outbox to the provider and back: composing, refusals, back-off, listeners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import OperationalError
from django.utils import timezone
from pytest_django import Settings

from staffpassport.messaging import composers, listeners
from staffpassport.messaging.composers import Composed, Content, NoLongerWanted, ToCompose
from staffpassport.messaging.deliver import CODES
from staffpassport.messaging.listeners import Change
from staffpassport.messaging.models import Message
from staffpassport.messaging.outbox import enqueue
from staffpassport.messaging.providers.base import Accepted, Outgoing, Refused, SendAnswer, TryLater
from staffpassport.messaging.states import Channel, Failure, State, Urgency
from staffpassport.messaging.timing import Timing
from staffpassport.organisations.models import Organisation
from tests.messaging.outbox import PURPOSE, Recorder, at, delivery, draft, queue, run

NOON = at("2026-11-22T12:00:00+00:00")


def test_a_message_goes_out_in_the_words_of_its_composer(trust: Organisation, heard: list[Change]) -> None:
    message = queue(trust, "a")
    run(delivery())

    [outgoing] = Recorder.taken
    assert outgoing == Outgoing(
        message.id,
        trust.pk,
        Channel.EMAIL,
        "a@example.com",
        "Subject",
        "About about-a",
        1,
        trust=str(trust),
        reply_to=trust.hr_email,
    )
    message.refresh_from_db()
    assert (message.state, message.recipient, message.provider_id) == ("sent", None, f"id-{message.id}")
    assert [(one.message_id, one.old, one.new) for one in heard] == [(message.id, "leased", "sent")]
    assert heard[0].organisation_id == trust.pk


def test_what_its_composer_no_longer_wants_is_cancelled(
    trust: Organisation, heard: list[Change], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        composers._registered, PURPOSE, lambda batch: {one.id: NoLongerWanted("deleted") for one in batch}
    )
    message = queue(trust)
    run(delivery())
    message.refresh_from_db()
    assert Recorder.taken == []
    assert (message.state, message.failure, message.recipient) == ("cancelled", "deleted", None)
    assert [one.new for one in heard] == ["cancelled"]


def test_a_composer_is_asked_once_for_a_batch(trust: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[int] = []

    def compose(batch: Sequence[ToCompose]) -> Mapping[UUID, Composed]:
        batches.append(len(batch))
        return {one.id: Content("", "") for one in batch}

    monkeypatch.setitem(composers._registered, PURPOSE, compose)
    enqueue(draft(trust, str(number)) for number in range(20))
    run(delivery())
    assert batches == [20]


def test_one_message_that_cannot_be_composed_holds_up_no_other(
    trust: Organisation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def compose(batch: Sequence[ToCompose]) -> Mapping[UUID, Composed]:
        if any(one.about == "about-bad" for one in batch):
            raise RuntimeError("Ada Lovelace has no name")
        return {one.id: Content("", "") for one in batch}

    monkeypatch.setitem(composers._registered, PURPOSE, compose)
    bad = queue(trust, "bad")
    queue(trust, "good")
    run(delivery())
    bad.refresh_from_db()
    assert [outgoing.recipient for outgoing in Recorder.taken] == ["good@example.com"]
    assert bad.state == State.QUEUED
    assert bad.due_at > timezone.now()
    assert "RuntimeError" in caplog.text
    assert "Ada" not in caplog.text


def test_a_purpose_without_a_composer_waits(trust: Organisation) -> None:
    message = queue(trust, purpose="nobody-knows")
    run(delivery())
    message.refresh_from_db()
    assert message.state == State.QUEUED


def test_a_database_fault_while_composing_hands_the_batch_back(
    trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = [OperationalError()]

    def compose(batch: Sequence[ToCompose]) -> Mapping[UUID, Composed]:
        if faults:
            raise faults.pop()
        return {one.id: Content("", "") for one in batch}

    monkeypatch.setitem(composers._registered, PURPOSE, compose)
    queue(trust)
    loop = delivery()
    with pytest.raises(OperationalError):
        loop.step()
    run(loop)
    assert len(Recorder.taken) == 1


def test_results_outlive_a_database_fault_while_they_are_written(
    trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = [OperationalError()]

    def listen(changes: Sequence[Change]) -> None:
        if faults:
            raise faults.pop()

    monkeypatch.setattr(listeners, "_registered", [(listen, None)])
    message = queue(trust)
    loop = delivery()
    loop.step()
    with pytest.raises(OperationalError):
        loop.step()
    message.refresh_from_db()
    assert message.state == State.LEASED
    run(loop)
    message.refresh_from_db()
    assert message.state == State.SENT
    assert len(Recorder.taken) == 1


def test_a_listener_that_fails_takes_nothing_back(
    trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Change] = []

    def fail(changes: Sequence[Change]) -> None:
        Organisation.objects.update(name="half written")
        raise RuntimeError

    monkeypatch.setattr(listeners, "_registered", [(fail, None), (heard.extend, None)])
    message = queue(trust)
    run(delivery())
    message.refresh_from_db()
    trust.refresh_from_db()
    assert message.state == State.SENT
    assert len(heard) == 1
    assert trust.name != "half written"


def test_a_listener_hears_only_of_its_purposes(trust: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Change] = []
    monkeypatch.setattr(listeners, "_registered", [])
    listeners.register(heard.extend, purposes=["reminder"])
    queue(trust)
    run(delivery())
    assert heard == []


def test_a_message_past_its_time_is_cancelled_and_never_sent(trust: Organisation) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(trust, urgency=Urgency.CODE, not_after=NOON + timedelta(minutes=5))
        clock.shift(timedelta(minutes=5))
        run(delivery(urgencies=CODES))
    message.refresh_from_db()
    assert Recorder.taken == []
    assert (message.state, message.failure) == (State.CANCELLED, Failure.TOO_LATE)


def test_a_message_whose_time_passes_in_the_senders_hands_is_not_sent(trust: Organisation) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(trust, not_after=NOON + timedelta(seconds=20))
        loop = delivery()
        loop.step()
        clock.shift(20)
        run(loop)
    message.refresh_from_db()
    assert Recorder.taken == []
    assert message.state == State.CANCELLED


def test_a_send_that_comes_too_late_in_its_lease_does_not_begin(trust: Organisation) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(trust)
        loop = delivery()
        loop.step()
        clock.shift(61)
        loop.step()
        assert Recorder.taken == []
        run(loop)
    message.refresh_from_db()
    assert message.state == State.SENT
    assert [outgoing.attempt for outgoing in Recorder.taken] == [2]


def test_a_refusal_is_final_and_keeps_its_reason(trust: Organisation, heard: list[Change]) -> None:
    Recorder.answer = lambda outgoing: Refused(Failure.NO_SUCH_ADDRESS)
    message = queue(trust)
    run(delivery())
    run(delivery())
    message.refresh_from_db()
    assert len(Recorder.taken) == 1
    assert (message.state, message.failure, message.recipient) == ("failed", "no-such-address", None)
    assert heard[0].failure == "no-such-address"


def test_passing_refusals_back_off_ever_longer_and_fail_after_72_hours(
    trust: Organisation, settings: Settings
) -> None:
    settings.MESSAGING_TIMING = Timing(back_off_longest=timedelta(hours=4))
    Recorder.answer = lambda outgoing: TryLater("busy")
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(trust)
        waits = []
        for _ in range(300):
            run(delivery())
            message.refresh_from_db()
            if message.state != State.QUEUED:
                break
            waits.append((message.due_at - timezone.now()).total_seconds())
            clock.move_to(message.due_at)
        ended = timezone.now()
    assert (message.state, message.failure) == (State.FAILED, Failure.GAVE_UP)
    assert timedelta(hours=72) <= ended - NOON < timedelta(hours=78)
    for number, longest in enumerate([15, 30, 60, 120]):
        assert longest / 1.5 <= waits[number] <= longest
    assert max(waits) <= 6 * 60 * 60
    assert len(set(waits)) == len(waits), "each waits a little differently, or all would come back at once"


def test_the_providers_own_word_on_how_long_to_wait_is_kept(trust: Organisation) -> None:
    answers: list[SendAnswer] = [TryLater("busy", after=timedelta(minutes=7)), Accepted("1")]
    Recorder.answer = lambda outgoing: answers.pop(0)
    with time_machine.travel(NOON, tick=False) as clock:
        queue(trust)
        run(delivery())
        clock.shift(7 * 60 - 1)
        run(delivery())
        assert len(Recorder.taken) == 1
        clock.shift(1)
        run(delivery())
    assert Message.everywhere.get().state == State.SENT


def test_a_reminder_due_in_four_days_is_not_given_up_before_it_is_tried(trust: Organisation) -> None:
    Recorder.answer = lambda outgoing: TryLater("busy")
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(trust, urgency=Urgency.REMINDER, due_at=NOON + timedelta(days=4))
        clock.shift(timedelta(days=4))
        run(delivery())
    message.refresh_from_db()
    assert message.state == State.QUEUED


def test_stopping_hands_back_what_has_not_begun(trust: Organisation) -> None:
    message = queue(trust)
    loop = delivery()
    loop.step()
    loop.close()
    message.refresh_from_db()
    assert Recorder.taken == []
    assert message.state == State.QUEUED
    assert message.due_at <= timezone.now(), "and another worker takes it at once"


def test_the_log_has_a_line_a_message_and_nothing_of_the_person(
    trust: Organisation, caplog: pytest.LogCaptureFixture
) -> None:
    message = queue(trust, "zuzka.lovelace")
    with caplog.at_level("INFO"):
        run(delivery())
    lines = [record for record in caplog.records if str(message.id) in record.getMessage()]
    assert len(lines) == 1
    for word in ("purpose", "channel", "Accepted", "attempt", "milliseconds"):
        assert word in lines[0].getMessage()
    for secret in ("zuzka", "lovelace", "example.com", "Subject", "About"):
        assert secret not in caplog.text


def test_a_provider_that_raises_leaves_the_message_uncertain_and_the_words_out_of_the_log(
    trust: Organisation, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(outgoing: Outgoing) -> SendAnswer:
        raise ValueError(f"cannot send to {outgoing.recipient}")

    Recorder.answer = fail
    message = queue(trust, "ada")
    run(delivery())
    message.refresh_from_db()
    assert message.state == State.UNCERTAIN
    assert "ValueError" in caplog.text
    assert "ada@example.com" not in caplog.text
