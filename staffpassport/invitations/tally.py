"""How many people somebody has invited lately: whoever invites many proves first that it is still them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Sum
from django.utils import timezone

from staffpassport.audit.record import Actor
from staffpassport.invitations.models import InvitedCount
from staffpassport.organisations.models import Organisation
from staffpassport.work.duties import Duty

LATELY = timedelta(hours=24)
_KEPT = timedelta(days=2)


def add(organisation: Organisation, by: Actor, people: int) -> None:
    """Notes that so many were invited just now, in the caller's transaction. Nobody is no note."""
    if people > 0:
        InvitedCount.everywhere.create(
            organisation=organisation, actor=by.key, at=timezone.now(), people=people
        )


def lately(by: Actor, now: datetime) -> int:
    """How many people this actor has invited in the 24 hours before `now`, in all trusts together."""
    notes = InvitedCount.everywhere.filter(actor=by.key, at__gt=now - LATELY)
    return notes.aggregate(people=Sum("people"))["people"] or 0


def forget() -> bool:
    """Deletes notes that count no more. Reads first, because mostly there are none."""
    old = InvitedCount.everywhere.filter(at__lt=timezone.now() - _KEPT)
    if old.exists():
        old.delete()
    return False


FORGETTING = Duty("forget-invited-counts", run=forget, every=timedelta(hours=1))
