"""The period of a report: whole days as clocks in the United Kingdom show them."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from staffpassport.ui.fields import DateField, FieldMistakeError
from staffpassport.ui.formats import LONDON
from staffpassport.ui.forms import Form

MOST_DAYS = 366
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def begin(self) -> datetime:
        """The moment at which it begins."""
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        """The moment at which it is over, not in it."""
        return _midnight(self.last + _DAY)

    def __iter__(self) -> Iterator[date]:
        return (self.first + number * _DAY for number in range(self.days))


class Usual(enum.StrEnum):
    """The periods that are one link away."""

    LAST_7_DAYS = "last-7-days"
    LAST_30_DAYS = "last-30-days"
    THIS_YEAR = "this-year"

    @property
    def label(self) -> str:
        return self.replace("-", " ").capitalize()

    def period(self, today: date) -> Period:
        """The days until today."""
        if self is Usual.THIS_YEAR:
            return Period(today.replace(month=1, day=1), today)
        return Period(today - (7 if self is Usual.LAST_7_DAYS else 30) * _DAY + _DAY, today)


class PeriodForm(Form):
    """The first and the last day, by GET: the address of a report can be kept or sent. `today` bounds both."""

    first = DateField(label="First day")
    last = DateField(label="Last day")

    def __init__(self, *args: Any, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self._today = today

    def clean_first(self) -> date:
        return _of_four_digits(self.cleaned_data["first"])

    def clean_last(self) -> date:
        """The last day; with the first one if that is a day. Raises FieldMistakeError with one sentence."""
        last = _of_four_digits(self.cleaned_data["last"])
        if last > self._today:
            raise FieldMistakeError("The last day must be today or in the past")
        first: date | None = self.cleaned_data.get("first")
        if first and last < first:
            raise FieldMistakeError("The last day must be the same as or after the first day")
        if first and Period(first, last).days > MOST_DAYS:
            raise FieldMistakeError(
                f"A report can be of {MOST_DAYS} days at most: choose days closer together"
            )
        return last

    @property
    def period(self) -> Period:
        """The period of a valid form."""
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: the period, None where the form says what is wrong with it."""

    form: PeriodForm
    period: Period | None
    usual: Usual | None

    @property
    def query(self) -> str:
        """The address again, for the same days whatever day it is then."""
        if self.period is None:
            return ""
        days = {"first": self.period.first, "last": self.period.last}
        parts = [f"{name}-{part}={getattr(day, part)}" for name, day in days.items() for part in _BOXES]
        return "&".join(parts)


def asked_for(params: Mapping[str, Any], today: date) -> Asked:
    """The period in an address: days typed, or a usual period; the last 30 days where there is none."""
    if any(f"{name}-{part}" in params for name in PeriodForm.base_fields for part in _BOXES):
        form = PeriodForm(params, today=today)
        return Asked(form, form.period if form.is_valid() else None, None)
    named = params.get("period")
    usual = Usual(named) if named in list(Usual) else Usual.LAST_30_DAYS
    period = usual.period(today)
    form = PeriodForm(initial={"first": period.first, "last": period.last}, today=today)
    return Asked(form, period, usual)


_BOXES = ("day", "month", "year")


def _of_four_digits(day: date) -> date:
    """Nobody means the year 26."""
    if day.year < 1000:
        raise FieldMistakeError("The year must have all 4 numbers, like 2026", ["year"])
    return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
