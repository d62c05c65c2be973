"""The person's own file with two columns more: what becomes of each row, and what to change."""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .columns import REMARK_HEADINGS, is_remark
from .reading import read
from .safe_cells import safe
from .table import FileProblem, Row, Table
from .workbooks import TextWorkbook

_TEXT_KINDS = frozenset({"csv", "tsv"})
_REMARK_WIDTHS = (30, 90)  # characters


@dataclass(frozen=True, slots=True)
class Remark:
    """What stands beside a row: what becomes of it in a word or two, and what to change."""

    result: str
    sentence: str


@dataclass(frozen=True, slots=True, repr=False)
class Annotated:
    """A file to hand out. `suffix` is that of its name: ".csv", ".tsv" or ".xlsx"."""

    content: bytes
    suffix: str


def annotate(content: bytes, name: str, remarks: Mapping[int, Remark]) -> Annotated:
    """A file that `read` takes, with the remarks beside the rows of these numbers.

    Its own columns in their order, every row where it was, cells as they are; columns that we added
    earlier make place for the new ones. Text stays text, with the same delimiter, in UTF-8 with a
    byte-order mark. A spreadsheet becomes xlsx with the one sheet that was read, every cell as text.
    Safe to open, and to upload again: the next upload ignores our columns. Raises ValueError for a file
    that `read` refuses."""
    table = read(content, name, day_first=True)
    if isinstance(table, FileProblem):
        raise ValueError(f"no list to annotate: {table.trouble}")
    rows = _with_remarks(table, remarks)
    if table.kind in _TEXT_KINDS:
        return Annotated(_as_text(rows, table), f".{table.kind}")
    return Annotated(_as_workbook(rows, table), ".xlsx")


def _with_remarks(table: Table, remarks: Mapping[int, Remark]) -> Iterator[tuple[Row, Row, Row]]:
    """Every row up to the last with something in it, as the cells below headings, ours, and those beyond.
    The latter stay beyond: to the reader they are a problem of the row."""
    width = len(table.headings)
    old = [index for index, heading in enumerate(table.headings) if is_remark(heading)]
    for number, row in zip(range(1, table.last_row + 1), table.all_rows(), strict=False):
        own, beyond = row[:width] + [""] * (width - len(row)), row[width:]
        for index in reversed(old):
            del own[index]
        if number == table.heading_row:
            yield own, list(REMARK_HEADINGS), beyond
        else:
            remark = remarks.get(number)
            yield own, [remark.result, remark.sentence] if remark else ["", ""], _without_blank_end(beyond)


def _without_blank_end(cells: Row) -> Row:
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _as_text(rows: Iterator[tuple[Row, Row, Row]], table: Table) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=table.delimiter, lineterminator="\r\n")
    writer.writerows([safe(cell) for cell in (*own, *ours, *beyond)] for own, ours, beyond in rows)
    return codecs.BOM_UTF8 + out.getvalue().encode()


def _as_workbook(rows: Iterator[tuple[Row, Row, Row]], table: Table) -> bytes:
    with TextWorkbook("List") as book:
        for number, (own, ours, beyond) in enumerate(rows, 1):
            book.write_row([*own, *ours, *beyond], bold=number == table.heading_row)
        own_width = len(own)
        book.freeze_above(table.heading_row)
        book.widen(range(own_width), 20)
        for index, width in enumerate(_REMARK_WIDTHS, own_width):
            book.widen([index], width)
    return book.content
