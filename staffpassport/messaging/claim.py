"""Claiming: which messages go next. By urgency, then in turn over the trusts, within the budget."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from staffpassport.messaging import budget, finish, hours, outcomes
from staffpassport.messaging.models import Message
from staffpassport.messaging.providers.base import Provider
from staffpassport.messaging.states import Channel, State, Urgency
from staffpassport.messaging.timing import Timing
from staffpassport.organisations.models import Organisation

# A claim serves at most so many queues: each costs a query of its own.
_QUEUES_A_CLAIM = 12
_LAPSED_AT_ONCE = 500


class Queue(NamedTuple):
    """What takes turns: one trust's messages of one channel."""

    organisation_id: UUID
    channel: Channel


@dataclass(slots=True)
class Turns:
    """Whose turn it is, by urgency. Each delivery loop keeps its own."""

    _served_last: dict[Urgency, Queue] = field(default_factory=dict)

    def shares(self, urgency: Urgency, queues: Sequence[Queue], room: int) -> Iterator[tuple[Queue, int]]:
        """Queues from the one after the last served on, each with its equal share of the room."""
        if room <= 0 or not queues:
            return
        ordered = sorted(queues)
        last = self._served_last.get(urgency)
        start = 0 if last is None else bisect_right(ordered, last)
        chosen = (ordered[start:] + ordered[:start])[: min(_QUEUES_A_CLAIM, room)]
        share = -(-room // len(chosen))
        for queue in chosen:
            self._served_last[urgency] = queue
            yield queue, share


@dataclass(frozen=True, slots=True)
class Claimed:
    """Messages leased to this worker. `held_back`: more wait, but the budget does not give them now."""

    messages: list[Message]
    held_back: bool


def claim(
    urgencies: Sequence[Urgency], room: int, turns: Turns, provider: type[Provider], timing: Timing
) -> Claimed:
    """Leases at most `room` messages and draws them from the budget. Only reads when nothing can be sent.

    Of urgencies that wait for the day none is claimed by night.
    """
    now = timezone.now()
    urgencies = hours.may_go(urgencies, now)
    purse = budget.peek(provider, now)
    if not any(purse.tokens(urgency) for urgency in urgencies):
        return Claimed([], held_back=not purse.paused)
    ready = _ready(urgencies, room, provider, purse, now)
    if not ready:
        return Claimed([], held_back=False)
    with transaction.atomic():
        purse = budget.locked(provider, now)
        messages: list[Message] = []
        for urgency, queues in ready.items():
            left = min(room - len(messages), purse.tokens(urgency))
            for queue, share in turns.shares(urgency, queues, left):
                taken = _next_of(queue, urgency, min(share, left), purse, now)
                # What is cancelled for being late costs the provider nothing.
                purse.draw(queue.channel, sum(not message.is_too_late(now) for message in taken))
                left -= len(taken)
                messages += taken
        if messages:
            purse.row.save()
            _lease(messages, provider, now, timing)
    return Claimed(messages, held_back=not messages)


def _ready(
    urgencies: Sequence[Urgency], room: int, provider: type[Provider], purse: budget.Purse, now: datetime
) -> dict[Urgency, list[Queue]]:
    """The queues to claim from, the most urgent first, and no more urgencies than fill the room."""
    ready: dict[Urgency, list[Queue]] = {}
    found = 0
    for urgency in sorted(urgencies):
        # Of a channel whose day is over nothing is claimed, so its queues must not stand before others.
        channels = [channel for channel in provider.channels if purse.left_today(channel, urgency) != 0]
        queues = ready_queues(urgency, channels, now)
        if queues:
            ready[urgency] = queues
            found += len(queues)
        if found >= min(room, _QUEUES_A_CLAIM):
            break
    return ready


def ready_queues(urgency: Urgency, channels: Collection[Channel], now: datetime) -> list[Queue]:
    """The queues that have a message of this urgency due. One query, an index probe for each trust and channel."""
    if not channels:
        return []
    dues_of = {channel.value: first_due(urgency, channel, now) for channel in channels}
    rows = Organisation.objects.order_by().annotate(**dues_of).values_list("pk", *dues_of)
    return [
        Queue(organisation_id, channel)
        for organisation_id, *dues in rows
        for channel, due in zip(channels, dues, strict=True)
        if due is not None
    ]


def first_due(urgency: Urgency, channel: Channel, now: datetime) -> Subquery:
    """For a query of organisations: since when the first of such messages has been due, None where there is none.

    A subquery with a limit, because PostgreSQL makes of EXISTS a hash of all that is queued: with 200,000
    messages 120 ms instead of 4.
    """
    due = Message.everywhere.filter(
        state=State.QUEUED,
        urgency=urgency,
        organisation=OuterRef("pk"),
        channel=channel,
        due_at__lte=now,
    )
    return Subquery(due.order_by("due_at").values("due_at")[:1])


def claim_look_ups(room: int, timing: Timing) -> list[Message]:
    """Messages whose look-up is due.

    Should this worker die, they are due again after the length of a lease.
    """
    now = timezone.now()
    due = Message.everywhere.filter(state=State.UNCERTAIN, due_at__lte=now)
    if room <= 0 or not due.exists():
        return []
    with transaction.atomic():
        messages = list(due.select_for_update(skip_locked=True).order_by("due_at")[:room])
        ids = [message.id for message in messages]
        Message.everywhere.filter(id__in=ids).update(due_at=now + timing.lease)
    return messages


def take_over_lapsed(provider: type[Provider], timing: Timing) -> bool:
    """What workers that died had in hand: it may have gone out. Returns whether there may be more at once."""
    now = timezone.now()
    lapsed = Message.everywhere.filter(state=State.LEASED, lease_until__lt=now)
    if not lapsed.exists():
        return False
    with transaction.atomic():
        rows = lapsed.select_for_update(skip_locked=True).order_by("id")[:_LAPSED_AT_ONCE]
        messages = list(rows)
        for message in messages:
            outcomes.without_answer(message, provider, now, timing)
        finish.write(messages, {message.id: State.LEASED for message in messages}, now)
    return len(messages) == _LAPSED_AT_ONCE


def _next_of(queue: Queue, urgency: Urgency, room: int, purse: budget.Purse, now: datetime) -> list[Message]:
    left_today = purse.left_today(queue.channel, urgency)
    if left_today is not None:
        room = min(room, left_today)
    if room <= 0:
        return []
    due = Message.everywhere.filter(
        state=State.QUEUED,
        urgency=urgency,
        organisation=queue.organisation_id,
        channel=queue.channel,
        due_at__lte=now,
    )
    return list(due.select_for_update(skip_locked=True).order_by("due_at")[:room])


def _lease(messages: Sequence[Message], provider: type[Provider], now: datetime, timing: Timing) -> None:
    """All in one statement. The objects are told too, as the caller goes on with them."""
    lease_until = now + timing.lease
    Message.everywhere.filter(id__in=[message.id for message in messages]).update(
        state=State.LEASED,
        lease_until=lease_until,
        attempts=F("attempts") + 1,
        attempted_at=now,
        provider=provider.name,
    )
    for message in messages:
        message.state = State.LEASED
        message.lease_until = lease_until
        message.attempts += 1
        message.attempted_at = now
        message.provider = provider.name
