"""Tables out of delimited text."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from . import file_sentences as sentences
from .columns import cohort_of
from .headings import score
from .limits import HEADINGS_WITHIN, LONGEST_CELL, MOST_COLUMNS, MOST_PEOPLE, MOST_ROWS
from .table import FileProblem, Row, Table, Trouble, parsed

COMMA, TAB = ",", "\t"
_DELIMITERS = (COMMA, ";", TAB, "|")
# Excel's own first line, which it does not show: "sep=;"
_DECLARED = re.compile(rb'"?sep=([,;|\t])"?(?:\r\n|\r|\n)', re.IGNORECASE)
_BLANK_END = b"\r\n\t ,;|"
_LINE_BREAK = re.compile(rb"\r\n|\r|\n")
_LINE_BREAK_IN_CELL = re.compile(r"\r\n|\r|\n")
# A row of ours after the last one. Where a quotation mark is open it is swallowed with the rest. No
# character of any script.
_END = "\ufdd0"


@dataclass(frozen=True, slots=True)
class Headings:
    """The row of headings: its number from 1, and its cells."""

    number: int
    cells: Row
    score: int


def table_of(text: bytes, *, encoding: str, prefer: str = COMMA) -> Table | FileProblem:
    """The table in a UTF-8 text. `prefer` is the delimiter to take where the text does not tell."""
    text = _without_blank_end(text)
    declared = _DECLARED.match(text)
    if declared:
        text = text[declared.end() :]
    if not text.strip():
        return FileProblem(Trouble.EMPTY, sentences.EMPTY)
    candidates = [declared[1].decode()] if declared else sorted(_DELIMITERS, key=lambda one: one != prefer)
    delimiter, headings = _best(text, candidates)
    if declared and headings.score == 0:
        delimiter, headings = _best(text, _DELIMITERS)
    kind = "tsv" if delimiter == TAB else "csv"
    return finished(text, delimiter, headings, kind=kind, encoding=encoding)


def finished(
    text: bytes, delimiter: str, headings: Headings, *, kind: str, encoding: str
) -> Table | FileProblem:
    """The table with these headings, once every row has been looked at."""
    extent = _extent(text, delimiter, headings)
    if isinstance(extent, FileProblem):
        return extent
    if not headings.score:
        return no_headings(headings.cells)
    if extent.people == 0:
        return FileProblem(Trouble.NO_PEOPLE, sentences.NO_PEOPLE)
    return Table(
        headings=tuple(headings.cells),
        heading_row=headings.number,
        last_row=extent.last_row,
        kind=kind,
        encoding=encoding,
        delimiter=delimiter,
        text=text,
        cohort=cohort_of(headings.cells),
    )


def find_headings(rows: Iterator[Row]) -> Headings:
    """Of the first rows that which names most fields; of equals the first. If none names any, the first
    row with something in it."""
    best: Headings | None = None
    try:
        for number, row in enumerate(islice(rows, HEADINGS_WITHIN), 1):
            fields = score(row)
            if (best is None and any(map(str.strip, row))) or (best is not None and fields > best.score):
                best = Headings(number, row, fields)
    except csv.Error:
        pass  # an endless cell, of which is heard when all rows are read
    return best or Headings(1, [], 0)


def no_headings(first_row: Sequence[str]) -> FileProblem:
    """What to say of a list whose first rows name no field."""
    person = any("@" in cell for cell in first_row)
    return FileProblem(
        Trouble.NO_HEADINGS, sentences.PERSON_FOR_HEADINGS if person else sentences.NO_HEADINGS
    )


def _best(text: bytes, delimiters: Sequence[str]) -> tuple[str, Headings]:
    found = [(delimiter, find_headings(parsed(text, delimiter))) for delimiter in delimiters]
    return max(found, key=lambda one: (one[1].score, len(one[1].cells) if one[1].score else 0))


@dataclass(frozen=True, slots=True)
class _Extent:
    people: int
    last_row: int


def _extent(text: bytes, delimiter: str, headings: Headings) -> _Extent | FileProblem:
    """Reads every row once: how many hold something, and which is the last."""
    lines = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline="")
    rows = csv.reader(chain(lines, [_END]), delimiter=delimiter)
    row: Row = []
    people = last = number = line = 0
    try:
        for number, row in enumerate(rows, 1):
            several_lines, line = rows.line_num - line > 1, rows.line_num
            if several_lines and _swallowed(row, delimiter, headings.cells):
                return _open_quote(number)
            cells = "".join(row)
            if not cells or cells.isspace() or cells == _END:
                continue
            last = number
            people += number > headings.number
            if len(row) > MOST_COLUMNS and any(map(str.strip, row[MOST_COLUMNS:])):
                sentence = sentences.TOO_MANY_COLUMNS.format(most=MOST_COLUMNS)
                return FileProblem(Trouble.TOO_MANY_COLUMNS, sentence)
    except csv.Error:
        if rows.line_num - line > 1:
            return _open_quote(number + 1)
        sentence = sentences.LONG_CELL.format(row=number + 1, most=LONGEST_CELL)
        return FileProblem(Trouble.LONG_CELL, sentence)
    if row != [_END]:
        return _open_quote(number)
    if people > MOST_PEOPLE:
        return FileProblem(Trouble.TOO_MANY_ROWS, sentences.TOO_MANY_PEOPLE.format(most=MOST_PEOPLE))
    if last > MOST_ROWS:
        return FileProblem(Trouble.TOO_MANY_ROWS, sentences.TOO_MANY_ROWS.format(most=MOST_ROWS))
    return _Extent(people, last)


def _swallowed(row: Row, delimiter: str, headings: Row) -> bool:
    """Whether a cell with line breaks holds whole rows, as where a quotation mark was never meant to open
    one. An address with commas is none: a row of people has an @."""
    fewest = max(len(headings) - 1, 2)
    for cell in row:
        if cell.count(delimiter) >= fewest:
            for line in _LINE_BREAK_IN_CELL.split(cell)[1:]:
                if "@" in line and line.count(delimiter) >= fewest:
                    return True
    return False


def _open_quote(row: int) -> FileProblem:
    return FileProblem(Trouble.OPEN_QUOTE, sentences.OPEN_QUOTE.format(row=row))


def _without_blank_end(text: bytes) -> bytes:
    """Without the blank rows that a spreadsheet leaves at the end, which may be a million."""
    end = len(text.rstrip(_BLANK_END))
    line_break = _LINE_BREAK.search(text, end)
    return text[: line_break.end()] if line_break else text
