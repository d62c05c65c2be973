"""Every row of a list, checked by the same functions as the form.

Most of 100,000 rows are right, so the loop does as little as it can for those: one attempt that takes all
seven cells; only where it fails is the row looked at cell by cell."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from operator import itemgetter
from typing import TypeVar, cast

from . import sentences
from .checked import CellProblem, CheckedRow, Origin, Outcome, Values
from .cohort import Cohort
from .columns import Columns, Part, Source
from .example import EXAMPLE, is_example, is_example_email
from .fields import Field
from .full_names import first_part, last_part
from .letters import column_letter
from .safe_cells import unsafe
from .settling import could_be_month_first, settle
from .table import Row, Table
from .values import (
    Mistake,
    blank,
    date_of_birth,
    email_address,
    esr_assignment_number,
    first_name,
    last_name,
    mobile_number,
    oriel_pin,
)

__all__ = ["CellProblem", "CheckedRow", "Checking", "Outcome", "check", "settle"]

T = TypeVar("T")
_Take = Callable[[str], str | date | None]

_FIELDS = tuple(Field)
_EMAIL, _PHONE = _FIELDS.index(Field.EMAIL), _FIELDS.index(Field.PHONE)
_MOST_REMEMBERED = 50_000
_PARTS: dict[Part, Callable[[str], str]] = {
    Part.WHOLE: str,
    Part.FIRST_OF_FULL_NAME: first_part,
    Part.LAST_OF_FULL_NAME: last_part,
}


def check(table: Table, columns: Columns, cohort: Cohort, today: date) -> "Checking":
    """Every row of a table that is not blank, checked, in the order of the file. Never raises. Rows that
    are twins of others are found by `settle`."""
    return Checking(table, columns, cohort, today)


class Checking:
    """The checked rows, one after the other. Once they are through, `blank_rows` and `example_rows` say
    how many were skipped: rows without anything in a column that is needed, and our template's example.

    May be iterated again, and then reads again."""

    def __init__(self, table: Table, columns: Columns, cohort: Cohort, today: date) -> None:
        self.blank_rows = 0
        self.example_rows = 0
        self._table = table
        self._width = len(table.headings)
        self._sources = tuple(columns.sources.get(field, Source(self._width)) for field in _FIELDS)
        self._one_cell_each = all(source == Source(source.column) for source in self._sources)
        letters = {field: column_letter(source.column) for field, source in columns.sources.items()}
        self._origin = Origin(cohort, {field: letters.get(field, "") for field in _FIELDS})
        self._otherwise = self._sources[_PHONE].otherwise
        if self._otherwise is not None:
            letters[Field.PHONE] = column_letter(self._otherwise)
        self._origin_otherwise = Origin(cohort, {field: letters.get(field, "") for field in _FIELDS})
        self._date = partial(_unmistakable_date if columns.month_first else date_of_birth, today=today)

    def __iter__(self) -> Iterator[CheckedRow]:
        self.blank_rows = self.example_rows = 0
        width, origin, good, otherwise = self._width, self._origin, Outcome.GOOD, self._otherwise
        pick, example_email = self._picker(), EXAMPLE[Field.EMAIL]
        firsts, lasts, dates = _Remembered(first_name), _Remembered(last_name), _Remembered(self._date)
        takes = self._takes(firsts.__getitem__, lasts.__getitem__, dates.__getitem__)
        for number, row in self._table.rows():
            extra = None
            # A row as long as the headings, and one blank cell more for fields that have no column.
            if len(row) == width:
                row.append("")
            else:
                extra = _fit(row, width)
            values: list[str | date | None] = []
            add, wrong = values.append, None
            try:
                first, last, born, email, phone, oriel, esr = pick(row)
                add(firsts[first])
                add(lasts[last])
                add(dates[born])
                add(address := email_address(email))
                add(mobile_number(phone))
                add(oriel_pin(oriel) if oriel and not blank(oriel) else None)
                add(esr_assignment_number(esr) if esr else None)
            except Mistake as mistake:
                if not any(row):
                    self.blank_rows += 1
                    continue
                wrong = mistake
            if wrong or extra is not None or address.lower() == example_email:
                found = self._with_problems(number, row, extra, values, wrong, takes)
            elif otherwise is not None and blank(row[self._sources[_PHONE].column]):
                found = CheckedRow(number, good, cast(Values, tuple(values)), self._origin_otherwise)
            else:
                found = CheckedRow(number, good, cast(Values, tuple(values)), origin)
            if found:
                yield found

    def _picker(self) -> Callable[[Row], Sequence[str]]:
        """What takes the seven cells out of a row."""
        if self._one_cell_each:
            return itemgetter(*(source.column for source in self._sources))
        return lambda row: [_PARTS[source.part](row[_place(source, row)]) for source in self._sources]

    def _takes(self, first: _Take, last: _Take, born: _Take) -> tuple[_Take, ...]:
        """For each field what makes its value of the text of its cell."""
        others: tuple[_Take, ...] = (email_address, mobile_number, oriel_pin, esr_assignment_number)
        takes: tuple[_Take, ...] = (first, last, born, *(partial(_unless_blank, take) for take in others))
        return tuple(
            take if source.part is Part.WHOLE else partial(_of_part, _PARTS[source.part], take)
            for source, take in zip(self._sources, takes, strict=True)
        )

    def _with_problems(
        self,
        number: int,
        row: Row,
        extra: int | None,
        values: list[str | date | None],
        wrong: Mistake | None,
        takes: Sequence[_Take],
    ) -> CheckedRow | None:
        """The row with all that is wrong in it; None if it is blank or the example. `values` are those
        before the cell that is `wrong`: nothing that was refused is tried twice, as that is dear."""
        places = [_place(source, row) for source in self._sources]
        cells = [unsafe(row[place]) for place in places]
        if extra is None and all(map(blank, cells)):
            self.blank_rows += 1
            return None
        problems: list[CellProblem] = []
        for index in range(len(values), len(takes)):
            cell = cells[index]
            try:
                # The first attempt does not look for blanks and apostrophes, nor say which part was wrong.
                if wrong and self._one_cell_each and not blank(cell) and cell == row[places[index]]:
                    raise wrong
                values.append(takes[index](cell))
            except Mistake as mistake:
                values.append(None)
                problems.append(
                    CellProblem(_FIELDS[index], self._letter(places[index]), cell, mistake.sentence)
                )
            wrong = None
        email = values[_EMAIL]
        if isinstance(email, str) and is_example_email(email):
            if is_example(str(values[0]), str(values[1]), email):
                self.example_rows += 1
                return None
            letter = self._letter(places[_EMAIL])
            problems.append(CellProblem(Field.EMAIL, letter, email, sentences.EMAIL_OF_EXAMPLE))
        if extra is not None:
            problems.append(CellProblem(None, column_letter(extra), row[extra + 1], sentences.ROW_TOO_LONG))
        return CheckedRow(
            number=number,
            outcome=Outcome.PROBLEM if problems else Outcome.GOOD,
            values=cast(Values, tuple(values)),
            origin=self._origin_otherwise if places[_PHONE] == self._otherwise else self._origin,
            problems=tuple(problems) if self._one_cell_each else _once_a_cell(problems),
            raw=tuple(cells) if problems else None,
        )

    def _letter(self, place: int) -> str:
        """The letter of the column that was looked in; "" for a field without one."""
        return column_letter(place) if place != self._width else ""


class _Remembered(dict[str, T]):
    """A check that knows what it took before: names and dates of birth come again and again. Saves the
    time, and the memory of equal values."""

    def __init__(self, take: Callable[[str], T]) -> None:
        self._take = take

    def __missing__(self, text: str) -> T:
        cell = unsafe(text)
        value = self._take("" if blank(cell) else cell)
        if len(self) < _MOST_REMEMBERED:
            self[text] = value
        return value


def _unless_blank(take: _Take, text: str) -> str | date | None:
    return take("" if blank(text) else text)


def _of_part(part: Callable[[str], str], take: _Take, text: str) -> str | date | None:
    return take("" if blank(text) else part(text))


def _fit(row: Row, width: int) -> int | None:
    """Makes a row as long as the headings and one blank cell more. Returns the index of the first cell
    with something in it for which there is no heading."""
    if len(row) < width:
        row += [""] * (width + 1 - len(row))
        return None
    extra = next((index for index in range(width, len(row)) if not blank(row[index])), None)
    row.insert(width, "")
    return extra


def _place(source: Source, row: Row) -> int:
    """The index of the cell to take: the other column's where the first is blank and that is not."""
    if source.otherwise is not None and blank(row[source.column]) and not blank(row[source.otherwise]):
        return source.otherwise
    return source.column


def _once_a_cell(problems: Sequence[CellProblem]) -> tuple[CellProblem, ...]:
    """Without the second problem of a full name, which is that of the first."""
    return tuple({(problem.column, problem.sentence): problem for problem in reversed(problems)}.values())[
        ::-1
    ]


def _unmistakable_date(text: str, *, today: date) -> date | None:
    """A date under a heading that asks for the month first: only where day and month cannot be mixed up."""
    born = date_of_birth(text, today=today)
    if born and could_be_month_first(born):
        raise Mistake(sentences.DATE_IN_MONTH_FIRST_COLUMN)
    return born
