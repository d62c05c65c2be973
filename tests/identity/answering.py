"""People who have signed up, and HR's answers to them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.audit.record import Actor
from staffpassport.identity.answering import Check, confirm_identity
from staffpassport.identity.models import Document, How
from staffpassport.organisations.models import Organisation
from staffpassport.passports.editing import version_of
from staffpassport.passports.models import StaffPassport, Status
from tests import making

BY = Actor.person(UUID(int=7), "Alex Morgan", "192.0.2.1")


def signed_up(trust: Organisation, status: Status = Status.APPOINTMENT_NEEDED, **given: Any) -> StaffPassport:
    """Somebody who has answered the invitation, as the list shows it."""
    person = making.passport(trust, **given)
    StaffPassport.objects.of(trust).filter(pk=person.pk).update(status=status)
    person.refresh_from_db()
    return person


def a_check() -> Check:
    return Check(
        documents=[Document.PASSPORT],
        how=How.IN_PERSON,
        checked_on=timezone.localdate(),
        checked_by="Sam Reed",
    )


def confirmed(person: StaffPassport, *, answer: UUID | None = None, by: Actor = BY) -> None:
    confirm_identity(
        organisation=person.organisation,
        passport=person.pk,
        answer=answer or uuid7(),
        check=a_check(),
        seen=version_of(person),
        by=by,
    )


def typed(**given: Any) -> dict[str, Any]:
    """What HR types into the form."""
    today = timezone.localdate()
    answers: dict[str, Any] = {
        "documents": ["passport", "other"],
        "other_document": "Seaman’s book",
        "how": "by-video",
        "checked_on-day": str(today.day),
        "checked_on-month": str(today.month),
        "checked_on-year": str(today.year),
        "checked_by": "Sam Reed",
    }
    return answers | given
