"""How it is usually done: Django's querysets and bulk_create, and the libraries for every value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import Actor, event
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel, State, Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import Origin, StaffPassport, Status
from staffpassport.passports.search import search_key
from staffpassport.roster.people import StaffDetails

_AT_ONCE = 500
_BY = Actor.task("benchmarks")


def invite(trust: Organisation, everybody: Sequence[StaffDetails]) -> None:
    """Invites them as this project did at first: a query for clashes and model instances, in chunks."""
    for start in range(0, len(everybody), _AT_ONCE):
        with transaction.atomic():
            _invite(trust, everybody[start : start + _AT_ONCE])


def _invite(trust: Organisation, everybody: Sequence[StaffDetails]) -> None:
    emails, phones = [one.email_key for one in everybody], [one.phone for one in everybody]
    clashes = StaffPassport.objects.of(trust).filter(Q(email_key__in=emails) | Q(phone__in=phones))
    assert not clashes.exists()
    now = timezone.now()
    passports = [_passport(trust, details) for details in everybody]
    StaffPassport.everywhere.bulk_create(passports)
    invitations = [
        Invitation(
            organisation=trust, passport_id=one.pk, created_at=now, expires_at=now + timedelta(days=14)
        )
        for one in passports
    ]
    Invitation.everywhere.bulk_create(invitations)
    Message.everywhere.bulk_create(
        [
            Message(
                organisation=trust,
                about=str(invitation.pk),
                purpose="invitation",
                channel=channel,
                idempotency_key=f"invitation:{invitation.pk}:{channel}",
                recipient=recipient,
                urgency=Urgency.BULK,
                created_at=now,
                state_changed_at=now,
                due_at=now,
                not_after=invitation.expires_at,
                give_up_at=now + timedelta(hours=72),
            )
            for passport, invitation in zip(passports, invitations, strict=True)
            for channel, recipient in ((Channel.EMAIL, passport.email), (Channel.TEXT, passport.phone))
        ],
        ignore_conflicts=True,
    )
    Event.objects.bulk_create(
        [event(Kind.INVITED, actor=_BY, organisation_id=trust.pk, subject=one.pk) for one in passports]
    )


def _passport(trust: Organisation, details: StaffDetails) -> StaffPassport:
    now = timezone.now()
    return StaffPassport(
        organisation=trust,
        first_name=details.first_name,
        last_name=details.last_name,
        date_of_birth=details.date_of_birth,
        email=details.email,
        email_key=details.email_key,
        phone=details.phone,
        staff_group=details.cohort.staff_group,
        employment_type=details.cohort.employment_type,
        employment_status=details.cohort.employment_status,
        esr_assignment_number=details.esr_assignment_number,
        origin=Origin.INVITED,
        status=Status.INVITATION_SENT,
        created_at=now,
        search_key=search_key(
            names=[details.first_name, details.last_name], email=details.email_key, phone=details.phone
        ),
        email_state=State.QUEUED,
        text_state=State.QUEUED,
        invitation_expires_at=now + timedelta(days=14),
    )
