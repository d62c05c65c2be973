"""Whoever does something for more than 500 people in 24 hours proves first that it is really them, by a fresh code."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, Sum
from django.http import HttpRequest
from django.utils import timezone

from staffpassport.accounts import fresh
from staffpassport.accounts.network import actor
from staffpassport.batches.kinds import Kind, State
from staffpassport.batches.models import Batch
from staffpassport.invitations import tally


def needs_code(request: HttpRequest, batch: Batch) -> bool:
    """Whether a code has to be given before this person confirms this batch."""
    if fresh.is_fresh(request):
        return False
    by, now = actor(request), timezone.now()
    lately = _confirmed_lately(batch, by.key, now)
    if batch.kind == Kind.RESEND:
        # Whom a worker has come to is in the tally, with those whom the person has invited.
        lately += tally.lately(by, now)
    return lately + batch.people > fresh.MOST_PEOPLE_WITHOUT


def _confirmed_lately(batch: Batch, by: str, now: datetime) -> int:
    """People of other batches of the kind; of re-sends only those that no worker has finished yet."""
    others = Batch.objects.of(batch.organisation).filter(
        Q(kind=batch.kind), confirmed_by=by, confirmed_at__gt=now - tally.LATELY
    )
    if batch.kind == Kind.RESEND:
        others = others.filter(state=State.CONFIRMED)
    return others.aggregate(people=Sum("people"))["people"] or 0
