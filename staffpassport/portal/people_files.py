"""The list of people as a file: what the records hold, with headings that can be uploaded again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from django.db.models import QuerySet

from staffpassport.messaging.states import State
from staffpassport.passports.models import StaffPassport
from staffpassport.passports.words import shown
from staffpassport.roster.fields import Field
from staffpassport.roster.workbooks import Cell
from staffpassport.ui import formats

# Rows in memory at a time.
_AT_ONCE = 2_000

Column = Callable[[StaffPassport], str | None]


def _of(column: str) -> Column:
    return lambda passport: shown(passport, column)


def _state(state: str | None) -> str | None:
    return State(state).label if state else None


def _time(at: datetime | None) -> str | None:
    return formats.date(at) or None


_COLUMNS: dict[str, Column] = {
    Field.FIRST_NAME.label: _of("first_name"),
    Field.LAST_NAME.label: _of("last_name"),
    "Preferred name": _of("preferred_name"),
    Field.DATE_OF_BIRTH.label: _of("date_of_birth"),
    Field.EMAIL.label: _of("email"),
    Field.PHONE.label: _of("phone"),
    "Staff group": _of("staff_group"),
    "Job role": _of("job_role_key"),
    "Employment type": _of("employment_type"),
    "Employment status": _of("employment_status"),
    Field.ORIEL_PIN.label: _of("oriel_pin"),
    Field.ESR_ASSIGNMENT_NUMBER.label: _of("esr_assignment_number"),
    "Professional body": _of("professional_body"),
    "Registration number": _of("registration_number"),
    "Status": lambda passport: passport.get_status_display(),
    "Origin": lambda passport: passport.get_origin_display(),
    "Passport created on": lambda passport: _time(passport.created_at),
    "Email sent": lambda passport: _state(passport.email_state),
    "Text message sent": lambda passport: _state(passport.text_state),
    "Invitation works until": lambda passport: _time(passport.invitation_expires_at),
}
HEADINGS = tuple(_COLUMNS)
WIDTHS = {
    HEADINGS.index(Field.EMAIL.label): 38,
    HEADINGS.index("Staff group"): 34,
    HEADINGS.index("Job role"): 34,
}


def rows(passports: QuerySet[StaffPassport]) -> Iterator[list[Cell]]:
    """A row a passport, newest first, a few thousand in memory at a time."""
    newest_first = passports.order_by("-pk")
    some = list(newest_first[:_AT_ONCE])
    while some:
        for passport in some:
            yield [column(passport) or "" for column in _COLUMNS.values()]
        some = list(newest_first.filter(pk__lt=some[-1].pk)[:_AT_ONCE])
