"""Taking invitations back, of many people at once: a few statements for any number of them.

Whoever writes about many people locks invitations, then passports, each in the order of their ids, and never waits
for a message: so two of them, or one and a worker that notes what it has sent, do not wait for each other in a ring.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record_each
from staffpassport.invitations.models import Invitation
from staffpassport.messaging import outbox
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status


def withdraw(*, organisation: Organisation, passports: Collection[UUID], by: Actor) -> int:
    """As `withdraw_each`, for whoever asks only how many were withdrawn."""
    return len(withdraw_each(organisation=organisation, passports=passports, by=by))


@transaction.atomic
def withdraw_each(*, organisation: Organisation, passports: Collection[UUID], by: Actor) -> frozenset[UUID]:
    """Ends the open invitations of these passports and cancels their messages. Returns whose were withdrawn.

    Invitations that were accepted, have ended or expired are left alone, so it is safe to repeat. A message that a
    worker has in hand may still go out; its link says that the invitation was withdrawn. For at most a few
    thousand passports: whoever has more calls it for some at a time.
    """
    now = timezone.now()
    invitations = _locked(_open_of(organisation, passports, now))
    if not invitations:
        return frozenset()
    people = _locked_passports(organisation, invitations.values())
    # Before the invitations end: of an ended one it is not noted any more what became of its messages.
    outbox.cancel([str(invitation) for invitation in invitations], organisation=organisation)
    Invitation.objects.of(organisation).filter(pk__in=invitations).update(
        ended_at=now, ended_reason=Invitation.EndedReason.WITHDRAWN
    )
    StaffPassport.objects.of(organisation).filter(pk__in=people).update(invitation_expires_at=None)
    record_each(Kind.INVITATION_WITHDRAWN, invitations.values(), actor=by, organisation_id=organisation.pk)
    return frozenset(invitations.values())


def could_withdraw(passports: QuerySet[StaffPassport]) -> int:
    """Of how many of these passports there is an invitation to withdraw now, as the list shows it."""
    return passports.filter(status=Status.INVITATION_SENT, invitation_expires_at__gt=timezone.now()).count()


@transaction.atomic
def stop_messages(*, organisation: Organisation, passports: Collection[UUID]) -> int:
    """Cancels what has not gone out to these passports, and leaves their invitations open. Returns how many messages.

    A message that a worker has in hand may still go out. As safe to repeat as `withdraw`, and for as many.
    """
    invitations = _locked(_open_of(organisation, passports, timezone.now()))
    _locked_passports(organisation, invitations.values())
    return outbox.cancel([str(invitation) for invitation in invitations], organisation=organisation)


def _open_of(organisation: Organisation, passports: Collection[UUID], now: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.of(organisation).filter(
        passport_id__in=passports, ended_at=None, accepted_at=None, expires_at__gt=now
    )


def _locked(invitations: QuerySet[Invitation]) -> dict[UUID, UUID]:
    """Their ids and those of their passports, held until the end of the transaction."""
    held = invitations.order_by("pk").select_for_update()
    return dict(held.values_list("pk", "passport_id"))


def _locked_passports(organisation: Organisation, ids: Collection[UUID]) -> list[UUID]:
    held = StaffPassport.objects.of(organisation).filter(pk__in=ids).order_by("pk").select_for_update()
    return list(held.values_list("pk", flat=True))
