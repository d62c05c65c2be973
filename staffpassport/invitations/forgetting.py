"""Deleting people who have never answered, so many days after their last invitation was over, if a trust wants it."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from staffpassport.audit.record import Actor
from staffpassport.invitations.deleting import delete
from staffpassport.invitations.holding import hold
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.states import Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.work.duties import Duty

_CHUNK = 500
_BY = Actor.task("delete-unanswered")


def unanswered(organisation: Organisation, days: int) -> QuerySet[StaffPassport]:
    """Whoever has accepted no invitation, and whose newest one was ended or expired at least so many days ago."""
    # Of the passports' own trust, which is not said again: SQLite would go along its invitations for each passport.
    of_person = Invitation.everywhere.filter(passport_id=OuterRef("pk"))
    newest = of_person.order_by("-sequence").annotate(over_at=Coalesce("ended_at", "expires_at"))
    waiting: QuerySet[StaffPassport] = StaffPassport.objects.of(organisation).filter(
        ~Exists(of_person.exclude(accepted_at=None)), status=Status.INVITATION_SENT
    )
    over_at = Subquery(newest.values("over_at")[:1])
    return waiting.annotate(over_at=over_at).filter(over_at__lte=timezone.now() - timedelta(days=days))


def delete_some() -> bool:
    """Deletes the next people of one trust, and tells them as every deletion does; whether there may be more."""
    for trust in Organisation.objects.exclude(delete_unanswered_days=None):
        if _delete_of(trust, trust.delete_unanswered_days):
            return True
    return False


@transaction.atomic
def _delete_of(trust: Organisation, days: int | None) -> bool:
    """Whoever is invited again at this moment is locked by that, and is not among them any more when it is over."""
    assert days is not None
    found = list(unanswered(trust, days).order_by("pk").values_list("pk", flat=True)[:_CHUNK])
    if not found:
        return False
    hold(trust, found)
    still = list(unanswered(trust, days).filter(pk__in=found).values_list("pk", flat=True))
    return bool(delete(organisation=trust, passports=still, by=_BY, urgency=Urgency.BULK).passports)


FORGETTING = Duty("delete-unanswered", run=delete_some, every=timedelta(hours=1))
