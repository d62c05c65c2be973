"""A backup is put back: nothing that went out since it was made goes out again, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings
from uuid_utils.compat import uuid7

from staffpassport.messaging.listeners import Change
from staffpassport.messaging.models import Message
from staffpassport.messaging.outbox import enqueue
from staffpassport.messaging.providers.base import Found, NoAnswer, Unknown
from staffpassport.messaging.restoring import Restored, after_restore
from staffpassport.messaging.states import Failure, State
from staffpassport.organisations.models import Organisation
from staffpassport.work import heartbeat
from tests.messaging.notifying import outgoing
from tests.messaging.outbox import Recorder, at, delivery, draft, queue, run

NOON = at("2026-11-22T12:00:00+00:00")


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def _it_remembers() -> None:
    """The provider has what it took, whatever becomes of our database."""

    def look_up(reference: UUID) -> Any:
        had = any(outgoing.reference == reference for outgoing in Recorder.taken)
        return Found(State.SENT, f"id-{reference}") if had else Unknown()

    Recorder.look_up_answer = look_up


def back_up() -> list[dict[str, Any]]:
    return list(Message.everywhere.values())


def restore(rows: list[dict[str, Any]]) -> None:
    Message.everywhere.all().delete()
    Message.everywhere.bulk_create([Message(**row) for row in rows])


def deliver_for(minutes: int, clock: Any) -> None:
    for _ in range(minutes):
        run(delivery())
        clock.shift(60)


def test_an_old_copy_is_put_back_and_nothing_goes_out_twice(trust: Organisation, clock: Any) -> None:
    enqueue(draft(trust, f"first{n}") for n in range(5))
    run(delivery())
    enqueue(draft(trust, f"later{n}") for n in range(20))
    queue(trust, "tomorrow", due_at=NOON + timedelta(days=2))
    delivery(
        capacity=4
    ).step()  # in hand while the backup is made: claimed, and this loop is never seen again
    backup = back_up()
    assert {row["state"] for row in backup} == {State.SENT, State.QUEUED, State.LEASED}

    # Some go out after the backup; then the database is lost.
    half = [one for one in Message.everywhere.filter(state=State.QUEUED)[:8] if one.due_at <= NOON]
    for one in half:
        Recorder.taken.append(_as_taken(one))
    clock.shift(3600)
    restore(backup)

    assert after_restore(Recorder) == Restored(looked_up=20, held=0, later=1)
    deliver_for(10, clock)
    sent = Counter(outgoing.reference for outgoing in Recorder.taken)
    assert set(sent.values()) == {1}
    assert len(sent) == 25, "and all went out"
    assert set(Message.everywhere.exclude(due_at__gt=timezone.now()).values_list("state", flat=True)) <= {
        State.SENT
    }
    clock.shift(2 * 24 * 3600)
    deliver_for(2, clock)
    assert len(Recorder.taken) == 26


def test_without_the_command_they_would_go_out_again(trust: Organisation, clock: Any) -> None:
    """Else the test above would show nothing."""
    enqueue(draft(trust, f"later{n}") for n in range(3))
    backup = back_up()
    run(delivery())
    restore(backup)
    run(delivery())
    assert set(Counter(outgoing.reference for outgoing in Recorder.taken).values()) == {2}


def test_while_the_provider_does_not_answer_nothing_is_sent(trust: Organisation, clock: Any) -> None:
    queue(trust)
    clock.shift(60)
    after_restore(Recorder)
    Recorder.look_up_answer = lambda reference: NoAnswer()
    deliver_for(60, clock)
    assert Recorder.taken == []
    Recorder.look_up_answer = lambda reference: Unknown()
    deliver_for(60, clock)
    assert len(Recorder.taken) == 1


def test_days_between_the_backup_and_now_are_not_the_messages_own(trust: Organisation, clock: Any) -> None:
    message = queue(trust)
    clock.shift(4 * 24 * 3600)
    after_restore(Recorder)
    deliver_for(2, clock)
    message.refresh_from_db()
    assert message.state == State.SENT


def test_what_is_older_than_the_providers_memory_is_held(
    trust: Organisation, clock: Any, heard: list[Change]
) -> None:
    message = queue(trust)
    clock.shift(8 * 24 * 3600)
    assert after_restore(Recorder) == Restored(looked_up=0, held=1, later=0)
    deliver_for(10, clock)
    assert Recorder.taken == Recorder.asked == []
    message.refresh_from_db()
    assert (message.state, message.failure, message.recipient) == (State.MAYBE_SENT, Failure.RESTORED, None)
    assert [(change.old, change.new) for change in heard] == [(State.QUEUED, State.MAYBE_SENT)]


def test_where_nobody_can_be_asked_all_is_held_and_nothing_sent(trust: Organisation, clock: Any) -> None:
    Recorder.can_be_asked = False
    enqueue(draft(trust, f"later{n}") for n in range(5))
    delivery(capacity=2).step()
    assert after_restore(Recorder) == Restored(looked_up=0, held=5, later=0)
    deliver_for(10, clock)
    assert Recorder.taken == []
    assert {(one.state, one.failure) for one in Message.everywhere.all()} == {
        (State.MAYBE_SENT, Failure.RESTORED)
    }


def test_it_may_be_done_twice(trust: Organisation, clock: Any) -> None:
    enqueue(draft(trust, f"later{n}") for n in range(5))
    assert after_restore(Recorder).looked_up == 5
    assert after_restore(Recorder).looked_up == 0
    deliver_for(3, clock)
    assert len(Recorder.taken) == 5


@pytest.mark.usefixtures("db")
def test_the_command_waits_until_no_worker_runs(
    settings: Settings, trust: Organisation, tmp_path: Path
) -> None:
    settings.MESSAGE_PROVIDER = Recorder.name
    settings.ERASURES_FILE = str(tmp_path / "erasures.jsonl")
    Path(settings.ERASURES_FILE).touch()
    queue(trust)
    heartbeat.beat(uuid7(), timezone.now())
    with pytest.raises(CommandError, match="Stop every worker"):
        call_command("after_restore")
    assert Message.everywhere.get().state == State.QUEUED
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        out = StringIO()
        call_command("after_restore", stdout=out)
    assert "1 messages are looked up" in out.getvalue()
    assert Message.everywhere.get().state == State.UNCERTAIN
    settings.MESSAGE_PROVIDER = "none"
    with (
        time_machine.travel(timezone.now() + timedelta(minutes=1)),
        pytest.raises(CommandError, match="none"),
    ):
        call_command("after_restore")


def _as_taken(message: Message) -> Any:
    return outgoing(message.organisation, message.id)
