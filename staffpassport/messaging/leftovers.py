"""What a provider before left behind that the one of today cannot take: it must not wait for ever.

Texts, where today's sends none, are cancelled with a reason for HR, and keep no phone number. What may have gone out is
no longer looked up where nobody can be asked.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from staffpassport.messaging import finish
from staffpassport.messaging.models import Message
from staffpassport.messaging.providers.base import Provider
from staffpassport.messaging.states import Channel, Failure, State, Urgency

AT_ONCE = 500


def clear(provider: type[Provider]) -> bool:
    """Ends a batch of them; whether there may be more. A few probes of indexes where there is nothing."""
    ended = 0
    for channel in Channel:
        if channel not in provider.channels:
            # By urgency, as the index of what is queued begins with it.
            waiting = Message.everywhere.filter(
                state=State.QUEUED, urgency__in=Urgency.values, channel=channel
            )
            ended += _end(waiting, State.CANCELLED, Failure.NOT_CARRIED)
    if not provider.can_be_asked:
        ended += _end(Message.everywhere.filter(state=State.UNCERTAIN), State.MAYBE_SENT, Failure.NO_ANSWER)
    return ended > 0


def _end(found: QuerySet[Message], state: State, reason: Failure) -> int:
    if not found.exists():
        return 0
    with transaction.atomic():
        messages = list(found.select_for_update(skip_locked=True).order_by("id")[:AT_ONCE])
        old_states = {message.id: State(message.state) for message in messages}
        for message in messages:
            message.move_to(state, reason)
        finish.write(messages, old_states, timezone.now())
    return len(messages)
