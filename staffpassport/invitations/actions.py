"""What is done with invitations. `invite` is the one way in, for one person and for a hundred thousand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, event, write
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.outbox import Draft, enqueue
from staffpassport.messaging.states import Channel, Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.passports.create import Clash, create_passports, existing, find_clashes
from staffpassport.passports.models import Origin, StaffPassport
from staffpassport.roster.people import StaffDetails

PURPOSE = "invitation"
_AT_ONCE = 500


class DuplicateError(Exception):
    """Somebody to be invited has a passport of this trust already. Nothing was written."""

    def __init__(self, clashes: list[Clash]) -> None:
        super().__init__(f"{len(clashes)} clashes with known passports")
        self.clashes = clashes


def invite(
    *,
    organisation: Organisation,
    people: Mapping[UUID, StaffDetails],
    by: Actor,
    urgency: Urgency = Urgency.SINGLE,
) -> list[UUID]:
    """Invites checked people: passports, invitations, an e-mail and a text each, and events, all or nothing.

    The keys of `people` are the ids that their passports get. That makes the verb safe to repeat: whoever has a
    passport under this id already is left alone. Returns the ids of those who were invited now.

    Raises DuplicateError where an e-mail or phone stands on another passport of the trust, also when somebody
    else writes it at the same moment: the database's unique constraints decide, and the clash is then looked up.
    """
    try:
        with transaction.atomic():
            return _invite(organisation, people, by, urgency)
    except IntegrityError:
        new = _without_existing(organisation, people)
        clashes = find_clashes(organisation, new)
        if clashes:
            raise DuplicateError(clashes) from None
        if new:
            raise
        return []  # the same people under the same ids: the other click was quicker


def _invite(
    organisation: Organisation, people: Mapping[UUID, StaffDetails], by: Actor, urgency: Urgency
) -> list[UUID]:
    new = _without_existing(organisation, people)
    clashes = find_clashes(organisation, new)
    if clashes:
        raise DuplicateError(clashes)
    now = timezone.now()
    expires_at = now + timedelta(days=organisation.invitation_days)
    passports = create_passports(organisation, new, origin=Origin.INVITED, at=now, invited_until=expires_at)
    _send_invitations(organisation, passports, now, expires_at, urgency)
    write(
        event(Kind.INVITED, actor=by, organisation_id=organisation.id, subject=passport.pk)
        for passport in passports
    )
    return list(new)


def _send_invitations(
    organisation: Organisation,
    passports: list[StaffPassport],
    now: datetime,
    expires_at: datetime,
    urgency: Urgency,
) -> None:
    invitations = [
        Invitation(organisation=organisation, passport_id=passport.pk, created_at=now, expires_at=expires_at)
        for passport in passports
    ]
    Invitation.everywhere.bulk_create(invitations, batch_size=_AT_ONCE)
    enqueue(
        _draft(invitation, channel, recipient, urgency)
        for passport, invitation in zip(passports, invitations, strict=True)
        for channel, recipient in ((Channel.EMAIL, passport.email), (Channel.TEXT, passport.phone))
    )


def _draft(invitation: Invitation, channel: Channel, recipient: str, urgency: Urgency) -> Draft:
    return Draft(
        organisation_id=invitation.organisation_id,
        about=str(invitation.pk),
        purpose=PURPOSE,
        channel=channel,
        idempotency_key=f"{PURPOSE}:{invitation.pk}:{channel}",
        recipient=recipient,
        urgency=urgency,
        not_after=invitation.expires_at,
    )


def _without_existing(
    organisation: Organisation, people: Mapping[UUID, StaffDetails]
) -> dict[UUID, StaffDetails]:
    known = existing(organisation, people)
    return {person: details for person, details in people.items() if person not in known}
