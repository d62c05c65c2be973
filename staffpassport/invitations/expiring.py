"""Noticing that invitations have expired: an event for each person, once, and nothing that waits is sent any more.

Nobody is written to. That an invitation has expired is true at its moment, whether or not a worker is there: links and
lists compare `expires_at` with the clock. How far the events have come is one row, locked and written with them.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record_each
from staffpassport.invitations.models import ExpiryMark, Invitation
from staffpassport.messaging import outbox
from staffpassport.messaging.states import Failure
from staffpassport.work.duties import Duty

_CHUNK = 1_000
_BY = Actor.task("expire")
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def expire_some() -> bool:
    """Records the next chunk of invitations that nobody accepted in time; whether there may be more."""
    now = timezone.now()
    if not _expired_after(_mark(), now).exists():
        return False
    with transaction.atomic():
        mark = _locked()
        expired = list(
            _expired_after(mark, now)
            .order_by("expires_at", "pk")
            .values_list("pk", "organisation_id", "passport_id", "expires_at")[:_CHUNK]
        )
        if expired:
            outbox.cancel([str(invitation) for invitation, *_ in expired], reason=Failure.TOO_LATE)
            people: dict[UUID, list[UUID]] = defaultdict(list)
            for _, trust, passport, _ in expired:
                people[trust].append(passport)
            for trust, passports in people.items():
                record_each(Kind.INVITATION_EXPIRED, passports, actor=_BY, organisation_id=trust)
            mark.invitation, *_, mark.moment = expired[-1]
            mark.save()
    return bool(expired)


def _expired_after(mark: ExpiryMark, now: datetime) -> QuerySet[Invitation]:
    later = Q(expires_at__gt=mark.moment) | Q(expires_at=mark.moment, pk__gt=mark.invitation)
    # The first condition follows from `later`, and lets the index begin at the mark.
    return Invitation.everywhere.filter(
        later, expires_at__gte=mark.moment, expires_at__lte=now, accepted_at=None, ended_at=None
    )


def _mark() -> ExpiryMark:
    return ExpiryMark.objects.first() or ExpiryMark(moment=_NEVER, invitation=UUID(int=0))


def _locked() -> ExpiryMark:
    ExpiryMark.objects.bulk_create([ExpiryMark(moment=_NEVER, invitation=UUID(int=0))], ignore_conflicts=True)
    return ExpiryMark.objects.select_for_update().get()


EXPIRING = Duty("expire", run=expire_some, every=timedelta(minutes=1))
