"""In whose name messages go out: a trust may have a reply-to address and a text sender of its own."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation


def senders_of(messages: Sequence[Message]) -> dict[UUID, UUID | None]:
    """The provider's id of each message's sender, None for its usual one. One query a batch."""
    trusts = {message.organisation_id for message in messages}
    if not trusts:
        return {}
    rows = Organisation.objects.order_by().filter(pk__in=trusts)
    of_trust = {
        trust: {Channel.EMAIL: reply_to, Channel.TEXT: text_sender}
        for trust, reply_to, text_sender in rows.values_list(
            "pk", "notify_reply_to_id", "notify_text_sender_id"
        )
    }
    return {
        message.id: of_trust.get(message.organisation_id, {}).get(Channel(message.channel))
        for message in messages
    }
