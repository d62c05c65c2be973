"""Reading the sealed trail of a trust, as its auditors do: by number, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from staffpassport.audit.models import AuditSeal, SealedEvent
from staffpassport.audit.sealing import oldest_unsealed

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the trail is sealed; `waiting_since` is when the oldest event happened that is not sealed yet."""

    last_number: int
    sealed_at: datetime | None
    waiting_since: datetime | None


def trail_of(organisation_id: UUID) -> QuerySet[SealedEvent]:
    """The sealed events of a trust, each with its event."""
    return SealedEvent.objects.filter(organisation_id=organisation_id).select_related("event")


def standing_of(organisation_id: UUID) -> Standing:
    """How far the trail of a trust is sealed."""
    newest = _seals(organisation_id).order_by("-first_number").first()
    return Standing(
        newest.last_number if newest else 0,
        newest.sealed_at if newest else None,
        oldest_unsealed(organisation_id),
    )


def happened_between(
    events: QuerySet[SealedEvent], organisation_id: UUID, begin: datetime | None, end: datetime | None
) -> QuerySet[SealedEvent]:
    """Those from `begin` on and before `end`.

    The seals, which are few, bound the numbers: nothing is sealed before it happens, so that none of the time's events
    has a number below the first seal made since. A later bound there is none, but that of the moments themselves.
    """
    if begin:
        since = _seals(organisation_id).filter(sealed_at__gte=begin).order_by("first_number").first()
        events = (
            events.filter(number__gte=since.first_number, event__at__gte=begin) if since else events.none()
        )
    return events.filter(event__at__lt=end) if end else events


def newest_first(events: QuerySet[SealedEvent]) -> Iterator[SealedEvent]:
    """All of them, a few thousand in memory at a time."""
    ordered = events.order_by("-number")
    some = list(ordered[:_AT_ONCE])
    while some:
        yield from some
        some = list(ordered.filter(number__lt=some[-1].number)[:_AT_ONCE])


def _seals(organisation_id: UUID) -> QuerySet[AuditSeal]:
    return AuditSeal.objects.filter(organisation_id=organisation_id)
