"""In whose name messages go out: a trust has its own name and address to answer to, and may have senders at Notify."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class Sender:
    """`id` is the provider's own id of it, None for its usual one; `reply_to` an e-mail address."""

    id: UUID | None = None
    trust: str = ""
    reply_to: str = ""


def senders_of(messages: Sequence[Message]) -> dict[UUID, Sender]:
    """Each message's sender. One query a batch."""
    trusts = Organisation.objects.in_bulk({message.organisation_id for message in messages})
    return {
        message.id: _sender(trusts[message.organisation_id], Channel(message.channel))
        for message in messages
        if message.organisation_id in trusts
    }


def _sender(trust: Organisation, channel: Channel) -> Sender:
    id_ = trust.notify_reply_to_id if channel == Channel.EMAIL else trust.notify_text_sender_id
    return Sender(id_, str(trust), trust.hr_email)
