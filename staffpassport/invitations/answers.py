"""A person's details read back, in the order of the form."""

from __future__ import annotations

from dataclasses import dataclass

from staffpassport.invitations.forms import StaffDetailsForm
from staffpassport.ui import formats
from staffpassport.ui.problems import focus_id


@dataclass(frozen=True, slots=True)
class Answer:
    """One line: its label, the value as people read it (None where there is none), where to change it.

    `what` is what the link to change it says that it changes.
    """

    key: str
    value: str | None
    change: str
    what: str


def read_back(form: StaffDetailsForm, change_url: str) -> list[Answer]:
    """Every answer of a valid form, with a link to its own control of the same form at `change_url`."""
    person = form.details()
    cohort = person.cohort
    born = person.date_of_birth
    lines = [
        ("first_name", "First name", person.first_name),
        ("last_name", "Last name", person.last_name),
        ("date_of_birth", "Date of birth", f"{born:%d/%m/%Y}" if born else None),
        ("email", "Email address", person.email),
        ("phone", "Telephone number", formats.phone(person.phone)),
        ("staff_group", "Staff group", cohort.staff_group.label),
        ("job_role", "Job role", cohort.job_role.name if cohort.job_role else None),
        ("employment_type", "Employment type", cohort.employment_type.label),
        ("employment_status", "Employment status", cohort.employment_status.label),
        ("oriel_pin", "Oriel PIN", person.oriel_pin),
        ("esr_assignment_number", "ESR assignment number", person.esr_assignment_number),
    ]
    return [
        Answer(label, value, f"{change_url}#{focus_id(form[field])}", _what(label))
        for field, label, value in lines
    ]


def _what(label: str) -> str:
    """A label inside a sentence; the names of other systems keep their capitals."""
    return label if label.startswith(("ESR", "Oriel")) else label.lower()
