"""After the database was restored from a backup: what the backup calls unsent may have gone out since it was made.

So nothing that is due is sent before the provider was asked whether it has it. Where nobody can be asked, or not any
more, it is held: HR reads "May have been sent", and decides for each person whether to send a new invitation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from staffpassport.messaging import listeners, timing
from staffpassport.messaging.models import Message
from staffpassport.messaging.providers.base import Provider
from staffpassport.messaging.states import Failure, State
from staffpassport.messaging.timing import Timing

AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Restored:
    """How many messages are looked up first, how many are held, and how many are sent later and so cannot have been."""

    looked_up: int
    held: int
    later: int


def after_restore(
    provider: type[Provider],
    *,
    now: datetime | None = None,
    report: Callable[[int], None] = lambda done: None,
) -> Restored:
    """Puts every message that could be sent now behind a look-up, or holds it. No worker may run meanwhile.

    A message that is due later has not gone out: nothing is ever made due earlier. A look-up needs a provider that can
    be asked, and remembers: what was queued longer ago than providers keep messages is held. Safe to repeat, in batches
    of AT_ONCE; `report` hears how many are done.
    """
    now = now or timezone.now()
    delays = timing.current()
    known_since = now - delays.ask_until
    may_have_gone = Q(state=State.QUEUED, due_at__lte=now) | Q(state=State.LEASED)
    unfinished = Message.everywhere.filter(may_have_gone | Q(state=State.UNCERTAIN))
    looked_up = held = 0
    if provider.can_be_asked:
        too_old = unfinished.filter(created_at__lt=known_since)
        while done := _hold(too_old, now):
            report(held := held + done)
        while done := _look_up_first(Message.everywhere.filter(may_have_gone), provider, now, delays):
            report(looked_up := looked_up + done)
    else:
        while done := _hold(unfinished, now):
            report(held := held + done)
    return Restored(looked_up, held, Message.everywhere.filter(state=State.QUEUED, due_at__gt=now).count())


@transaction.atomic
def _look_up_first(found: QuerySet[Message], provider: type[Provider], now: datetime, delays: Timing) -> int:
    """As if each had been attempted long enough ago: unknown at the first look-up, it is queued again."""
    messages = list(found.order_by("id").select_for_update()[:AT_ONCE])
    Message.everywhere.filter(id__in=[message.id for message in messages]).update(
        state=State.UNCERTAIN,
        lease_until=None,
        attempts=F("attempts") + 1,
        attempted_at=now - delays.look_up_last,
        provider=provider.name,
        due_at=now,
        # The days between the backup and now are not the message's.
        give_up_at=Greatest(F("give_up_at"), now + delays.give_up_after),
        state_changed_at=now,
    )
    _tell(messages, State.UNCERTAIN)
    return len(messages)


@transaction.atomic
def _hold(found: QuerySet[Message], now: datetime) -> int:
    messages = list(found.order_by("id").select_for_update()[:AT_ONCE])
    Message.everywhere.filter(id__in=[message.id for message in messages]).update(
        state=State.MAYBE_SENT,
        lease_until=None,
        failure=Failure.RESTORED,
        recipient=None,
        state_changed_at=now,
    )
    _tell(messages, State.MAYBE_SENT, Failure.RESTORED)
    return len(messages)


def _tell(messages: list[Message], state: State, failure: str = "") -> None:
    old = {message.id: State(message.state) for message in messages}
    for message in messages:
        message.move_to(state, failure)
    listeners.tell([listeners.change(message, old[message.id]) for message in messages])
