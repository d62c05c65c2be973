"""Lists as HR uploads them: the seven columns, most rows right, the mistakes that people make.

Of all rows 3 % have a wrong cell, 2 % repeat an earlier row and 2 % are known to the trust already.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import xlsxwriter

from benchmarks.people import person
from staffpassport.roster.people import StaffDetails

HEADINGS = (
    "First name",
    "Last name",
    "Date of birth",
    "Email address",
    "Telephone number",
    "Oriel PIN",
    "ESR assignment number",
)
# One in so many.
_WRONG, _TWINS, _KNOWN = 33, 50, 50
# (column, what stands there)
_SLIPS = (
    (0, ""),
    (2, "31/02/1984"),
    (2, "13.13.1990"),
    (3, "grace.okafor.nhs.net"),
    (3, "grace.okafor@nhs"),
    (3, "grace..okafor@nhs.net"),
    (4, "0113 496 0100"),
    (4, "4.47E+11"),
    (4, "0791112345"),
    (6, "12345"),
)
Cells = list[str]


def rows(size: int, first: int) -> Iterator[Cells]:
    """The rows of a list. New people have the numbers from `first` on, known ones those from 0."""
    before: list[Cells] = []
    for row in range(size):
        if row % _TWINS == 25 and before:
            yield before[row * 7 % len(before)]
            continue
        number = row // _KNOWN if row % _KNOWN == 10 else first + row
        cells = _cells(person(number), row)
        if row % _WRONG == 5:
            column, slip = _SLIPS[row // _WRONG % len(_SLIPS)]
            cells[column] = slip
        elif len(before) < 1_000:
            before.append(cells)
        yield cells


def as_csv(size: int, first: int) -> bytes:
    """As Excel saves it: UTF-8 with BOM, CRLF."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows(rows(size, first))
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(size: int, first: int) -> bytes:
    """A workbook whose cells are text."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate([list(HEADINGS), *rows(size, first)]):
            for column, cell in enumerate(cells):
                sheet.write_string(number, column, cell)
    return content.getvalue()


def _cells(details: StaffDetails, row: int) -> Cells:
    """As people type them: some mobiles with spaces, some dates with dots, some names in capitals."""
    national = "0" + details.phone[3:]
    born = details.date_of_birth
    assert born
    return [
        details.first_name,
        details.last_name.upper() if row % 20 == 3 else details.last_name,
        f"{born:%d.%m.%Y}" if row % 10 == 4 else f"{born:%d/%m/%Y}",
        details.email,
        f"{national[:5]} {national[5:]}" if row % 3 else national,
        "",
        details.esr_assignment_number or "",
    ]
