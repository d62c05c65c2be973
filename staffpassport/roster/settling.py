"""What only all rows together can tell: twins, and dates that may have the month first."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from . import sentences
from .checked import CellProblem, CheckedRow, Outcome
from .emails import email_key
from .fields import Field

_FIELDS = tuple(Field)
_BORN = _FIELDS.index(Field.DATE_OF_BIRTH)
_EMAIL, _PHONE = _FIELDS.index(Field.EMAIL), _FIELDS.index(Field.PHONE)
_ROWS_NAMED = 3  # in a sentence; a ward may have given its one number for everybody


def settle(rows: Iterable[CheckedRow]) -> list[CheckedRow]:
    """The rows with what only their neighbours show.

    Rows that agree in every field count once: the later ones are duplicates, `same_as` the first. Rows
    that share an email address or telephone number and differ anywhere are a problem of each of them,
    naming the others: nobody guesses which is right. That holds for a row with another mistake too, as
    long as the shared value itself is right. Blank values are never shared."""
    settled = list(rows)
    _question_dates(settled)
    _find_twins(settled, Field.EMAIL, _key_of_email, sentences.EMAIL_IN_OTHER_ROWS)
    _find_twins(settled, Field.PHONE, _key_of_phone, sentences.PHONE_IN_OTHER_ROWS)
    return settled


def could_be_month_first(born: date) -> bool:
    """Whether day and month could stand for each other, and would make another date."""
    return born.day <= 12 and born.day != born.month


def _question_dates(rows: Sequence[CheckedRow]) -> None:
    """If one date of the column can only have the month first, those that can be read both ways are asked
    about: a wrong date of birth is worse than a question. Date cells of a spreadsheet too: where a list
    from America is opened here, Excel turns just those into wrong dates and leaves the others as text."""
    wanted = sentences.DATE_MONTH_FIRST
    if not any(problem.sentence == wanted for row in rows if row.problems for problem in row.problems):
        return
    for row in rows:
        born = row.values[_BORN]
        if isinstance(born, date) and could_be_month_first(born):
            _refuse(row, Field.DATE_OF_BIRTH, sentences.DATE_IN_MONTH_FIRST_COLUMN)


def _find_twins(
    rows: Sequence[CheckedRow], field: Field, key_of: Callable[[CheckedRow], str | None], sentence: str
) -> None:
    first: dict[str, CheckedRow] = {}
    groups: dict[str, list[CheckedRow]] = {}
    for row in rows:
        key = key_of(row)
        if key is None:
            continue
        other = first.setdefault(key, row)
        if other is not row:
            groups.setdefault(key, [other]).append(row)
    for group in groups.values():
        _settle_group(group, field, sentence)


def _settle_group(group: Sequence[CheckedRow], field: Field, sentence: str) -> None:
    """Rows that share one key: one person several times, or several people."""
    people: dict[object, list[int]] = {}
    for row in group:
        people.setdefault(_signature(row), []).append(row.number)
    if len(people) == 1:
        for row in group[1:]:
            if row.outcome is Outcome.GOOD:
                row.outcome, row.same_as = Outcome.DUPLICATE, (group[0].number,)
        return
    # A few of each are enough to name some others of any row, however many there are.
    some = [(signature, numbers[: _ROWS_NAMED + 1]) for signature, numbers in people.items()]
    some = some[: _ROWS_NAMED + 1]
    for row in group:
        own = _signature(row)
        others = sorted(number for signature, few in some if signature != own for number in few)
        others = others[:_ROWS_NAMED]
        more = len(group) - len(people[own]) - len(others)
        before = () if row.outcome is Outcome.DUPLICATE else row.same_as
        row.same_as = tuple(dict.fromkeys((*before, *others)))
        _refuse(row, field, sentence.format(rows=_rows(others, more)))


def _refuse(row: CheckedRow, field: Field, sentence: str) -> None:
    value = row.cells[_FIELDS.index(field)]
    row.problems += (CellProblem(field, row.origin.letters[field], value, sentence),)
    row.outcome = Outcome.PROBLEM


def _signature(row: CheckedRow) -> object:
    """What two rows have in common if they agree in every field. Rows with a wrong cell agree if their
    cells do."""
    if row.raw is not None:
        return row.raw
    return (*row.values[:_EMAIL], _key_of_email(row), *row.values[_PHONE:])


def _key_of_email(row: CheckedRow) -> str | None:
    email = row.values[3]
    return email_key(email) if email else None


def _key_of_phone(row: CheckedRow) -> str | None:
    return row.values[4]


def _rows(numbers: Sequence[int], more: int) -> str:
    """ "row 9", "rows 5 and 9", "rows 5, 9, 12 and 40 more"."""
    words = [f"{number:d}" for number in numbers] + ([f"{more:,} more"] if more else [])
    listed = " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    return f"rows {listed}" if len(words) > 1 else f"row {listed}"
