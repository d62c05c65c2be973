"""Asking for a new invitation with a link that no longer works: a line in the database, and a worker does the rest.

Whoever asks, the page writes one line and says the same: neither its words nor its queries nor how long it takes tell
whether somebody is still in the records, has answered, or was sent enough.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record
from staffpassport.invitations.holding import Held, hold
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.resending import resend
from staffpassport.organisations.models import Organisation
from staffpassport.signup.models import NewInvitationRequest
from staffpassport.work.duties import Duty

MOST_A_DAY = 3
DAY = timedelta(hours=24)
_AT_ONCE = 20


@transaction.atomic
def ask(invitation: Invitation, network_address: str | None) -> None:
    """Writes the line and the event. The fourth within a day is not written: it would come to nothing."""
    now = timezone.now()
    lately = NewInvitationRequest.objects.of(invitation.organisation).filter(
        passport_id=invitation.passport_id, asked_at__gt=now - DAY
    )
    if lately.count() < MOST_A_DAY:
        NewInvitationRequest.everywhere.create(
            organisation=invitation.organisation, passport_id=invitation.passport_id, asked_at=now
        )
        record(
            Kind.NEW_INVITATION_ASKED,
            actor=Actor.holder(invitation.passport_id, network_address),
            organisation_id=invitation.organisation_id,
            subject=invitation.passport_id,
        )


def answer_some() -> bool:
    """Sends the new invitations that were asked for and can be sent; whether there may be more."""
    waiting = NewInvitationRequest.everywhere.filter(done_at=None).order_by("pk")
    ids = list(waiting.values_list("pk", flat=True)[:_AT_ONCE])
    for request in ids:
        _answer(request)
    return len(ids) == _AT_ONCE


@transaction.atomic
def _answer(request: UUID) -> None:
    asked = (
        NewInvitationRequest.everywhere.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(pk=request, done_at=None)
        .first()
    )
    if asked is None:
        return
    trust, passport = asked.organisation, asked.passport_id
    if newest := _to_replace(trust, passport, hold(trust, [passport]), asked):
        by = Actor.holder(passport)
        resend(organisation=trust, passports=[passport], by=by, seen={passport: newest.pk})
    NewInvitationRequest.everywhere.filter(pk=request).update(done_at=timezone.now())


def _to_replace(
    trust: Organisation, passport: UUID, held: Held, asked: NewInvitationRequest
) -> Invitation | None:
    """The newest invitation, where a new one may take its place without HR: none that HR has withdrawn, that somebody
    says went to a stranger, or that was made after the request, by an earlier one of the same moment."""
    newest = held.newest(passport)
    if newest is None or newest.ended_at or newest.not_me_at or newest.created_at >= asked.asked_at:
        return None
    lately = NewInvitationRequest.objects.of(trust).filter(
        passport_id=passport, asked_at__gt=asked.asked_at - DAY, pk__lte=asked.pk
    )
    return newest if lately.count() <= MOST_A_DAY else None


def forget() -> bool:
    """Deletes requests that count no more. Reads first, because mostly there are none."""
    old = NewInvitationRequest.everywhere.filter(asked_at__lt=timezone.now() - 2 * DAY)
    if old.exists():
        old.delete()
    return False


ANSWERING = Duty("answer-requests-for-invitations", run=answer_some, every=timedelta(seconds=2))
FORGETTING = Duty("forget-requests-for-invitations", run=forget, every=timedelta(hours=1))
