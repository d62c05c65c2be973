"""Putting messages in and taking them out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from staffpassport.bulk import inserting
from staffpassport.messaging.listeners import Change
from staffpassport.messaging.models import Message
from staffpassport.messaging.outbox import cancel, enqueue, enqueue_each
from staffpassport.messaging.states import Channel, State, Urgency
from staffpassport.organisations.models import Organisation
from tests.messaging.outbox import PURPOSE, Recorder, delivery, draft, queue, run


def test_a_key_that_is_known_makes_no_second_message(trust: Organisation) -> None:
    enqueue([draft(trust, "a"), draft(trust, "b")])
    first = Message.everywhere.get(idempotency_key="a")

    enqueue([draft(trust, "a", recipient="else@example.com"), draft(trust, "c"), draft(trust, "c")])

    assert Message.everywhere.count() == 3
    again = Message.everywhere.get(idempotency_key="a")
    assert (again.id, again.recipient) == (first.id, "a@example.com")


def test_a_key_is_known_even_when_its_message_is_final(trust: Organisation) -> None:
    queue(trust, "a")
    run(delivery())
    enqueue([draft(trust, "a")])
    run(delivery())
    assert len(Recorder.taken) == 1


def test_more_messages_than_one_insert_takes_are_all_queued(
    trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inserting, "_AT_ONCE", 7)
    enqueue(draft(trust, str(number)) for number in range(20))
    assert Message.everywhere.filter(state=State.QUEUED).count() == 20


def test_messages_go_with_the_transaction_that_they_tell_of(trust: Organisation) -> None:
    def write() -> None:
        with transaction.atomic():
            enqueue([draft(trust, "a")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write()
    assert not Message.everywhere.exists()


@pytest.mark.parametrize("missing", ["recipient", "about", "purpose", "idempotency_key"])
def test_a_draft_that_could_not_be_sent_is_refused_before_the_database_drops_it(
    trust: Organisation, missing: str
) -> None:
    with pytest.raises(ValueError, match="a message needs"):
        draft(trust, "a", **{missing: ""})


def test_many_messages_of_one_purpose_are_what_their_drafts_would_be(trust: Organisation) -> None:
    both = [("one", Channel.EMAIL, "one@example.com"), ("one", Channel.TEXT, "+447946000001")]
    until = timezone.now() + timedelta(days=14)
    shared: dict[str, Any] = {"organisation_id": trust.pk, "purpose": PURPOSE, "urgency": Urgency.BULK}
    for _ in range(2):  # known the second time
        enqueue_each(both, not_after=until, **shared)

    by_draft = [
        draft(trust, f"draft {channel}", about=about, channel=channel, recipient=to, not_after=until)
        for about, channel, to in both
    ]
    enqueue(by_draft)

    def told(messages: QuerySet[Message]) -> list[tuple[Any, ...]]:
        own = {"id", "idempotency_key", "created_at", "state_changed_at", "due_at", "give_up_at"}
        shown = [field.attname for field in Message._meta.concrete_fields if field.attname not in own]
        return list(messages.order_by("channel").values_list(*shown))

    each = Message.everywhere.exclude(idempotency_key__startswith="draft")
    assert told(each) == told(Message.everywhere.filter(idempotency_key__startswith="draft"))
    assert sorted(each.values_list("idempotency_key", flat=True)) == ["test:one:email", "test:one:text"]
    assert {one.due_at for one in each} == {one.created_at for one in each}


@pytest.mark.parametrize(("about", "recipient"), [("", "one@example.com"), ("one", "")])
def test_many_messages_are_refused_where_one_could_not_be_sent(
    trust: Organisation, about: str, recipient: str
) -> None:
    with pytest.raises(ValueError, match="a message needs"), transaction.atomic():
        enqueue_each(
            [("two", Channel.EMAIL, "two@example.com"), (about, Channel.EMAIL, recipient)],
            organisation_id=trust.pk,
            purpose=PURPOSE,
            urgency=Urgency.BULK,
        )
    assert not Message.everywhere.exists()


def test_cancelling_forgets_the_recipient_and_tells_the_listeners(
    trust: Organisation, heard: list[Change]
) -> None:
    message = queue(trust, "a")
    queue(trust, "b")

    assert cancel(["about-a"], reason="invitation-ended") == 1

    message.refresh_from_db()
    assert (message.state, message.recipient, message.failure) == ("cancelled", None, "invitation-ended")
    assert [(one.about, one.old, one.new) for one in heard] == [("about-a", "queued", "cancelled")]
    run(delivery())
    assert [outgoing.recipient for outgoing in Recorder.taken] == ["b@example.com"]


def test_cancelling_can_be_kept_to_a_purpose(trust: Organisation) -> None:
    queue(trust, "a")
    assert cancel(["about-a"], purposes=["reminder"]) == 0
    assert Message.everywhere.get().state == State.QUEUED


def test_cancelling_what_a_worker_has_in_hand_keeps_it_from_being_sent_again(trust: Organisation) -> None:
    message = queue(trust, "a")
    loop = delivery()
    loop.step()  # claimed, and not sent yet
    cancel(["about-a"])
    message.refresh_from_db()
    assert message.state == State.LEASED
    assert message.not_after is not None
    assert message.not_after <= timezone.now()


def test_the_database_keeps_no_recipient_of_a_message_that_is_over(trust: Organisation) -> None:
    message = queue(trust)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.everywhere.filter(pk=message.pk).update(state=State.SENT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.everywhere.filter(pk=message.pk).update(recipient=None)


def test_the_database_wants_a_reason_for_what_did_not_arrive(trust: Organisation) -> None:
    message = queue(trust)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.everywhere.filter(pk=message.pk).update(state=State.FAILED, recipient=None)
