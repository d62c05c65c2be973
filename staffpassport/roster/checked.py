"""A row of a list after its cells were checked."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .cohort import Cohort
from .fields import Field
from .people import StaffDetails

# The seven in the order of Field: as `values` returns them, None where blank or wrong.
Values = tuple[str | None, str | None, date | None, str | None, str | None, str | None, str | None]


class Outcome(StrEnum):
    """What becomes of a row. Blank rows have none: they are only counted."""

    GOOD = "good"
    DUPLICATE = "duplicate"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, repr=False)
class CellProblem:
    """What is wrong in one cell. `column` is its letter; `field` is None where the row as a whole is
    wrong; `value` is what stands there."""

    field: Field | None
    column: str
    value: str
    sentence: str


@dataclass(frozen=True, slots=True, repr=False)
class Origin:
    """What all rows of a list have in common: the cohort, and the letter of each field's column, "" if it
    has none."""

    cohort: Cohort
    letters: dict[Field, str]


@dataclass(slots=True, repr=False, eq=False)
class CheckedRow:
    """One row, by the number it has in the spreadsheet.

    `same_as` are the numbers of other rows, a few of them: of the row that a duplicate repeats, or of
    those that share an email address or telephone number with it but differ. There may be 100,000 rows,
    so one keeps either checked values or, where something is wrong, the cells as well."""

    number: int
    outcome: Outcome
    values: Values
    origin: Origin
    problems: tuple[CellProblem, ...] = ()
    same_as: tuple[int, ...] = ()
    raw: tuple[str, ...] | None = None

    @property
    def person(self) -> StaffDetails | None:
        """The person, unless the row has a problem."""
        if self.outcome is Outcome.PROBLEM:
            return None
        first_name, last_name, date_of_birth, email, phone, oriel_pin, esr = self.values
        return StaffDetails(
            first_name=first_name or "",
            last_name=last_name or "",
            date_of_birth=date_of_birth,
            email=email or "",
            phone=phone or "",
            oriel_pin=oriel_pin,
            esr_assignment_number=esr,
            cohort=self.origin.cohort,
        )

    @property
    def cells(self) -> tuple[str, ...]:
        """The text of the seven fields, in the order of Field: as it stands in the file if the row has a
        wrong cell, otherwise as people mostly write what was checked: dates as dd/mm/yyyy, UK mobiles as 07…"""
        if self.raw is not None:
            return self.raw
        return tuple(map(_as_written, self.values))


def _as_written(value: str | date | None) -> str:
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if value and value.startswith("+44"):  # no other field may begin with a plus
        return f"0{value[3:]}"
    return value or ""
