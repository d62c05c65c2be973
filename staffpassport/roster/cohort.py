"""What a list of staff has in common: staff group, job role, employment type and status."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Self

from . import sentences
from .mistakes import Mistake


class Choice(StrEnum):
    """A value out of a short list. The value itself is its key, for addresses and the database, and
    never changes; `label` is what people read. In the order of declaration, which is that of the
    screens."""

    label: str

    def __new__(cls, key: str, label: str = "") -> Self:  # the default is for StaffGroup("key"), to mypy
        member = str.__new__(cls, key)
        member._value_ = key
        member.label = label
        return member


class StaffGroup(Choice):
    ADDITIONAL_CLINICAL_SERVICES = "additional-clinical-services", "Additional Clinical Services"
    ADDITIONAL_PROFESSIONAL_SCIENTIFIC_AND_TECHNICAL = (
        "additional-professional-scientific-and-technical",
        "Additional Professional Scientific and Technical",
    )
    ADMINISTRATIVE_AND_CLERICAL = "administrative-and-clerical", "Administrative and Clerical"
    ALLIED_HEALTH_PROFESSIONALS = "allied-health-professionals", "Allied Health Professionals"
    ESTATES_AND_ANCILLARY = "estates-and-ancillary", "Estates and Ancillary"
    HEALTHCARE_SCIENTISTS = "healthcare-scientists", "Healthcare Scientists"
    MEDICAL_AND_DENTAL = "medical-and-dental", "Medical and Dental"
    NURSING_AND_MIDWIFERY_REGISTERED = "nursing-and-midwifery-registered", "Nursing and Midwifery Registered"
    STUDENTS_NON_MEDICAL = "students-non-medical", "Students - non-medical"
    STUDENTS_MEDICAL_UNDERGRADUATE = "students-medical-undergraduate", "Students - medical undergraduate"


class EmploymentType(Choice):
    PERMANENT_OR_FIXED_TERM = "permanent-or-fixed-term", "Permanent or fixed term"
    TEMPORARY_MOVER = "temporary-mover", "Temporary mover"


class EmploymentStatus(Choice):
    CURRENT_EMPLOYEE_OR_LEAVER = "current-employee-or-leaver", "Current employee or leaver"
    NEW_STARTER = "new-starter", "New starter"


@dataclass(frozen=True, slots=True)
class JobRole:
    """A job role of the NHS occupation lists. `key` is its code ("R1720"), or, for the few that have
    none, a slug of staff group and name. A code given to one of those later must not change its key:
    passports refer to it."""

    key: str
    name: str
    staff_group: StaffGroup


@cache
def job_roles() -> Mapping[str, JobRole]:
    """All job roles by key, in the order of job_roles.csv."""
    groups = {group.label: group for group in StaffGroup}
    text = resources.files(__package__).joinpath("job_roles.csv").read_text(encoding="utf-8")
    roles: dict[str, JobRole] = {}
    for row in csv.DictReader(text.splitlines()):
        group, name = groups[row["staff_group"]], row["job_role"]
        key = row["code"] or f"{group}-{_slug(name)}"
        if key in roles:
            raise ValueError(f"job_roles.csv has the key {key} twice")
        roles[key] = JobRole(key, name, group)
    return MappingProxyType(roles)


@cache
def job_roles_by_group() -> Mapping[StaffGroup, tuple[JobRole, ...]]:
    """The job roles of each staff group; groups in their order, roles in that of job_roles.csv."""
    return MappingProxyType(
        {
            group: tuple(role for role in job_roles().values() if role.staff_group is group)
            for group in StaffGroup
        }
    )


def job_role(key: str) -> JobRole:
    """The job role of this key. Raises KeyError."""
    return job_roles()[key]


def job_roles_of(group: StaffGroup) -> tuple[JobRole, ...]:
    """The job roles of one staff group."""
    return job_roles_by_group()[group]


@dataclass(frozen=True, slots=True)
class Cohort:
    """The values that hold for everybody of a list. Raises Mistake for a job role of another staff group."""

    staff_group: StaffGroup
    job_role: JobRole | None
    employment_type: EmploymentType
    employment_status: EmploymentStatus

    def __post_init__(self) -> None:
        if self.job_role and self.job_role.staff_group is not self.staff_group:
            raise Mistake(sentences.JOB_ROLE_OF_ANOTHER_GROUP)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
