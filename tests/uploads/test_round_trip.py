"""Every file we hand out, opened and saved by LibreOffice and uploaded again, gives the same people.

LibreOffice starts once for each format and way of opening files, eight times in all: 1.5 seconds each.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from openpyxl import load_workbook

from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.portal import people_files
from staffpassport.roster import text_tables
from staffpassport.roster.checking import CheckedRow, Outcome, check, settle
from staffpassport.roster.columns import columns
from staffpassport.roster.fields import Field
from staffpassport.roster.reading import read
from staffpassport.roster.table import Table
from staffpassport.roster.templates import cohort_words, template_csv, template_xlsx
from staffpassport.uploads import reports
from tests import making
from tests.making import COHORT
from tests.office import FORMATS, LibreOffice, Opened
from tests.uploads.lists import as_csv, checked

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
FORMULA = "=cmd|' /C calc'!A0"
SIGNS = ("=", "+", "-", "@", "\t", "\r")

# What HR types, and the person that it means: what spreadsheets like to change, and what they take for a formula.
# fmt: off
PEOPLE: dict[tuple[str, ...], tuple[Any, ...]] = {
    ("Zoë", "O’Brien", "03/04/1984", "zoe@example.com", "07946000101", "1E5", "01234567"):
        ("Zoë", "O’Brien", date(1984, 4, 3), "zoe@example.com", "+447946000101", "1E5", "01234567"),
    ("Seán", "D'Arcy", "29/02/1992", "sean.o'darcy@example.com", "+447946000102", "007", "00000012-2"):
        ("Seán", "D'Arcy", date(1992, 2, 29), "sean.o'darcy@example.com", "+447946000102", "007", "00000012-2"),
    ("Łukasz", "Żółć-Nowak", "1984-12-03", "lu@example.com", "+353 85 012 3456", "1234567890123456789", ""):
        ("Łukasz", "Żółć-Nowak", date(1984, 12, 3), "lu@example.com", "+353850123456", "1234567890123456789", None),
    ("-Bo", "'t Hooft", "31-Jan-1990", "=bo@example.com", "07946 000104", "0E0", ""):
        ("-Bo", "'t Hooft", date(1990, 1, 31), "=bo@example.com", "+447946000104", "0E0", None),
    ("Nguyễn Thị", "Null", "", "+ng@example.com", "(07946) 000105", "", "20123456-10"):
        ("Nguyễn Thị", "Null", None, "+ng@example.com", "+447946000105", None, "20123456-10"),
    ("May", "Mac Ardle-Smith", "12.11.1999", "may@example.com", "00447946000106", "TRUE", "00000001"):
        ("May", "Mac Ardle-Smith", date(1999, 11, 12), "may@example.com", "+447946000106", "TRUE", "00000001"),
}
# fmt: on
WRONG = (
    (FORMULA, "Formula", "03/04/1984", "formula@example.com", "07946000107", "", ""),
    ("Ann", "@SUM(1+1)", "31/02/1984", "ann@example.com", "0113 496 0101", "", ""),
    ("+1+1", "Nobody", "", "-nobody", "07946000109", "-1", "1234567"),
)
KNOWN = ("-Kit", "Known", "05/06/1990", "-kit@example.com", "+353 85 000 0110", "2E3", "00000009")
LIST = [*PEOPLE, *WRONG, next(iter(PEOPLE)), KNOWN]
TAKEN_AWAY = ["people.csv", "people.xlsx"]
TEMPLATES = ["template.xlsx", "template.csv"]
MARKED = ["marked.csv", "marked.xlsx"]
REPORTS = ["duplicates.csv", "duplicates.xlsx"]
# What is guessed when a file is opened is kept by a workbook as a value, by CSV as it is shown.
AS_IT_COMES = ["xlsx", "csv"]

Files = dict[str, bytes]


# ── The files, and LibreOffice's ────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def handed_out(django_db_setup: None, django_db_blocker: Any) -> Files:
    """Every file of ours that can be uploaded again, by name."""
    made = {"template.xlsx": filled_workbook(list(PEOPLE)), "template.csv": filled_csv()}
    with django_db_blocker.unblock(), transaction.atomic():
        trust = making.organisation()
        made |= files_about_an_upload(trust)
        made |= files_of_people(making.organisation("Elsewhere", "RZ9"))
        transaction.set_rollback(True)
    return made


def files_about_an_upload(trust: Organisation) -> Files:
    making.passport(trust, email=KNOWN[3], phone="+353850000110")
    of_csv = checked(trust, as_csv(LIST), name="list.csv")
    of_workbook = checked(trust, filled_workbook(LIST), name="list.xlsx")
    assert (of_csv.problems, of_csv.duplicates) == (of_workbook.problems, of_workbook.duplicates) == (3, 2)
    return {
        "marked.csv": reports.marked_file(of_csv).content,
        "marked.xlsx": reports.marked_file(of_workbook).content,
        "duplicates.csv": b"".join(reports.duplicates_csv(of_csv)),
        "duplicates.xlsx": reports.duplicates_xlsx(of_csv),
    }


def files_of_people(trust: Organisation) -> Files:
    """The list of people as HR takes it away, of everybody in PEOPLE."""
    for values in reversed(PEOPLE.values()):  # the newest come first
        given = {field.value: value for field, value in zip(Field, values, strict=True)}
        making.passport(trust, **given)
    passports = StaffPassport.objects.of(trust)
    return {
        "people.csv": b"".join(text_tables.as_csv(people_files.HEADINGS, people_files.rows(passports))),
        "people.xlsx": text_tables.as_xlsx(
            "Staff passports", people_files.HEADINGS, people_files.rows(passports)
        ),
    }


def filled_workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """Our template with rows below its example, as typed into Excel: text in the cells set to text, dates in the
    column of dates."""
    book = load_workbook(io.BytesIO(template_xlsx(COHORT)))
    sheet = book.worksheets[0]
    for line, row in enumerate(rows, start=sheet.max_row + 1):
        for place, text in enumerate(row, start=1):
            cell = sheet.cell(line, place)
            cell.number_format = "@"
            cell.value = text or None
            cell.data_type = "s"  # openpyxl takes "=…" for a formula
            if place == 3 and text[2:3] == "/" and text != "31/02/1984":
                day, month, year = map(int, text.split("/"))
                cell.value, cell.number_format = date(year, month, day), "dd/mm/yyyy"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def filled_csv() -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(PEOPLE)
    return template_csv(COHORT) + text.getvalue().encode()


@pytest.fixture(scope="module")
def saved(handed_out: Files, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Files]:
    """All of them as LibreOffice saves them, by format and way of opening."""
    office = LibreOffice(tmp_path_factory.mktemp("office"))
    lists = {name: content for name, content in handed_out.items() if name.endswith(".csv")}
    books = {name: content for name, content in handed_out.items() if name.endswith(".xlsx")}
    found: dict[tuple[str, str], Files] = {}
    for extension in FORMATS:
        found[extension, "text"] = {
            **office.saved_as(extension, books, Opened.AS_WORKBOOK),
            **office.saved_as(extension, lists, Opened.CSV_AS_TEXT),
        }
    for extension in AS_IT_COMES:
        found[extension, "as it comes"] = office.saved_as(extension, lists, Opened.CSV_AS_IT_COMES)
    return found


# ── What is read out of them ────────────────────────────────────────────────────────────────────────────────


def read_back(content: bytes, name: str) -> list[CheckedRow]:
    table = read(content, name)
    assert isinstance(table, Table), table
    found = columns(table.headings)
    assert found.problem is None, found.problem
    return settle(check(table, found, COHORT, TODAY))


def people(content: bytes, name: str) -> list[tuple[Any, ...]]:
    rows = read_back(content, name)
    assert [row.problems for row in rows if row.outcome is Outcome.PROBLEM] == []
    return [row.values for row in rows]


def judgement(content: bytes, name: str) -> list[tuple[Any, ...]]:
    """All that HR would read about each row: its number, values, and what is wrong with which value."""
    return [
        (
            row.number,
            row.outcome,
            row.values,
            row.same_as,
            [(wrong.column, wrong.value, wrong.sentence) for wrong in row.problems],
        )
        for row in read_back(content, name)
    ]


each_format = pytest.mark.parametrize("extension", FORMATS)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_filled_template_gives_the_people_who_were_typed(handed_out: Files, name: str) -> None:
    assert people(handed_out[name], name) == list(PEOPLE.values())


@each_format
@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_saved_again_gives_the_people_who_were_typed(
    saved: dict[tuple[str, str], Files], name: str, extension: str
) -> None:
    content = saved[extension, "text"][name]
    assert people(content, f"list.{extension}") == list(PEOPLE.values())
    table = read(content, f"list.{extension}")
    assert isinstance(table, Table)
    assert table.cohort == cohort_words(COHORT)


@each_format
@pytest.mark.parametrize("name", MARKED)
def test_a_marked_file_saved_again_is_judged_as_before(
    handed_out: Files, saved: dict[tuple[str, str], Files], name: str, extension: str
) -> None:
    before = judgement(handed_out[name], name)
    assert [values for _, outcome, values, *_ in before if outcome is Outcome.GOOD][: len(PEOPLE)] == list(
        PEOPLE.values()
    )
    assert FORMULA in str(before)
    assert judgement(saved[extension, "text"][name], f"list.{extension}") == before


@each_format
@pytest.mark.parametrize("name", REPORTS)
def test_a_report_of_duplicates_saved_again_names_the_same_people(
    handed_out: Files, saved: dict[tuple[str, str], Files], name: str, extension: str
) -> None:
    first = next(iter(PEOPLE.values()))
    known = ("-Kit", "Known", date(1990, 6, 5), "-kit@example.com", "+353850000110", "2E3", "00000009")
    assert people(handed_out[name], name) == [first, known]
    assert people(saved[extension, "text"][name], f"list.{extension}") == [first, known]


@each_format
@pytest.mark.parametrize("name", TAKEN_AWAY)
def test_the_list_of_people_saved_again_names_the_same_people(
    handed_out: Files, saved: dict[tuple[str, str], Files], name: str, extension: str
) -> None:
    assert people(handed_out[name], name) == list(PEOPLE.values())
    assert people(saved[extension, "text"][name], f"list.{extension}") == list(PEOPLE.values())


@pytest.mark.parametrize("extension", AS_IT_COMES)
@pytest.mark.parametrize("name", ["marked.csv", "duplicates.csv", "people.csv"])
def test_a_double_click_on_a_csv_file_of_ours_changes_nobody(
    handed_out: Files, saved: dict[tuple[str, str], Files], name: str, extension: str
) -> None:
    """Zeros, E and long numbers are ours to protect. Dates are the person's own; LibreOffice may write them with two
    numbers of the year, which is refused."""
    meant = [row.values for row in read_back(handed_out[name], name)]
    found = read_back(saved[extension, "as it comes"][name], f"list.{extension}")
    assert differences(found, meant, may_be_lost=set()) <= {Field.DATE_OF_BIRTH}


@pytest.mark.parametrize("extension", AS_IT_COMES)
def test_a_double_click_on_a_list_of_ones_own_changes_nobody_without_a_word(
    saved: dict[tuple[str, str], Files], extension: str
) -> None:
    """What a spreadsheet takes from a list that was typed into an editor is restored or refused. Only an Oriel PIN
    such as 1E5 becomes another without a trace, of which the instructions warn."""
    found = read_back(saved[extension, "as it comes"]["template.csv"], f"list.{extension}")
    differences(found, list(PEOPLE.values()), may_be_lost={Field.ORIEL_PIN})


def differences(
    found: Sequence[CheckedRow], meant: Sequence[Sequence[Any]], *, may_be_lost: set[Field]
) -> set[Field]:
    """The fields in which rows have changed. Fails where a value has become another and nobody would hear of it."""
    changed = set()
    for row, values in zip(found, meant, strict=True):
        told = {problem.field for problem in row.problems} | may_be_lost
        for field, value, right in zip(Field, row.values, values, strict=True):
            if value != right:
                assert field in told, (row.number, field, value, right)
                changed.add(field)
    return changed


# ── Nothing is calculated ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["marked.csv", "duplicates.csv", "people.csv"])
def test_no_cell_of_a_csv_file_of_ours_begins_as_a_formula_does(handed_out: Files, name: str) -> None:
    cells = [cell for row in csv.reader(io.StringIO(handed_out[name].decode("utf-8-sig"))) for cell in row]
    assert sum(cell[1:].startswith(SIGNS) for cell in cells) >= 3
    assert [cell for cell in cells if cell.startswith(SIGNS)] == []


@pytest.mark.parametrize("name", ["marked.xlsx", "duplicates.xlsx", "people.xlsx"])
def test_cells_of_our_workbooks_that_look_like_formulas_are_text_and_stay_so_when_edited(
    handed_out: Files, name: str
) -> None:
    sheet = load_workbook(io.BytesIO(handed_out[name])).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith(SIGNS)]
    assert len(cells) >= 3
    for cell in cells:
        assert cell.data_type == "s"
        assert cell.quotePrefix


@pytest.mark.parametrize("opened", ["text", "as it comes"])
def test_libreoffice_finds_nothing_to_calculate_in_our_files(
    saved: dict[tuple[str, str], Files], opened: str
) -> None:
    ours = {name: content for name, content in saved["xlsx", opened].items() if "template" not in name}
    assert len(ours) >= 2
    assert {name: formulas(content) for name, content in ours.items()} == dict.fromkeys(ours, 0)


def formulas(content: bytes) -> int:
    """How many cells of a workbook are calculated."""
    cells = [
        cell for sheet in load_workbook(io.BytesIO(content)) for row in sheet.iter_rows() for cell in row
    ]
    return sum(cell.data_type in ("f", "e") for cell in cells)
