"""HR's answers to whoever has signed up: the identity is confirmed, access is declined, or that is taken back.

Each locks the passport and looks only then where it stands, so of two colleagues at the same moment one answers, and
the other is told what has become of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record
from staffpassport.identity.composing import CONFIRMED, DECLINED, RECONSIDERED
from staffpassport.identity.models import Decline, IdentityCheck, Reason
from staffpassport.messaging.outbox import Draft, enqueue
from staffpassport.messaging.states import Channel, Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.passports.editing import version_of
from staffpassport.passports.models import StaffPassport, Status

# Whoever is here has signed up and waits for HR to see who they are.
TO_ANSWER = (Status.APPOINTMENT_NEEDED, Status.IDENTITY_SHARED)


class NotToAnswerError(Exception):
    """The person is not where this answer could be given (any more). Nothing was written."""


class ProfileChangedError(Exception):
    """The profile is not the one that was shown when the identity was compared with it. Nothing was written."""


@dataclass(frozen=True, slots=True, repr=False)
class Check:
    """What was seen: values of Document and How, the day, and the name of the colleague who saw it."""

    documents: Sequence[str]
    how: str
    checked_on: date
    checked_by: str
    other_document: str = ""


@transaction.atomic
def confirm_identity(
    *, organisation: Organisation, passport: UUID, answer: UUID, check: Check, seen: str, by: Actor
) -> None:
    """Writes down who was seen by what, moves the passport on to "Credentials pending" and tells the person by e-mail.

    `answer` becomes the check's id, which makes it safe to repeat. `seen` is the `version_of` the profile that the
    documents were compared with: another name is not confirmed by them.

    Raises StaffPassport.DoesNotExist, NotToAnswerError or ProfileChangedError.
    """
    person = _held(organisation, passport)
    if IdentityCheck.objects.of(organisation).filter(pk=answer, passport=person).exists():
        return
    if person.status not in TO_ANSWER:
        raise NotToAnswerError
    if seen != version_of(person):
        raise ProfileChangedError
    IdentityCheck.everywhere.create(
        id=answer,
        organisation=organisation,
        passport=person,
        documents=list(check.documents),
        other_document=check.other_document,
        how=check.how,
        checked_on=check.checked_on,
        checked_by=check.checked_by,
        by=by.key,
        by_name=by.name,
        at=timezone.now(),
    )
    _move(person, Status.CREDENTIALS_PENDING)
    _tell(person, CONFIRMED, answer)
    _record(Kind.IDENTITY_CONFIRMED, person, by)


@transaction.atomic
def decline_access(
    *, organisation: Organisation, passport: UUID, reason: Reason, words: str = "", by: Actor
) -> None:
    """Moves the passport to "Access declined" and tells the person by e-mail why. `words` are for Reason.OTHER only.

    The event has the reason and not the words. Raises StaffPassport.DoesNotExist or NotToAnswerError.
    """
    person = _held(organisation, passport)
    if person.status not in TO_ANSWER:
        raise NotToAnswerError
    decline = Decline.everywhere.create(
        organisation=organisation,
        passport=person,
        reason=reason,
        words=words if reason == Reason.OTHER else "",
        by=by.key,
        by_name=by.name,
        at=timezone.now(),
    )
    _move(person, Status.ACCESS_DECLINED)
    _tell(person, DECLINED, decline.pk)
    _record(Kind.ACCESS_DECLINED, person, by, detail=reason.label)


@transaction.atomic
def reconsider(*, organisation: Organisation, passport: UUID, by: Actor) -> None:
    """Takes a decline back: the person waits for an appointment again, and is told so.

    Raises StaffPassport.DoesNotExist or NotToAnswerError.
    """
    person = _held(organisation, passport)
    if person.status != Status.ACCESS_DECLINED:
        raise NotToAnswerError
    declines = Decline.objects.of(organisation).filter(passport=person, taken_back_at=None)
    declines.update(taken_back_at=timezone.now())
    _move(person, Status.APPOINTMENT_NEEDED)
    _tell(person, RECONSIDERED, uuid7())
    _record(Kind.ACCESS_RECONSIDERED, person, by)


def _held(organisation: Organisation, passport: UUID) -> StaffPassport:
    person: StaffPassport = StaffPassport.objects.of(organisation).select_for_update().get(pk=passport)
    person.organisation = organisation
    return person


def _move(person: StaffPassport, status: Status) -> None:
    StaffPassport.objects.of(person.organisation).filter(pk=person.pk).update(status=status)


def _tell(person: StaffPassport, purpose: str, occasion: UUID) -> None:
    enqueue(
        [
            Draft(
                organisation_id=person.organisation_id,
                about=str(person.pk),
                purpose=purpose,
                channel=Channel.EMAIL,
                idempotency_key=f"{purpose}:{occasion}",
                recipient=person.email,
                urgency=Urgency.SINGLE,
            )
        ]
    )


def _record(kind: Kind, person: StaffPassport, by: Actor, detail: str = "") -> None:
    record(kind, actor=by, organisation_id=person.organisation_id, subject=person.pk, detail=detail)
