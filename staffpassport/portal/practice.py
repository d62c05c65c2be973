"""Practice data: two made-up trusts with made-up people, so that a newcomer finds something to look at."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from staffpassport.accounts import practice
from staffpassport.accounts.actions import create_portal_user
from staffpassport.accounts.models import User
from staffpassport.audit.record import Actor
from staffpassport.invitations.actions import invite
from staffpassport.messaging.states import Urgency
from staffpassport.organisations.access import Role
from staffpassport.organisations.actions import create_organisation
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.roster.cohort import Cohort, EmploymentStatus, EmploymentType, StaffGroup, job_roles_of
from staffpassport.roster.people import StaffDetails

USER_EMAIL = "alex.morgan@example.com"

_BY = Actor.task("practice_data")
_FIRST_NAMES = [
    "Aoife",
    "Zoë",
    "Mohammed",
    "Grace",
    "Siân",
    "Adébáyò",
    "Priya",
    "Łukasz",
    "Mary-Jane",
    "Chidi",
]
_LAST_NAMES = ["O’Brien", "Müller", "Khan", "Okafor", "Evans", "García López"]
_GROUPS = [
    StaffGroup.NURSING_AND_MIDWIFERY_REGISTERED,
    StaffGroup.MEDICAL_AND_DENTAL,
    StaffGroup.ALLIED_HEALTH_PROFESSIONALS,
    StaffGroup.ADMINISTRATIVE_AND_CLERICAL,
]
# The practice provider treats such an address as one that nobody has.
_NOBODYS_ADDRESS = "does-not-exist"


@transaction.atomic
def make_practice_data() -> bool:
    """Makes the practice data where the database has no organisation yet; tells whether it did."""
    if Organisation.objects.exists():
        return False
    fairdale = create_organisation(
        name="Fairdale Teaching Hospitals",
        descriptor="NHS Foundation Trust",
        ods_code="RZ1",
        hr_email="hr@fairdale.example.com",
        hr_phone="0113 496 0100",
        by=_BY,
    )
    northmoor = create_organisation(
        name="Northmoor Community Health",
        descriptor="NHS Trust",
        ods_code="RZ2",
        hr_email="people.team@northmoor.example.com",
        hr_phone="0191 498 0200",
        by=_BY,
    )
    _user(fairdale, USER_EMAIL, "Alex Morgan", Role.SENIOR_ADMINISTRATOR)
    _user(fairdale, "sam.reed@example.com", "Sam Reed", Role.HR_USER)
    _user(fairdale, "robin.shaw@example.com", "Robin Shaw", Role.READ_ONLY)
    _user(northmoor, "jo.hill@example.com", "Jo Hill", Role.SENIOR_ADMINISTRATOR)
    _people(fairdale, how_many=60)
    _people(northmoor, how_many=9)
    return True


def _user(organisation: Organisation, email: str, name: str, role: Role) -> User:
    user = create_portal_user(
        organisation=organisation, email=email, name=name, role=role, by=_BY, practice=True
    )
    practice.make_ready(user)
    return user


def _people(organisation: Organisation, *, how_many: int) -> None:
    names = list(product(_LAST_NAMES, _FIRST_NAMES))[:how_many]
    people = {uuid7(): _person(number, first, last) for number, (last, first) in enumerate(names)}
    invite(organisation=organisation, people=people, by=_BY, urgency=Urgency.BULK)
    _further_along(organisation, list(people))


def _person(number: int, first_name: str, last_name: str) -> StaffDetails:
    group = _GROUPS[number % len(_GROUPS)]
    local = _NOBODYS_ADDRESS if number % 20 == 7 else "person"
    return StaffDetails(
        first_name=first_name,
        last_name=last_name,
        date_of_birth=date(1962, 3, 15) + timedelta(days=137 * number) if number % 5 else None,
        email=f"{local}{number:03}@example.com",
        phone=f"+447700900{number:03}",
        cohort=Cohort(
            staff_group=group,
            job_role=job_roles_of(group)[number % 5],
            employment_type=list(EmploymentType)[number % 2],
            employment_status=list(EmploymentStatus)[number // 2 % 2],
        ),
        esr_assignment_number=f"{20123000 + number}" if number % 3 else None,
    )


def _further_along(organisation: Organisation, people: list[UUID]) -> None:
    """Some have answered, so that lists and counters show more than one state."""
    passports = StaffPassport.objects.of(organisation)
    passports.filter(pk__in=people[::9]).update(status=Status.APPOINTMENT_NEEDED)
    passports.filter(pk__in=people[4::13]).update(status=Status.IDENTITY_SHARED)
