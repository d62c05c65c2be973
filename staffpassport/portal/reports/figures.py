"""The figures of a report, added up: whatever they are grouped by, the sum is the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from staffpassport.portal.reports.periods import Period
from staffpassport.portal.reports.states import Band, State
from staffpassport.roster.cohort import EmploymentStatus, EmploymentType, StaffGroup
from staffpassport.ui import formats

K = TypeVar("K", bound=Hashable)
H = TypeVar("H", bound=Hashable)

# By day up to two months of it, by week beyond: a column of a chart must stay wide enough to be seen.
MOST_DAYS_ONE_BY_ONE = 62
DELETED_SINCE = "Passport deleted since"


@dataclass(frozen=True, slots=True)
class Cohort:
    """The three values of a passport that a report counts by."""

    staff_group: StaffGroup
    employment_type: EmploymentType
    employment_status: EmploymentStatus


@dataclass(frozen=True, slots=True)
class Line:
    """So many invitations in each state, under a label."""

    label: str
    counts: Mapping[State, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def of(self, band: Band) -> int:
        """How many are in one of the states of a band."""
        return sum(self.counts.get(state, 0) for state in band.value)

    def share(self, count: int) -> str:
        """A count as a part of all: `12%`; "less than 1%" rather than nothing for a few, "over 99%" but for all."""
        if not count or count == self.total:
            return "100%" if count else "0%"
        percent = 100 * count / self.total
        if percent < 1:
            return "less than 1%"
        return "over 99%" if percent > 99 else f"{percent:.0f}%"


@dataclass(frozen=True, slots=True)
class Figures:
    """How many invitations there are: of each day, and of each cohort (None: the passport was deleted since)."""

    period: Period
    by_day: Mapping[date, Counter[State]]
    by_cohort: Mapping[Cohort | None, Counter[State]]

    @property
    def all(self) -> Line:
        return Line("Total", _sum(self.by_day.values()))

    @property
    def by_week(self) -> bool:
        """Whether the columns are weeks, because there would be too many days."""
        return self.period.days > MOST_DAYS_ONE_BY_ONE

    @property
    def columns(self) -> list[Line]:
        """Each day or week of the period, those without invitations among them. Weeks begin on Monday, the first
        one perhaps not on its own."""
        days = {day: self.by_day.get(day, Counter()) for day in self.period}
        if not self.by_week:
            return [Line(formats.date(day), counts) for day, counts in days.items()]
        weeks = _grouped(days, lambda day: max(day - timedelta(days=day.weekday()), self.period.first))
        return [Line(formats.date(first), counts) for first, counts in weeks.items()]

    @property
    def staff_groups(self) -> list[Line]:
        return self._by(StaffGroup, lambda cohort: cohort.staff_group)

    @property
    def employment_types(self) -> list[Line]:
        return self._by(EmploymentType, lambda cohort: cohort.employment_type)

    @property
    def employment_statuses(self) -> list[Line]:
        return self._by(EmploymentStatus, lambda cohort: cohort.employment_status)

    def _by(
        self,
        choices: Iterable[StaffGroup | EmploymentType | EmploymentStatus],
        of: Callable[[Cohort], StaffGroup | EmploymentType | EmploymentStatus],
    ) -> list[Line]:
        """The choices that there are invitations of, in their order; those of deleted passports at the end."""
        found = _grouped(self.by_cohort, lambda cohort: of(cohort) if cohort else None)
        lines = [Line(choice.label, found[choice]) for choice in choices if choice in found]
        return [*lines, Line(DELETED_SINCE, found[None])] if None in found else lines


def _grouped(counts: Mapping[K, Counter[State]], of: Callable[[K], H]) -> dict[H, Counter[State]]:
    grouped: dict[H, Counter[State]] = defaultdict(Counter)
    for key, counter in counts.items():
        grouped[of(key)].update(counter)
    return dict(grouped)


def _sum(counters: Iterable[Counter[State]]) -> Counter[State]:
    total: Counter[State] = Counter()
    for counter in counters:
        total.update(counter)
    return total
