"""Receipts: a provider tells later what became of a message. Twice, late or out of order they do no harm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from staffpassport.messaging import listeners
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Failure, State, moves_up


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the message of this reference; `reason` is a Failure or a short word, if it failed."""

    reference: str
    state: Literal[State.SENT, State.DELIVERED, State.FAILED]
    reason: str = ""


def record_receipt(
    reference: str, state: Literal[State.SENT, State.DELIVERED, State.FAILED], reason: str = ""
) -> bool:
    """Records one receipt. False for a reference that is nobody's, so that a callback can answer 404."""
    return not record_receipts([Receipt(reference, state, reason)])


def record_receipts(receipts: Iterable[Receipt]) -> set[str]:
    """Records many in one transaction; listeners hear of changes. Returns references that are nobody's.

    A state never moves back, and a receipt may be first: one for a message still in hand ends the sending of
    it.
    """
    known = {receipt: _id(receipt.reference) for receipt in receipts}
    now = timezone.now()
    with transaction.atomic():
        wanted = [id_ for id_ in known.values() if id_ is not None]
        rows = Message.everywhere.select_for_update().filter(id__in=wanted).order_by("id")
        messages = {message.id: message for message in rows}
        old_states = {id_: State(message.state) for id_, message in messages.items()}
        nobodys = set()
        for receipt, id_ in known.items():
            message = messages.get(id_) if id_ is not None else None
            if message is None:
                nobodys.add(receipt.reference)
            elif moves_up(State(message.state), receipt.state):
                failed = receipt.state == State.FAILED
                message.move_to(receipt.state, (receipt.reason or Failure.PROVIDER_FAULT) if failed else "")
                message.state_changed_at = now
        changed = [message for id_, message in messages.items() if message.state != old_states[id_]]
        if changed:
            Message.everywhere.bulk_update(
                changed, ["state", "lease_until", "failure", "recipient", "state_changed_at"]
            )
            listeners.tell([listeners.change(message, old_states[message.id]) for message in changed])
    return nobodys


def _id(reference: str) -> UUID | None:
    try:
        return UUID(reference)
    except ValueError:
        return None
