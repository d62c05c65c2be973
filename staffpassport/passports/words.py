"""The values of a passport as people read them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext

from staffpassport.passports.models import StaffPassport
from staffpassport.roster.cohort import EmploymentStatus, EmploymentType, StaffGroup, job_roles
from staffpassport.ui import formats


def in_words(column: str, value: date | str | None) -> str | None:
    """A value of one column, as the passport holds it or as a ProfileChange keeps it; None where there is none."""
    if not value:
        return None
    if isinstance(value, date):
        return formats.date(value)
    match column:
        case "date_of_birth":
            return formats.date(date.fromisoformat(value))
        case "phone":
            return formats.phone(value)
        case "staff_group":
            return gettext(StaffGroup(value).label)
        case "job_role_key":
            role = job_roles().get(value)
            return gettext(role.name) if role else None
        case "employment_type":
            return gettext(EmploymentType(value).label)
        case "employment_status":
            return gettext(EmploymentStatus(value).label)
    return value


def shown(passport: StaffPassport, column: str) -> str | None:
    """What stands in this column of a passport now."""
    value: Any = getattr(passport, column)
    return in_words(column, value)
