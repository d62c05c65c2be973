"""Workbooks of text cells, written row by row in fixed memory."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import xlsxwriter

LONGEST_CELL = 32_767  # characters, in Excel
MADE_ON = datetime(2026, 1, 1, tzinfo=UTC)  # in every workbook: the same rows make the same bytes
# What no XML may hold.
_NO_XML = re.compile("[\ufffe\uffff\ud800-\udfff]")

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


Cell = str | int


class TextWorkbook:
    """One sheet of which every text is text and can be nothing else: no formula, no number, no link. Whole numbers
    are of ours: counts, and the numbers of rows. Use it in a `with`, after which `content` holds the file."""

    def __init__(self, sheet: str, title: str = "") -> None:
        self.content = b""
        self._out = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._out, _OPTIONS)
        self._book.set_properties({"title": title or sheet, "created": MADE_ON})
        self._sheet = self._book.add_worksheet(sheet)
        # The prefix is the apostrophe that people type to say that a cell is text.
        self._text = self._book.add_format({"num_format": "@", "quote_prefix": True})
        self._bold = self._book.add_format({"num_format": "@", "quote_prefix": True, "bold": True})
        self._row = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()
        self.content = self._out.getvalue()

    def write_row(self, cells: Sequence[Cell], *, bold: bool = False) -> None:
        """The next row. Blank cells stay empty; what is longer than a cell can be is cut."""
        form, write, row = (self._bold if bold else self._text), self._sheet.write_string, self._row
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                self._sheet.write_number(row, column, cell)
            elif cell:
                write(row, column, _NO_XML.sub("\N{REPLACEMENT CHARACTER}", cell)[:LONGEST_CELL], form)
        self._row += 1

    def freeze_above(self, row: int) -> None:
        """Keeps the first rows in sight."""
        self._sheet.freeze_panes(row, 0)

    def widen(self, columns: Iterable[int], characters: int) -> None:
        """Makes columns this wide."""
        for column in columns:
            self._sheet.set_column(column, column, characters)
