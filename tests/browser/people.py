"""Made-up people for the journeys."""

from __future__ import annotations

from itertools import product

from uuid_utils.compat import uuid7

from staffpassport.invitations.actions import invite
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.roster.cohort import Cohort, EmploymentStatus, EmploymentType, StaffGroup
from tests import making

_FIRST_NAMES = ["Aoife", "Zoë", "Mohammed", "Grace", "Siân", "Priya", "Łukasz", "Mary-Jane", "Chidi", "Tom"]
_LAST_NAMES = ["O’Brien", "Müller", "Khan", "Okafor", "Evans", "García López"]


def sixty_people(trust: Organisation) -> list[StaffPassport]:
    """Sixty of different names, the oldest first: all new starters, every fifth of them on a temporary move."""
    names = product(_LAST_NAMES, _FIRST_NAMES)
    details = {
        uuid7(): making.details(
            first_name=first,
            last_name=last,
            cohort=Cohort(
                staff_group=StaffGroup.MEDICAL_AND_DENTAL,
                job_role=None,
                employment_type=EmploymentType.TEMPORARY_MOVER
                if number % 5 == 0
                else EmploymentType.PERMANENT_OR_FIXED_TERM,
                employment_status=EmploymentStatus.NEW_STARTER,
            ),
        )
        for number, (last, first) in enumerate(names)
    }
    invite(organisation=trust, people=details, by=making.BY)
    return list(StaffPassport.objects.of(trust).order_by("pk"))
