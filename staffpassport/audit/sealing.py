"""The sealer: numbers what was written and closes it with a seal, a few thousand events of a trust at a time.

A bit is one transaction a trust. Whatever a second sealer does at the same moment, one of the two finds the seal's
place taken and does nothing. The head goes to its file after the commit; a sealer that dies between the two leaves a
mark in the table, and the next one writes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from staffpassport.audit import heads, outside
from staffpassport.audit.chain import Keys, Seal, Told, event_mac, seal_mac
from staffpassport.audit.contents import continue_contents
from staffpassport.audit.models import AuditSeal, Event, SealedEvent, Unsealed
from staffpassport.bulk import insert

log = structlog.get_logger(__name__)

EVERY = timedelta(seconds=2)
_EVENTS_AT_ONCE = 2_500
_WRITES_AT_ONCE = 1_000
_HEADS_AT_ONCE = 1_000
ID = 16
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC) - _BEGINNING


def seal_a_bit() -> bool:
    """The duty: one bit and never more at once. What a list of 100,000 leaves to seal waits for a minute, and the list
    itself, which the same worker carries out, hardly at all.
    """
    seal()
    return False


def seal() -> bool:
    """One bit for each trust that has something to seal; whether there is more at once."""
    waiting = Unsealed.objects.order_by("id").values_list("organisation_id", flat=True)
    writers = list(waiting[:_WRITES_AT_ONCE])
    trusts = dict.fromkeys(writers)
    more = [_seal_some_of(trust) for trust in trusts]
    write_heads()
    for trust in trusts:
        continue_contents(trust)
    return any(more) or len(writers) == _WRITES_AT_ONCE


def write_heads() -> None:
    """Notes outside the database what has been sealed. Safe to repeat: a head noted twice says the same.

    Raises OSError, and then leaves the heads for the next time.
    """
    new = list(AuditSeal.objects.filter(head_written=False).order_by("id")[:_HEADS_AT_ONCE])
    if new:
        heads.append(
            Path(settings.AUDIT_HEADS_FILE),
            [heads.Head(one.sealed_at, one.organisation_id, one.last_number, bytes(one.mac)) for one in new],
        )
        AuditSeal.objects.filter(pk__in=[one.pk for one in new]).update(head_written=True)


def note_heads_again() -> None:
    """Has the newest head of each trust noted once more: in new files, after a backup was put back, it stands first."""
    for trust in AuditSeal.objects.values_list("organisation_id", flat=True).distinct().order_by():
        newest = AuditSeal.objects.filter(organisation_id=trust).order_by("-first_number")[:1]
        AuditSeal.objects.filter(pk__in=newest.values_list("pk")).update(head_written=False)


def oldest_unsealed(trust: UUID | None = None) -> datetime | None:
    """When the oldest event of a trust, or of all, happened that waits for its seal; None where none does."""
    waiting = Unsealed.objects.all() if trust is None else Unsealed.objects.filter(organisation_id=trust)
    oldest = waiting.order_by("id").first()
    return _made_at(bytes(oldest.events)) if oldest else None


def oldest_unwritten() -> datetime | None:
    """When the oldest seal was made whose head is not noted outside the database; None where all are."""
    oldest = AuditSeal.objects.filter(head_written=False).order_by("id").first()
    return oldest.sealed_at if oldest else None


def ids_in(events: bytes) -> Iterator[UUID]:
    """The ids that a row of Unsealed holds; what is no whole id, nobody wrote by way of the portal."""
    return (UUID(bytes=events[start : start + ID]) for start in range(0, len(events) - ID + 1, ID))


def refuse_without_heads() -> None:
    """Stops a worker that could not note a head. Raises ImproperlyConfigured."""
    outside.refuse_without("AUDIT_HEADS_FILE", Path(settings.AUDIT_HEADS_FILE))


def _seal_some_of(trust: UUID) -> bool:
    try:
        with transaction.atomic():
            return _seal_waiting(trust)
    except IntegrityError:
        log.warning("another sealer was first", organisation=str(trust))
        _drop_what_is_sealed(trust)
        return True


def _seal_waiting(trust: UUID) -> bool:
    """Seals the oldest of what waits for a trust, in the caller's transaction; whether more waits."""
    taken, more = _take(trust)
    events = [event for write in taken for event in ids_in(bytes(write.events))]
    if events:
        _close(trust, events)
    Unsealed.objects.filter(pk__in=[write.pk for write in taken]).delete()
    return more


def _take(trust: UUID) -> tuple[Sequence[Unsealed], bool]:
    """The oldest of what waits for a trust, locked; whether more waits."""
    waiting = Unsealed.objects.select_for_update().filter(organisation_id=trust).order_by("id")
    found = list(waiting[:_WRITES_AT_ONCE])
    taken, events = 0, 0
    while taken < len(found) and events < _EVENTS_AT_ONCE:
        events += len(found[taken].events) // ID
        taken += 1
    return found[:taken], taken < len(found) or len(found) == _WRITES_AT_ONCE


@transaction.atomic
def _drop_what_is_sealed(trust: UUID) -> None:
    """Takes out of what waits the events that have their seal, or wait twice. Nobody writes that by way of the portal:
    somebody put it there, and no seal of this trust could be made while it stands.
    """
    taken, _ = _take(trust)
    waiting = {event for write in taken for event in ids_in(bytes(write.events))}
    sealed = set(SealedEvent.objects.in_bulk(waiting))
    for write in taken:
        events = list(ids_in(bytes(write.events)))
        due = [event for event in dict.fromkeys(events) if event not in sealed]
        sealed.update(due)
        if len(due) < len(events):
            log.error(
                "events were to be sealed twice", organisation=str(trust), events=len(events) - len(due)
            )
            write.events = b"".join(event.bytes for event in due)
            write.save()


def _close(trust: UUID, events: Sequence[UUID]) -> None:
    """Gives these events their numbers, and closes them with a seal."""
    keys = Keys(settings.AUDIT_KEYS)
    key = keys.get(keys.newest)
    assert key is not None
    before = AuditSeal.objects.filter(organisation_id=trust).order_by("-first_number").first()
    first = before.last_number + 1 if before else 1
    told = _told(events)
    if len(told) < len(events):
        # Its number stays empty, which verify_audit tells.
        log.error(
            "events were gone before they were sealed", organisation=str(trust), gone=len(events) - len(told)
        )
    macs = [event_mac(key, trust, number, told.get(one)) for number, one in enumerate(events, start=first)]
    new = Seal(
        first=first,
        last=first + len(events) - 1,
        previous=bytes(before.mac) if before else b"",
        mac=b"",
        key_id=keys.newest,
        sealed_at=timezone.now().astimezone(UTC),
    )
    insert(
        SealedEvent,
        ["event_id", "number", "mac"],
        zip(events, range(first, new.last + 1), macs, strict=True),
        same={"organisation_id": trust},
    )
    AuditSeal.objects.create(
        organisation_id=trust,
        first_number=new.first,
        last_number=new.last,
        previous=new.previous,
        mac=seal_mac(key, trust, new, macs),
        key_id=new.key_id,
        sealed_at=new.sealed_at,
    )


def _told(events: Sequence[UUID]) -> dict[UUID, Told]:
    """What events say, by their ids."""
    rows = Event.objects.filter(pk__one_of_many=events).values_list(*Told._fields)
    return {row[0]: Told(*row) for row in rows}


def _made_at(event: bytes) -> datetime:
    """A UUIDv7 begins with the milliseconds of its making; one that says nonsense was made at the end of time."""
    return _BEGINNING + min(timedelta(milliseconds=int.from_bytes(event[:6])), _LATEST)
