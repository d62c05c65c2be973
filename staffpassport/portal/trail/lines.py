"""Events as an auditor reads them: who did what, when, from where and about whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from staffpassport.accounts.models import Membership
from staffpassport.audit.models import Kind, SealedEvent
from staffpassport.audit.trail import Trail
from staffpassport.batches.models import Batch
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.roster.workbooks import Cell
from staffpassport.uploads.models import Upload

HEADINGS = (
    "Number",
    "Time (UTC)",
    "Who",
    "Who (reference)",
    "What happened",
    "Kind",
    "Details",
    "About (reference)",
    "Network address",
    "Event id",
)
WIDTHS = {0: 10, 1: 28, 3: 42, 4: 40, 6: 40, 7: 38, 9: 38}


@dataclass(frozen=True, slots=True)
class About:
    """What an event is about, while it is there: its words, and its page if it has one."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Line:
    """One event on the page."""

    number: int
    at: datetime
    who: str
    what: str
    detail: str
    about: About | None
    network_address: str | None


def lines_of(organisation: Organisation, events: Sequence[SealedEvent]) -> list[Line]:
    """A page of events. What they are about is looked up for all of them at once."""
    about = about_of(organisation, {one.event.subject for one in events})
    return [
        Line(
            one.number,
            one.event.at,
            one.event.actor_name,
            what(one.event.kind),
            one.event.detail,
            about.get(one.event.subject),
            one.event.network_address,
        )
        for one in events
    ]


def about_of(organisation: Organisation, subjects: set[str]) -> Mapping[str, About]:
    """The records, portal users, lists and batches of the trust among these subjects, by subject."""
    ids = [one for subject in subjects if (one := _id(subject))]
    found = {str(organisation.pk): About("The trust", "")}
    people: QuerySet[Any] = StaffPassport.objects.of(organisation).filter(pk__in=ids)
    for person in people.only("first_name", "last_name"):
        found[str(person.pk)] = About(person.full_name, reverse("person", args=[person.pk]))
    users = Membership.objects.of(organisation).filter(user_id__in=ids).values_list("user_id", "pk", "name")
    for user, membership, name in users:
        found[str(user)] = About(name, reverse("user-edit", args=[membership]))
    for upload in Upload.objects.of(organisation).filter(pk__in=ids).values_list("pk", flat=True):
        found[str(upload)] = About("The list", reverse("upload-state", args=[upload]))
    for batch in Batch.objects.of(organisation).filter(pk__in=ids).values_list("pk", flat=True):
        found[str(batch)] = About("What was done for many people", reverse("batch-state", args=[batch]))
    return found


def rows(trail: Trail) -> Iterator[list[Cell]]:
    """A row an event, newest first: ids in place of people, so that a file of them tells nothing personal of staff."""
    for one in trail.newest_first():
        event = one.event
        yield [
            one.number,
            event.at.astimezone(UTC).isoformat(),
            event.actor_name,
            event.actor,
            what(event.kind),
            event.kind,
            event.detail,
            event.subject,
            event.network_address or "",
            str(event.pk),
        ]


def what(kind: str) -> str:
    """A kind in words; one that was there once and is no more as it was written."""
    try:
        return str(Kind(kind).label)
    except ValueError:
        return kind


def _id(subject: str) -> UUID | None:
    try:
        return UUID(subject)
    except ValueError:
        return None
