"""Reading the sealed trail out of the database, whole and as of one moment, to verify it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from staffpassport.audit.chain import Keys, Retired, Seal, Sealed, Told, Verdict, check
from staffpassport.audit.contents import Line, compared
from staffpassport.audit.heads import Noted
from staffpassport.audit.models import (
    NO_TRUST,
    AuditSeal,
    Event,
    Retirement,
    SealedEvent,
    TrailContents,
    Unsealed,
)
from staffpassport.audit.sealing import ID, ids_in, oldest_unsealed

_AT_ONCE = 5_000
# By then what was written is sealed, and its head is in the copies of the files that auditors read.
_SOON = timedelta(days=1)
# Of an event that was deleted there is no row, as if there were no number.
_TOLD = [f"event__{name}" for name in Told._fields]


@dataclass(slots=True)
class Report:
    """What was found in the chain of one trust, up to where it was deleted for its age, and what waits for its seal."""

    trust: UUID
    verdict: Verdict = field(default_factory=Verdict)
    retired: int = 0
    waiting: int = 0
    oldest_waiting: datetime | None = None
    # What is wrong around the chain, though every event in it may be as it was sealed.
    beside: list[str] = field(default_factory=list)


@contextmanager
def one_moment() -> Iterator[None]:
    """Within it, all queries see the database as it was at the first: nobody waits, and what is written goes on.

    Inside a transaction (of a test) it is that transaction's view.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        # Not atomic(), which takes the one place of SQLite's writer.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("COMMIT")


def trusts() -> set[UUID]:
    """Whoever has a seal, or events that wait for one; NO_TRUST for those of nobody."""
    return {
        *AuditSeal.objects.values_list("organisation_id", flat=True).distinct(),
        *SealedEvent.objects.values_list("organisation_id", flat=True).distinct(),
        *Unsealed.objects.values_list("organisation_id", flat=True).distinct(),
        *Retirement.objects.values_list("organisation_id", flat=True),
    }


def verify(trust: UUID, keys: Keys, noted: Noted) -> Report:
    """Reads the chain of one trust as a stream, from its beginning to its head."""
    waiting = Unsealed.objects.filter(organisation_id=trust).values_list("events", flat=True)
    retired, oldest_waiting = retired_of(trust), oldest_unsealed(trust)
    beside = _what_nothing_vouches_for(trust, noted, oldest_waiting)
    events = compared(sealed_of(trust), _contents(trust), beside)
    return Report(
        trust,
        check(trust, _seals(trust), events, keys, noted.heads, retired, noted.retired),
        retired=retired.last if retired else 0,
        waiting=sum(len(events) // ID for events in waiting.iterator()),
        oldest_waiting=oldest_waiting,
        beside=beside,
    )


def inserted() -> Iterator[tuple[UUID, str]]:
    """A sentence on each event without a seal for which none waits, and the trust that the event names.

    Nobody wrote such an event by way of the portal.
    """
    waiting: set[UUID] = set()
    for events in Unsealed.objects.values_list("events", flat=True).iterator():
        waiting.update(ids_in(bytes(events)))
    unsealed = Event.objects.filter(sealed=None).order_by("pk").values_list("pk", "organisation_id", "at")
    for event, organisation, at in unsealed.iterator(_AT_ONCE):
        if event not in waiting:
            yield (
                organisation or NO_TRUST,
                f"The event with the id {event}, of {at:%Y-%m-%d at %H:%M} UTC, has no number and waits for none: "
                "it was put into the table past the portal.",
            )


def retired_of(trust: UUID) -> Retired | None:
    """What was deleted of a trust's chain for its age, as the database says."""
    row = Retirement.objects.filter(organisation_id=trust).first()
    return (
        row and Retired(row.last_number, bytes(row.head), row.key_id, row.retired_at, bytes(row.mac))
    ) or None


def as_seal(row: AuditSeal) -> Seal:
    """A seal as the chain knows it."""
    return Seal(
        row.first_number, row.last_number, bytes(row.previous), bytes(row.mac), row.key_id, row.sealed_at
    )


def _seals(trust: UUID) -> Iterator[Seal]:
    rows = AuditSeal.objects.filter(organisation_id=trust).order_by("first_number", "pk")
    return map(as_seal, rows.iterator(_AT_ONCE))


def _what_nothing_vouches_for(trust: UUID, noted: Noted, oldest_waiting: datetime | None) -> list[str]:
    """An end could be cut off unseen where heads are lost or not written, or where nothing is sealed."""
    findings, since = [], timezone.now() - _SOON
    newest = max((*noted.heads, *noted.retired), default=0)
    unnoted = AuditSeal.objects.filter(organisation_id=trust, last_number__gt=newest, sealed_at__lt=since)
    last = unnoted.order_by("-first_number").first()
    if last:
        findings.append(
            f"Events up to number {last.last_number:,} were sealed more than a day ago, and the files of heads know of "
            f"none after number {newest:,}: the file of a machine is missing, lines were lost, or no worker can write "
            "them. Whether the end was cut off, nobody can tell."
        )
    if oldest_waiting and oldest_waiting < since:
        findings.append(
            "Events have waited for their seal for more than a day: no worker seals them, and until one does anybody "
            "who can write to the database could delete them."
        )
    return findings


def _contents(trust: UUID) -> Iterator[Line]:
    rows = TrailContents.objects.filter(organisation_id=trust).order_by("block")
    return map(Line._make, rows.values_list(*Line._fields).iterator(_AT_ONCE))


def sealed_of(trust: UUID, through: int | None = None) -> Iterator[Sealed]:
    """The sealed events of a trust in order: as a stream, or those to the number `through`, in memory."""
    rows = SealedEvent.objects.filter(organisation_id=trust).order_by("number")
    values = rows.values_list("number", "mac", *_TOLD)
    for number, mac, *told in (
        values.iterator(_AT_ONCE) if through is None else values.filter(number__lte=through)
    ):
        yield Sealed(number, bytes(mac), Told(*told))
