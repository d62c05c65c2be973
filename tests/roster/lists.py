"""Lists to read, written as people and programs write them."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import openpyxl
import xlsxwriter

from staffpassport.roster.checking import CheckedRow, check, settle
from staffpassport.roster.cohort import Cohort, EmploymentStatus, EmploymentType, StaffGroup, job_role
from staffpassport.roster.columns import columns
from staffpassport.roster.reading import read
from staffpassport.roster.table import FileProblem, Row, Table, Trouble

TODAY = date(2026, 11, 22)
COHORT = Cohort(
    StaffGroup.MEDICAL_AND_DENTAL,
    job_role("R0215"),
    EmploymentType.TEMPORARY_MOVER,
    EmploymentStatus.NEW_STARTER,
)
HEADINGS = ("First name", "Last name", "Date of birth", "Email address", "Telephone number")
JO = ("Jo", "Bloggs", "15/3/1984", "jo.bloggs@nhs.net", "07700 900123")
AL = ("Al", "Smith", "1/12/1990", "al.smith@nhs.net", "07700 900124")


def csv_of(*rows: Sequence[str], headings: Sequence[str] = HEADINGS, delimiter: str = ",") -> bytes:
    """A CSV file in UTF-8, as Excel saves it but for the byte-order mark."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([headings, *rows])
    return out.getvalue().encode(errors="replace")


def xlsx_of(fill: Callable[[xlsxwriter.Workbook], None], options: dict[str, Any] | None = None) -> bytes:
    """A workbook that `fill` puts its sheets into."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, options) as book:
        fill(book)
    return out.getvalue()


def xlsx_with(*rows: Sequence[object]) -> bytes:
    """A workbook with one sheet of these rows; dates get a date's format."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell.encode(errors="replace").decode())
                else:
                    sheet.write(number, column, cell, *([day] if isinstance(cell, date) else []))

    return xlsx_of(fill)


def saved_again(content: bytes) -> bytes:
    """A workbook opened and saved by another program than wrote it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table_of(content: bytes, name: str = "list.csv") -> Table:
    """What `read` makes of a file that it should take."""
    table = read(content, name)
    assert isinstance(table, Table), table
    return table


def problem_of(content: bytes, name: str = "list.csv") -> FileProblem:
    """Why `read`, or its columns, refuse a file."""
    found = read(content, name)
    if isinstance(found, Table):
        problem = columns(found.headings).problem
        assert problem, "nothing is wrong with the file"
        return problem
    return found


def trouble_of(content: bytes, name: str = "list.csv") -> Trouble:
    return problem_of(content, name).trouble


def rows_of(content: bytes, name: str = "list.csv") -> list[tuple[int, Row]]:
    return list(table_of(content, name).rows())


def checked(content: bytes, name: str = "list.csv") -> list[CheckedRow]:
    """The rows of a file, checked and settled."""
    table = table_of(content, name)
    return settle(check(table, columns(table.headings), COHORT, TODAY))


def people(rows: Iterable[CheckedRow]) -> list[tuple[object, ...]]:
    """What is known of each person, without the row's number."""
    return [row.values for row in rows if row.person]


def sentences_of(row: CheckedRow) -> list[tuple[str, str]]:
    """Column letter and sentence of each problem."""
    return [(problem.column, problem.sentence) for problem in row.problems]
