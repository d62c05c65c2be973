"""A list as it was read: headings and rows; or what is wrong with the file as a whole."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

Row = list[str]


class Trouble(StrEnum):
    """Why a file cannot be taken. The value is a key for the database and for tests."""

    EMPTY = "empty"
    NO_PEOPLE = "no-people"
    NOT_A_LIST = "not-a-list"
    PASSWORD = "password-protected"  # noqa: S105 - the name of a trouble
    DAMAGED = "damaged"
    UNREADABLE_TEXT = "unreadable-text"
    TOO_BIG = "too-big"
    TOO_MANY_ROWS = "too-many-rows"
    TOO_MANY_COLUMNS = "too-many-columns"
    TOO_MUCH = "too-much"
    OPEN_QUOTE = "open-quote"
    LONG_CELL = "long-cell"
    NO_HEADINGS = "no-headings"
    HEADING_MISSING = "heading-missing"
    HEADING_TWICE = "heading-twice"


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong with a whole file. `sentence` says it and what to do next; it may name headings and
    sheets, never a value."""

    trouble: Trouble
    sentence: str


@dataclass(slots=True, repr=False, eq=False)
class Table:
    """A list of people with headings, every cell as text.

    `headings` as the person wrote them, `heading_row` as the spreadsheet numbers rows, from 1. `kind` is
    csv, tsv, xlsx, ods or xls. `notices` are sentences for the person, and may hold names out of the file.
    `cohort` is what our template's heading says about the list, or None.

    The rows are kept as text, eight times smaller than as lists, and parsed whenever they are asked for."""

    headings: tuple[str, ...]
    heading_row: int
    last_row: int  # the last with something in it
    kind: str
    encoding: str
    delimiter: str
    text: bytes  # UTF-8 without a byte-order mark, nothing in it that the csv module refuses
    notices: tuple[str, ...] = ()
    cohort: str | None = None

    def rows(self) -> Iterator[tuple[int, Row]]:
        """The rows below the headings, each with its number in the spreadsheet, up to the last with
        something in it; blank ones come too. A row may have fewer cells than there are headings, or
        more. Every row is a list of its own, and every call begins again."""
        rows = self.all_rows()
        for _ in range(self.heading_row):
            next(rows)
        return zip(range(self.heading_row + 1, self.last_row + 1), rows, strict=False)

    def all_rows(self) -> Iterator[Row]:
        """Every row of the sheet from the very first, titles and headings too."""
        return parsed(self.text, self.delimiter)


def parsed(text: bytes, delimiter: str) -> Iterator[Row]:
    """The rows of a UTF-8 text. Line breaks may be of any kind, mixed, and inside quotes. May raise
    csv.Error, for a cell of more than LONGEST_CELL characters."""
    return csv.reader(io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline=""), delimiter=delimiter)
