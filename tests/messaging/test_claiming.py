"""Who goes first: by urgency, then in turn over the trusts."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from staffpassport.messaging.claim import Claimed, Turns, claim
from staffpassport.messaging.deliver import CODES, THE_REST
from staffpassport.messaging.models import Message
from staffpassport.messaging.outbox import enqueue
from staffpassport.messaging.states import Channel, Failure, State, Urgency
from staffpassport.messaging.timing import Timing
from staffpassport.organisations.models import Organisation
from tests.messaging.outbox import Recorder, delivery, draft, organisation, queue, run


def _claim(room: int, turns: Turns | None = None) -> Claimed:
    return claim(THE_REST, room, turns or Turns(), Recorder, Timing())


def test_the_more_urgent_goes_first_whenever_it_was_queued(trust: Organisation) -> None:
    for urgency in (Urgency.REMINDER, Urgency.BULK, Urgency.SINGLE):
        queue(trust, urgency.name, urgency=urgency)
    assert [message.urgency for message in _claim(2).messages] == [Urgency.SINGLE, Urgency.BULK]


def test_lower_urgencies_fill_what_is_left_of_a_batch(trust: Organisation) -> None:
    enqueue(draft(trust, f"bulk-{number}") for number in range(5))
    queue(trust, "single", urgency=Urgency.SINGLE)
    claimed = _claim(4).messages
    assert [message.urgency for message in claimed] == [1, 2, 2, 2]


def test_a_code_leaves_at_once_while_bulk_messages_fill_their_loop(trust: Organisation) -> None:
    enqueue(draft(trust, f"bulk-{number}") for number in range(300))
    rest = delivery()
    while rest.step() and Message.everywhere.filter(state=State.QUEUED).count() > 200:
        pass
    # The budget of bulk is drawn down by now, and what is left of it is kept for codes.
    queue(trust, "code", urgency=Urgency.CODE, channel=Channel.TEXT, recipient="+447700900123")
    Recorder.taken.clear()
    run(delivery(urgencies=CODES))
    assert [outgoing.recipient for outgoing in Recorder.taken] == ["+447700900123"]


def test_a_batch_is_shared_by_the_trusts_that_wait(trust: Organisation) -> None:
    others = [organisation("RBB"), organisation("RCC")]
    enqueue(draft(trust, f"many-{number}") for number in range(100))
    for other in others:
        queue(other, other.ods_code)
    turns = Turns()
    claimed = [*_claim(6, turns).messages, *_claim(6, turns).messages]
    served = Counter(message.organisation_id for message in claimed)
    assert all(served[other.pk] == 1 for other in others)
    assert served[trust.pk] >= 6, "and nobody's place is left empty for long"


def test_trusts_take_turns_when_a_batch_is_smaller_than_their_number(db: None) -> None:
    trusts = [organisation(f"R{number:02}") for number in range(20)]
    for each in trusts:
        enqueue(draft(each, f"{each.ods_code}-{number}") for number in range(3))
    turns = Turns()
    served = Counter(message.organisation_id for _ in range(10) for message in _claim(4, turns).messages)
    assert served == {each.pk: 2 for each in trusts}


def test_e_mails_and_texts_of_a_trust_take_turns(trust: Organisation) -> None:
    enqueue(draft(trust, f"e-{number}") for number in range(10))
    enqueue(draft(trust, f"t-{number}", channel=Channel.TEXT) for number in range(10))
    turns = Turns()
    channels = Counter(message.channel for _ in range(4) for message in _claim(1, turns).messages)
    assert channels == {Channel.EMAIL: 2, Channel.TEXT: 2}


def test_what_is_due_later_waits(trust: Organisation) -> None:
    queue(trust, "later", due_at=timezone.now() + timedelta(hours=1))
    assert _claim(10).messages == []


def test_a_claimed_message_is_nobody_elses(trust: Organisation) -> None:
    message = queue(trust)
    assert [claimed.id for claimed in _claim(10).messages] == [message.id]
    assert _claim(10).messages == []
    message.refresh_from_db()
    assert (message.state, message.attempts, message.provider) == ("leased", 1, "recorder")
    assert message.lease_until is not None


def test_what_the_provider_of_today_does_not_carry_is_cancelled_and_keeps_no_number(
    trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Recorder, "channels", frozenset({Channel.EMAIL}))
    text = queue(trust, "text", channel=Channel.TEXT)
    queue(trust, "mail")
    run(delivery())
    assert len(Recorder.taken) == 1
    text.refresh_from_db()
    assert (text.state, text.failure, text.recipient) == (State.CANCELLED, Failure.NOT_CARRIED, None)


def test_looking_for_work_when_there_is_none_is_a_few_reads_and_no_write(trust: Organisation) -> None:
    queue(trust, "later", due_at=timezone.now() + timedelta(hours=1))
    loop = delivery()
    loop.step()  # the first step also sweeps
    with CaptureQueriesContext(connection) as queries:
        assert not loop.step()
    assert len(queries) <= 4
    assert all(query["sql"].startswith("SELECT") for query in queries)


def test_e_mails_that_wait_for_tomorrow_do_not_stand_before_texts(db: None) -> None:
    Recorder.daily_limits = {Channel.EMAIL: 0}
    trusts = [organisation(f"R{number:02}") for number in range(15)]
    enqueue(draft(each, each.ods_code, urgency=Urgency.SINGLE) for each in trusts)
    queue(trusts[-1], "text", channel=Channel.TEXT)
    assert [message.channel for message in _claim(24).messages] == [Channel.TEXT]


def test_a_batch_costs_few_queries_however_many_messages(trust: Organisation) -> None:
    enqueue(draft(trust, str(number)) for number in range(50))
    loop = delivery(capacity=40)
    loop.step()
    with CaptureQueriesContext(connection) as queries:
        loop.step()  # finishes 40, claims the next
    assert len(queries) < 20
