"""Tables that we hand out, as CSV and as workbooks: safe to open in Excel, and to upload again if they list people."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from .safe_cells import safe
from .workbooks import Cell, TextWorkbook

# Lines that are sent together: few enough to begin at once, enough to make each part cheap.
_LINES_AT_ONCE = 500


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The table in parts: UTF-8 with BOM, so that Excel reads accents right, CRLF, no cell that it would calculate."""
    yield codecs.BOM_UTF8 + _lines([headings])
    waiting = iter(rows)
    while some := list(islice(waiting, _LINES_AT_ONCE)):
        yield _lines(some)


def as_xlsx(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    sheet: str = "",
    widths: Mapping[int, int] | None = None,
    width: int = 20,
) -> bytes:
    """The table as a workbook of one sheet, its headings in sight: texts are text, whole numbers are numbers.

    `widths`: characters by place of the column; the others are as wide as `width`.
    """
    with TextWorkbook(sheet or title, title) as book:
        book.widen(range(len(headings)), width)
        for place, characters in (widths or {}).items():
            book.widen([place], characters)
        book.freeze_above(1)
        book.write_row(headings, bold=True)
        for row in rows:
            book.write_row(row)
    return book.content


def _lines(rows: Iterable[Sequence[Cell]]) -> bytes:
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerows([cell if isinstance(cell, int) else safe(cell) for cell in row] for row in rows)
    return lines.getvalue().encode()
