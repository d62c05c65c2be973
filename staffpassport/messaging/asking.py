"""Asking what became of messages that have been sent, where nobody tells the portal.

A loop and no duty: an answer that does not come must not keep other duties waiting. What it takes up is put off for the
length of a lease, so that all workers share what is to be asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from staffpassport.logs import describe
from staffpassport.messaging import providers, timing
from staffpassport.messaging.deliver import NoProvider
from staffpassport.messaging.models import Message
from staffpassport.messaging.providers.base import Found, Handed, Provider
from staffpassport.messaging.receipts import Receipt, record_receipts
from staffpassport.messaging.states import Channel, State
from staffpassport.messaging.timing import Timing
from staffpassport.work import loops
from staffpassport.work.loops import Loop

log = structlog.get_logger(__name__)

# A page of GOV.UK Notify's.
AT_ONCE = 250
# Providers keep what became of messages for a week. What nobody told by then, nobody will.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class Asking:
    """The loop: asks about what is due, a batch a step, and records what has ended."""

    idle = 5.0

    def __init__(self, provider: type[Provider]) -> None:
        self._provider = provider()
        self._timing = timing.current()

    def step(self) -> bool:
        """Asks about one batch; whether there may be more at once."""
        handed = _claim(self._provider.name, self._timing)
        if not handed:
            return False
        told = self._ask(handed)
        ended = [one for one in handed if one.reference in told and told[one.reference].state != State.SENT]
        record_receipts(
            Receipt(str(one.reference), told[one.reference].state, told[one.reference].reason)
            for one in ended
        )
        still_open = [one for one in handed if one.reference in told and one not in ended]
        _ask_again(still_open, self._timing)
        log.info("asked", messages=len(handed), told=len(told), ended=len(ended))
        return len(handed) == AT_ONCE and bool(told)

    def close(self) -> None:
        """Nothing is in hand: what was not asked about comes due again."""

    def _ask(self, handed: Sequence[Handed]) -> Mapping[UUID, Found]:
        try:
            return self._provider.states_of(handed)
        except Exception as fault:
            log.error("provider failed", **describe(fault))
            return {}


def _claim(provider: str, timing: Timing) -> list[Handed]:
    now = timezone.now()
    due = Message.everywhere.filter(state=State.SENT, provider=provider, due_at__lte=now)
    if not due.exists():
        return []
    with transaction.atomic():
        messages = list(due.select_for_update(skip_locked=True).order_by("due_at")[:AT_ONCE])
        Message.everywhere.filter(id__in=[message.id for message in messages]).update(
            due_at=now + timing.lease
        )
    handed = [
        Handed(message.id, Channel(message.channel), message.provider_id, message.attempted_at or now)
        for message in messages
    ]
    too_old = [one for one in handed if now - one.attempted_at > timing.ask_until]
    _put_off(too_old, NEVER)
    return [one for one in handed if one not in too_old]


def _ask_again(handed: Sequence[Handed], timing: Timing) -> None:
    """The longer ago a message was sent, the longer it is left alone: by half of its age."""
    now = timezone.now()
    by_wait: dict[timedelta, list[Handed]] = {}
    for one in handed:
        wait = max(timing.ask_first, min((now - one.attempted_at) / 2, timing.ask_longest))
        # By whole parts, so that a batch takes a few statements and not one a message.
        by_wait.setdefault(max(wait // timing.ask_first, 1) * timing.ask_first, []).append(one)
    for wait, those in by_wait.items():
        _put_off(those, now + wait)


def _put_off(handed: Sequence[Handed], until: datetime) -> None:
    ids = [one.reference for one in handed]
    if ids:
        Message.everywhere.filter(id__in=ids, state=State.SENT).update(due_at=until)


def asking() -> Loop:
    """How the worker makes the loop: none where the provider cannot tell."""
    provider = providers.chosen()
    return NoProvider() if provider is None or not provider.tells_states else Asking(provider)


def register_loop() -> None:
    """Adds asking to what every worker does."""
    make: Callable[[], Loop] = asking
    loops.register("ask", make)
