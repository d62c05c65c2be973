"""Writing events: who did what to whom, and from where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from uuid_utils import uuid7

from staffpassport.audit.models import NO_TRUST, Event, Kind, Unsealed
from staffpassport.bulk import insert

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it. Made by `person`, `holder` or `task`, so that it is never empty."""

    key: str
    name: str
    network_address: str | None = None

    def __post_init__(self) -> None:
        if not self.key.partition(":")[2]:
            raise ValueError("an event needs an actor: a person's id, or the name of a system task")

    @classmethod
    def person(cls, user_id: UUID, name: str, network_address: str | None = None) -> Actor:
        """A portal user."""
        return cls(f"user:{user_id}", name, network_address)

    @classmethod
    def holder(cls, passport_id: UUID, network_address: str | None = None) -> Actor:
        """The staff member whom a passport is about, by its id: events hold no name of theirs."""
        return cls(f"holder:{passport_id}", "The staff member", network_address)

    @classmethod
    def task(cls, name: str) -> Actor:
        """A named task of the system, such as `deliver` or `create_organisation`."""
        return cls(f"task:{name}", "The portal" if name else "")


def event(
    kind: Kind,
    *,
    actor: Actor,
    organisation_id: UUID | None,
    subject: UUID | str,
    detail: str = "",
) -> Event:
    """An event not yet written, for those who write many at once."""
    return Event(
        kind=kind,
        actor=actor.key,
        actor_name=actor.name,
        network_address=actor.network_address,
        organisation_id=organisation_id,
        subject=str(subject),
        detail=detail,
        at=timezone.now(),
    )


@transaction.atomic(savepoint=False)
def write(events: Iterable[Event]) -> None:
    """Writes events in bulk, in the transaction of what they tell of."""
    written = Event.objects.bulk_create(events, batch_size=_AT_ONCE)
    by_trust: dict[UUID, list[bytes]] = defaultdict(list)
    for one in written:
        by_trust[one.organisation_id or NO_TRUST].append(one.pk.bytes)
    Unsealed.objects.bulk_create(
        Unsealed(organisation_id=trust, events=b"".join(ids)) for trust, ids in by_trust.items()
    )


@transaction.atomic(savepoint=False)
def record_each(
    kind: Kind,
    subjects: Iterable[UUID | str],
    *,
    actor: Actor,
    organisation_id: UUID | None,
    detail: str = "",
) -> None:
    """Writes the same event about each of any number of subjects, in the transaction of what they tell of."""
    rows = [(uuid7(), str(subject)) for subject in subjects]
    if not rows:
        return
    insert(
        Event,
        ["id", "subject"],
        rows,
        same={
            "kind": kind,
            "actor": actor.key,
            "actor_name": actor.name,
            "network_address": actor.network_address,
            "organisation_id": organisation_id,
            "detail": detail,
            "at": timezone.now(),
        },
    )
    Unsealed.objects.create(
        organisation_id=organisation_id or NO_TRUST, events=b"".join(row[0].bytes for row in rows)
    )


def record(kind: Kind, **details: Any) -> None:
    """Writes one event; the arguments are those of `event`."""
    write([event(kind, **details)])


def history(subject: UUID | str, kinds: Iterable[Kind]) -> QuerySet[Event]:
    """What happened to one subject, newest first."""
    return Event.objects.filter(subject=str(subject), kind__in=list(kinds)).order_by("-id")
