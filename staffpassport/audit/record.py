"""Writing events: who did what to whom, and from where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from staffpassport.audit.models import Event, Kind
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


def write(events: Iterable[Event]) -> None:
    """Writes events in bulk, in the transaction of what they tell of."""
    Event.objects.bulk_create(events, batch_size=_AT_ONCE)


def record_each(
    kind: Kind,
    subjects: Iterable[UUID | str],
    *,
    actor: Actor,
    organisation_id: UUID | None,
    detail: str = "",
) -> None:
    """Writes the same event about each of any number of subjects, in the transaction of what they tell of."""
    insert(
        Event,
        ["subject"],
        ((str(subject),) for subject in subjects),
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


def record(kind: Kind, **details: Any) -> None:
    """Writes one event; the arguments are those of `event`."""
    write([event(kind, **details)])


def history(subject: UUID | str, kinds: Iterable[Kind]) -> QuerySet[Event]:
    """What happened to one subject, newest first."""
    return Event.objects.filter(subject=str(subject), kind__in=list(kinds)).order_by("-id")
