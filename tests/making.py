"""Made-up trusts and people. Each call makes somebody else, unless told who."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.accounts.actions import create_portal_user
from staffpassport.accounts.models import Membership, UserSession
from staffpassport.accounts.resets import SETTLED_AFTER
from staffpassport.audit.record import Actor
from staffpassport.invitations.actions import invite
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.roster.cohort import Cohort, EmploymentStatus, EmploymentType, StaffGroup
from staffpassport.roster.people import StaffDetails
from tests.checking import CheckingClient

BY = Actor.task("tests")
PASSWORD = "a long password of the tests"
COHORT = Cohort(
    staff_group=StaffGroup.MEDICAL_AND_DENTAL,
    job_role=None,
    employment_type=EmploymentType.PERMANENT_OR_FIXED_TERM,
    employment_status=EmploymentStatus.NEW_STARTER,
)
_numbers = count(1)


def organisation(
    name: str = "Fairdale Teaching Hospitals", ods_code: str = "RZ1", **more: Any
) -> Organisation:
    made: Organisation = Organisation.objects.create(
        name=name,
        descriptor="NHS Foundation Trust",
        ods_code=ods_code,
        hr_email=f"hr@{ods_code.lower()}.example.com",
        hr_phone="0113 496 0100",
        **more,
    )
    return made


def member(trust: Organisation, role: Role, *, email: str | None = None) -> Membership:
    """A portal user with a password (PASSWORD) and no second factor yet."""
    user = create_portal_user(
        organisation=trust,
        email=email or f"user{next(_numbers)}@example.com",
        name="Alex Morgan",
        role=role,
        by=BY,
    )
    user.set_password(PASSWORD)
    user.save()
    found: Membership = Membership.objects.of(trust).get(user=user)
    return found


def senior(trust: Organisation) -> Membership:
    """A senior administrator who has been one for long enough to reset how somebody logs in."""
    made = member(trust, Role.SENIOR_ADMINISTRATOR)
    made.role_since = timezone.now() - SETTLED_AFTER
    made.save()
    return made


def logged_in(membership: Membership) -> CheckingClient:
    """A browser in which this person has proved a second factor."""
    client = CheckingClient()
    client.force_login(membership.user)
    session = client.session
    session["second_factor_set_up_by"] = str(membership.user.pk)
    now = timezone.now()
    begun = UserSession.objects.create(
        user=membership.user, device="A browser of the tests", began_at=now, last_seen_at=now
    )
    session["user_session"] = str(begun.pk)
    session.save()
    return client


def details(**given: Any) -> StaffDetails:
    """A checked person."""
    number = next(_numbers)
    person: dict[str, Any] = {
        "first_name": "Grace",
        "last_name": "Okafor",
        "date_of_birth": date(1984, 3, 15),
        "email": f"person{number}@example.com",
        "phone": f"+4479460{number:05}",
        "cohort": COHORT,
    }
    return StaffDetails(**{**person, **given})


def passport(trust: Organisation, **given: Any) -> StaffPassport:
    """Somebody who has been invited."""
    person: UUID = uuid7()
    invite(organisation=trust, people={person: details(**given)}, by=BY)
    found: StaffPassport = StaffPassport.objects.of(trust).get(pk=person)
    return found
