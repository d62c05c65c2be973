"""Writing down what became of a batch: states, the budget's pauses and the listeners, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from staffpassport.messaging import budget, listeners, outcomes
from staffpassport.messaging.models import Message
from staffpassport.messaging.outcomes import LookedUp, Result, Sent
from staffpassport.messaging.providers.base import Provider, TryLater
from staffpassport.messaging.states import Hurdle, State
from staffpassport.messaging.timing import Timing

log = structlog.get_logger(__name__)

_WRITTEN = [
    "state",
    "recipient",
    "due_at",
    "lease_until",
    "attempted_at",
    "provider_id",
    "failure",
    "state_changed_at",
]


def finish(results: Sequence[Result], provider: type[Provider], timing: Timing) -> None:
    """Writes the results of a batch and logs a line for each.

    All or nothing: it may be called again after a fault.
    """
    now = timezone.now()
    with transaction.atomic():
        rows = Message.everywhere.select_for_update().filter(id__in=[one.message_id for one in results])
        messages: dict[UUID, Message] = {message.id: message for message in rows.order_by("id")}
        old_states = {id_: State(message.state) for id_, message in messages.items()}
        touched = {}
        for result in results:
            message = messages.get(result.message_id)
            if message is not None and outcomes.apply(message, result, provider, now, timing):
                touched[message.id] = message
        write(list(touched.values()), old_states, now)
        _heed(results, provider, now, timing)
    for result in results:
        message = messages.get(result.message_id)
        _log(result, message)


def write(messages: Sequence[Message], old_states: dict[UUID, State], now: datetime) -> None:
    """Writes changed messages and tells the listeners, in the caller's transaction."""
    if not messages:
        return
    for message in messages:
        if message.state != old_states[message.id]:
            message.state_changed_at = now
    Message.everywhere.bulk_update(messages, _WRITTEN)
    listeners.tell([listeners.change(message, old_states[message.id]) for message in messages])


def _heed(results: Sequence[Result], provider: type[Provider], now: datetime, timing: Timing) -> None:
    """A provider that wants less from all of us gets less from all of us."""
    refusals = [
        (result.channel, result.outcome.answer)
        for result in results
        if isinstance(result.outcome, Sent) and isinstance(result.outcome.answer, TryLater)
    ]
    if refusals:
        budget.put_back(provider, Counter(channel for channel, _ in refusals), now)
    pauses = {answer.after or timing.pause: answer.reason for _, answer in refusals if answer.pause_all}
    if pauses:
        longest = max(pauses)
        because = pauses[longest]
        # What passes by itself, such as a rate limit, is a warning; for what somebody has to put right it is an error.
        tell = log.error if because in Hurdle.values else log.warning
        tell("nobody sends for now", provider=provider.name, because=because, seconds=longest.total_seconds())
        budget.pause(provider, now + longest, because, now)
    for channel in {channel for channel, answer in refusals if answer.day_is_over}:
        log.warning("today's limit is used up", provider=provider.name, channel=channel.value)
        budget.end_day(provider, channel, now)


def _log(result: Result, message: Message | None) -> None:
    outcome = result.outcome
    asked = isinstance(outcome, Sent | LookedUp)
    log.info(
        "message",
        message=str(result.message_id),
        purpose=message.purpose if message else None,
        channel=result.channel.value,
        outcome=type(outcome.answer if isinstance(outcome, Sent | LookedUp) else outcome).__name__,
        looked_up=isinstance(outcome, LookedUp),
        state=message.state if message else None,
        failure=message.failure if message else None,
        attempt=result.attempt,
        milliseconds=result.milliseconds if asked else None,
    )
