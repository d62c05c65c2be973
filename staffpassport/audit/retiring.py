"""Deleting the oldest part of the audit trail, EVENTS_KEPT_YEARS after it was sealed; the rest stays verifiable.

Whole seals go, with their events, and a row sealed with AUDIT_KEYS says from where on the chain begins (chain.py). It
is noted outside the database before anything is deleted: who has no keys cannot make such a row, and who has them but
cannot write that file is found all the same. A part that is not whole is evidence, and stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from staffpassport.audit import heads
from staffpassport.audit.chain import Keys, Retired, check, retired_mac
from staffpassport.audit.contents import forget_contents
from staffpassport.audit.models import NO_TRUST, AuditSeal, Event, Kind, Retirement, SealedEvent
from staffpassport.audit.record import Actor, record
from staffpassport.audit.verifying import as_seal, retired_of, sealed_of

log = structlog.get_logger(__name__)

EVERY = timedelta(hours=6)
_SEALS_AT_ONCE = 500
_EVENTS_AT_ONCE = 5_000


def retire_some() -> bool:
    """Deletes the oldest few thousand events of one trust that are old enough; whether there may be more at once.

    Raises OSError where it cannot be noted outside the database, and then deletes nothing.
    """
    if not settings.EVENTS_KEPT_YEARS:
        return False
    before = _years_before(timezone.now(), settings.EVENTS_KEPT_YEARS)
    return any(
        oldest.sealed_at < before and _retire_of(oldest.organisation_id, before) for oldest in _oldest_seals()
    )


@transaction.atomic
def _retire_of(trust: UUID, before: datetime) -> bool:
    """Another worker that is at the same waits for the seals, and finds that those it wanted are gone."""
    seals = _due(trust, before)
    if not seals:
        return False
    keys, last = Keys(settings.AUDIT_KEYS), seals[-1]
    # A moment that somebody dated back must not make the portal delete what it stands on.
    verdict = check(
        trust,
        map(as_seal, seals),
        sealed_of(trust, last.last_number),
        keys,
        heads={},
        retired=retired_of(trust),
    )
    if verdict.findings:
        log.error(
            "audit trail not retired: it is not whole", organisation=str(trust), last_number=last.last_number
        )
        return False
    _note(trust, last, keys)
    gone = SealedEvent.objects.filter(organisation_id=trust, number__lte=last.last_number)
    Event.objects.filter(pk__in=gone.values("event_id")).delete()
    gone.delete()
    AuditSeal.objects.filter(pk__in=[seal.pk for seal in seals]).delete()
    forget_contents(trust, before=last.last_number + 1)
    record(
        Kind.AUDIT_RETIRED,
        actor=Actor.task("retire-events"),
        organisation_id=None if trust == NO_TRUST else trust,
        subject=trust,
        detail=f"Up to number {last.last_number:,}, older than {settings.EVENTS_KEPT_YEARS} years",
    )
    return True


def _due(trust: UUID, before: datetime) -> Sequence[AuditSeal]:
    """The oldest seals, locked, and never the newest: the next is chained to it."""
    rows = AuditSeal.objects.filter(organisation_id=trust).order_by("first_number").select_for_update()
    found = list(rows[: _SEALS_AT_ONCE + 1])[:-1]
    old = list(takewhile(lambda seal: seal.sealed_at < before, found))
    return [
        seal for seal in old if seal is old[0] or seal.last_number - old[0].first_number < _EVENTS_AT_ONCE
    ]


def _note(trust: UUID, last: AuditSeal, keys: Keys) -> None:
    key = keys.get(keys.newest)
    assert key is not None
    said = Retired(last.last_number, bytes(last.mac), keys.newest, timezone.now().astimezone(UTC), b"")
    heads.append_retired(
        Path(settings.AUDIT_HEADS_FILE), heads.Head(said.retired_at, trust, said.last, said.head)
    )
    Retirement.objects.update_or_create(
        organisation_id=trust,
        defaults={
            "last_number": said.last,
            "head": said.head,
            "key_id": said.key_id,
            "retired_at": said.retired_at,
            "mac": retired_mac(key, trust, said),
        },
    )


def _oldest_seals() -> Iterator[AuditSeal]:
    """The first seal of each trust, by one probe of the index a trust."""
    by_trust = AuditSeal.objects.order_by("organisation_id", "first_number")
    oldest = by_trust.first()
    while oldest:
        yield oldest
        oldest = by_trust.filter(organisation_id__gt=oldest.organisation_id).first()


def _years_before(moment: datetime, years: int) -> datetime:
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:  # the 29th of February
        return moment.replace(year=moment.year - years, day=28)
