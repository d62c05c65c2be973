"""What a provider tells later. Twice, late or out of order it does no harm."""

from __future__ import annotations

from itertools import permutations
from typing import Literal

import pytest
from uuid_utils.compat import uuid7

from staffpassport.messaging.listeners import Change
from staffpassport.messaging.receipts import Receipt, record_receipt, record_receipts
from staffpassport.messaging.states import Failure, State
from staffpassport.organisations.models import Organisation
from tests.messaging.outbox import Recorder, delivery, queue, run

Told = Literal[State.SENT, State.DELIVERED, State.FAILED]


def test_a_receipt_moves_a_sent_message_on(trust: Organisation, heard: list[Change]) -> None:
    message = queue(trust)
    run(delivery())
    assert record_receipt(str(message.id), State.FAILED, Failure.NO_SUCH_ADDRESS)
    message.refresh_from_db()
    assert (message.state, message.failure) == (State.FAILED, "no-such-address")
    assert [(one.old, one.new) for one in heard] == [("leased", "sent"), ("sent", "failed")]


def test_the_same_receipt_twice_is_heard_once(trust: Organisation, heard: list[Change]) -> None:
    message = queue(trust)
    run(delivery())
    heard.clear()
    for _ in range(2):
        assert record_receipt(str(message.id), State.DELIVERED)
    assert len(heard) == 1


@pytest.mark.parametrize("order", list(permutations([State.SENT, State.FAILED, State.DELIVERED])))
def test_in_any_order_a_state_never_moves_back(trust: Organisation, order: tuple[Told, ...]) -> None:
    message = queue(trust)
    run(delivery())
    for state in order:
        record_receipt(str(message.id), state, "x" if state == State.FAILED else "")
    message.refresh_from_db()
    assert (message.state, message.failure) == (State.DELIVERED, "")


def test_a_receipt_that_overtakes_the_answer_is_kept(trust: Organisation) -> None:
    message = queue(trust)
    loop = delivery()
    loop.step()
    record_receipt(str(message.id), State.DELIVERED)
    run(loop)
    message.refresh_from_db()
    assert (message.state, message.recipient, message.lease_until) == (State.DELIVERED, None, None)


def test_a_receipt_for_a_message_that_waits_to_be_tried_again_ends_it(trust: Organisation) -> None:
    message = queue(trust)
    record_receipt(str(message.id), State.DELIVERED)
    run(delivery())
    assert Recorder.taken == []


@pytest.mark.parametrize("reference", ["", "not-an-id", "../x", "01a204d6-c260-720a-b1c8-b49d73544981"])
def test_a_reference_that_is_nobodys_is_told_apart(db: None, reference: str) -> None:
    assert not record_receipt(reference, State.DELIVERED)


def test_many_receipts_are_recorded_together(trust: Organisation, heard: list[Change]) -> None:
    messages = [queue(trust, str(number)) for number in range(5)]
    run(delivery())
    heard.clear()
    nobodys = str(uuid7())
    assert record_receipts(
        [Receipt(str(one.id), State.DELIVERED) for one in messages] + [Receipt(nobodys, State.SENT)]
    ) == {nobodys}
    assert len(heard) == 5
