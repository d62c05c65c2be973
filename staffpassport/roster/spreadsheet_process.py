"""The process that reads one spreadsheet and ends. Reads the file from its input; writes one line of JSON
(what the file is, or its trouble) and then the rows as CSV in UTF-8.

Run by `spreadsheets`. Imports nothing that holds settings or secrets, and is given no environment."""

import csv
import io
import json
import resource
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import islice

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from . import file_sentences as sentences
from .containers import Kind, kind_of
from .headings import score
from .limits import HEADINGS_WITHIN, SPREADSHEET_CPU, SPREADSHEET_MEMORY
from .table import FileProblem, Row, Trouble
from .unseen import Unseen, prepared, unseen

_ANY_FORM = "%Y"  # of dates, where only headings are looked for
_ENOUGH_HEADINGS = 2  # to take a sheet for the list and look no further
_MOST_SHEETS = 50
_SHEETS_NAMED = 5
_LONGEST_NAME = 31  # characters of a sheet's name, as in Excel
_MOST_EXACT = 10**15  # spreadsheets keep 15 digits


@dataclass(frozen=True, slots=True)
class _Found:
    """The sheet to read, and what to tell about it."""

    kind: str
    sheet: CalamineSheet
    unseen: Unseen
    notices: tuple[str, ...]


def main(dates: str) -> None:
    """Everything: limits, the file, the answer. `dates` is how date cells are written, for strftime."""
    _limit()
    found = _opened(sys.stdin.buffer.read())
    if isinstance(found, FileProblem):
        print(json.dumps(asdict(found)))  # noqa: T201 - the answer
        return
    print(json.dumps({"kind": found.kind, "notices": found.notices}))  # noqa: T201
    sys.stdout.flush()
    with io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(_rows(found.sheet, found.unseen, dates))


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, SPREADSHEET_MEMORY),
        (resource.RLIMIT_CPU, SPREADSHEET_CPU),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _opened(content: bytes) -> _Found | FileProblem:
    try:
        kind = kind_of(content)
        if isinstance(kind, FileProblem):
            return kind
        with load_workbook(io.BytesIO(prepared(content, kind))) as book:
            return _chosen(book, kind, content)
    except MemoryError:
        return FileProblem(Trouble.TOO_MUCH, sentences.TOO_MUCH)
    except PasswordError:
        return FileProblem(Trouble.PASSWORD, sentences.PASSWORD)
    except BaseException:  # the library's panics are no Exception
        return FileProblem(Trouble.DAMAGED, sentences.DAMAGED)


def _chosen(book: CalamineWorkbook, kind: Kind, content: bytes) -> _Found | FileProblem:
    """The first sheet with headings; if none has any, the first with something in it."""
    best: tuple[int, int, CalamineSheet] | None = None
    with_something: dict[int, str] = {}
    for place in _visible(book)[:_MOST_SHEETS]:
        sheet = book.get_sheet_by_index(place)
        if sheet.start is None:
            continue
        with_something[place] = book.sheet_names[place]
        if best and best[0] >= _ENOUGH_HEADINGS:
            continue
        fields = max(map(score, islice(_rows(sheet, Unseen(), _ANY_FORM), HEADINGS_WITHIN)), default=0)
        if best is None or fields > best[0]:
            best = fields, place, sheet
    if best is None:
        return FileProblem(Trouble.EMPTY, sentences.EMPTY)
    _, chosen, sheet = best
    read = with_something.pop(chosen)
    notices = [sentences.SHEET_READ.format(read=_short(read), others=_listed([*with_something.values()]))]
    more = unseen(content, kind, chosen)
    return _Found(
        kind,
        sheet,
        more,
        (*(notices if with_something else ()), *([sentences.ROWS_HIDDEN] if more.hidden_rows else ())),
    )


def _visible(book: CalamineWorkbook) -> list[int]:
    return [
        place
        for place, sheet in enumerate(book.sheets_metadata)
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]


def _rows(sheet: CalamineSheet, unseen: Unseen, dates: str) -> Iterator[Row]:
    """Every row from the first of the sheet, every cell as text."""
    before = [""] * (sheet.start[1] if sheet.start else 0)
    rows_with_errors = {row for row, _ in unseen.errors}
    for number, cells in enumerate(sheet.iter_rows()):
        row = before + [cell if cell.__class__ is str else _text(cell, dates) for cell in cells]
        if number in rows_with_errors:
            row = [unseen.errors.get((number, index), cell) for index, cell in enumerate(row)]
        yield row


def _text(value: object, dates: str) -> str:
    """A cell that is no text, as text. A date at midnight is a date. A whole number has no fraction; one
    of more digits than spreadsheets keep is written so that its reader sees that they are lost."""
    if isinstance(value, float):
        if not value.is_integer():
            return repr(value)
        return str(int(value)) if abs(value) < _MOST_EXACT else f"{value:.14E}"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        day = value.strftime(dates)
        return f"{day} {value:%H:%M:%S}" if value.time().isoformat() != "00:00:00" else day
    if isinstance(value, date):
        return value.strftime(dates)
    return str(value)


def _listed(names: Sequence[str]) -> str:
    words = [f"“{_short(name)}”" for name in names[:_SHEETS_NAMED]]
    if len(names) > _SHEETS_NAMED:
        words.append(f"{len(names) - _SHEETS_NAMED} more")
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _short(name: str) -> str:
    return " ".join(name.replace("\0", "").split())[:_LONGEST_NAME]


if __name__ == "__main__":
    main(sys.argv[1])
