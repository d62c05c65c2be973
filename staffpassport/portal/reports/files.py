"""The figures of a report as a table to take away: a row for each day and cohort, a column for each state."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from staffpassport.portal.reports.counting import Cell
from staffpassport.portal.reports.figures import DELETED_SINCE, Cohort
from staffpassport.portal.reports.states import State
from staffpassport.roster import workbooks
from staffpassport.roster.cohort import EmploymentStatus, EmploymentType, StaffGroup
from staffpassport.ui import formats

_COHORT = ("Staff group", "Employment type", "Employment status")
HEADINGS = ("Day", *_COHORT, "Invitations", *State.labels)
WIDTHS = {0: 12, 1: 48, 2: 24, 3: 28}

_GROUPS, _TYPES, _STATUSES = (list(choices) for choices in (StaffGroup, EmploymentType, EmploymentStatus))


def rows(cells: Iterable[Cell]) -> Iterator[list[workbooks.Cell]]:
    """The earliest day first; each invitation is counted in one row and, of the states, in one column."""
    found: dict[tuple[date, Cohort | None], Counter[State]] = defaultdict(Counter)
    for cell in cells:
        found[cell.day, cell.cohort][cell.state] += cell.invitations
    for day, cohort in sorted(found, key=lambda which: (which[0], *_place(which[1]))):
        counts = found[day, cohort]
        yield [
            formats.date(day),
            *_in_words(cohort),
            counts.total(),
            *(counts[state] for state in State),
        ]


def _in_words(cohort: Cohort | None) -> tuple[str, str, str]:
    if cohort is None:
        return (DELETED_SINCE,) * 3
    return cohort.staff_group.label, cohort.employment_type.label, cohort.employment_status.label


def _place(cohort: Cohort | None) -> tuple[int, ...]:
    """In the order of the screens, deleted passports at the end."""
    if cohort is None:
        return (len(_GROUPS),)
    return (
        _GROUPS.index(cohort.staff_group),
        _TYPES.index(cohort.employment_type),
        _STATUSES.index(cohort.employment_status),
    )
