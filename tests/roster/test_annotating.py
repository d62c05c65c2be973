"""The person's own file with remarks: nothing lost, nothing moved, safe, and taken again."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from staffpassport.roster.annotating import Annotated, Remark, annotate
from staffpassport.roster.checking import Outcome
from staffpassport.roster.columns import REMARK_HEADINGS
from staffpassport.roster.reading import read
from staffpassport.roster.table import Table
from tests.runs import examples

from .lists import AL, HEADINGS, JO, checked, csv_of, people, saved_again, table_of, xlsx_of, xlsx_with
from .texts import anything

REMARKS = {2: Remark("Problem", "Enter a last name"), 3: Remark("Ready to invite", "")}


def rows_of_text(file: Annotated, delimiter: str = ",") -> list[list[str]]:
    text = file.content.decode("utf-8-sig")
    assert file.content.startswith(b"\xef\xbb\xbf")
    assert text.count("\n") == text.count("\r\n")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_a_csv_file_keeps_its_columns_and_rows_and_gets_two_columns_more() -> None:
    content = b"Starters\n\n" + csv_of(
        ("Jo", "", *JO[2:], "Ward 1"), AL, (), JO, headings=(*HEADINGS, "Site")
    )
    file = annotate(content, "list.csv", {4: REMARKS[2], 5: REMARKS[3]})
    assert file.suffix == ".csv"
    assert rows_of_text(file) == [
        ["Starters", *[""] * 7],
        [""] * 8,
        [*HEADINGS, "Site", *REMARK_HEADINGS],
        ["Jo", "", *JO[2:], "Ward 1", "Problem", "Enter a last name"],
        [*AL, "", "Ready to invite", ""],
        [""] * 8,
        [*JO, "", "", ""],
    ]


@pytest.mark.parametrize(("delimiter", "suffix"), [(";", ".csv"), ("\t", ".tsv"), ("|", ".csv")])
def test_the_delimiter_stays(delimiter: str, suffix: str) -> None:
    file = annotate(csv_of(JO, delimiter=delimiter), "x", REMARKS)
    assert file.suffix == suffix
    assert rows_of_text(file, delimiter)[1] == [*JO, "Problem", "Enter a last name"]


def test_an_old_encoding_becomes_utf_8() -> None:
    file = annotate(csv_of(("Zoë", *JO[1:])).decode().encode("cp1252"), "x.csv", {})
    assert rows_of_text(file)[1][0] == "Zoë"
    assert table_of(file.content).notices == ()


def test_earlier_remarks_make_place_for_the_new() -> None:
    once = annotate(csv_of(JO, AL), "x.csv", {2: Remark("Problem", "old")})
    twice = annotate(once.content, "x.csv", REMARKS)
    assert twice == annotate(csv_of(JO, AL), "x.csv", REMARKS)
    assert b"old" not in twice.content


def test_a_cell_without_a_heading_is_a_problem_the_next_time_too() -> None:
    content = csv_of((*JO, "", "x"), AL)
    again = annotate(content, "x.csv", REMARKS).content
    assert [row.outcome for row in checked(again)] == [row.outcome for row in checked(content)]
    assert checked(again)[0].outcome is Outcome.PROBLEM


def test_nothing_in_it_can_be_a_formula() -> None:
    content = csv_of(("=cmd()", "+B", "@x", "-1", "\t=1"), headings=(*HEADINGS[:4], "Telephone number"))
    content += b"\r=1,x\r\n"
    file = annotate(content, "x.csv", {2: Remark("=1", "@x")})
    for row in rows_of_text(file):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_a_workbook_comes_back_as_text_with_every_cell_safe() -> None:
    def fill(book: object) -> None:
        sheet = book.add_worksheet("August")  # type: ignore[attr-defined]
        sheet.write_row("A1", HEADINGS)
        sheet.write_row("A2", JO)
        sheet.write("E2", 447700900123)
        sheet.write_string("B2", "=1+1")
        sheet.write_formula("A3", '="A"&"l"', None, "Al")

    file = annotate(xlsx_of(fill), "list.xlsx", REMARKS)
    assert file.suffix == ".xlsx"
    sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        [*HEADINGS, *REMARK_HEADINGS],
        ["Jo", "=1+1", "15/3/1984", JO[3], "447700900123", "Problem", "Enter a last name"],
        ["Al", None, None, None, None, "Ready to invite", None],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert all(cell.quotePrefix for cell in sheet[2] if cell.value)
    assert all(cell.number_format == "@" for cell in sheet[2] if cell.value)


def test_date_cells_are_shown_with_the_day_first() -> None:
    content = xlsx_with(HEADINGS, (*JO[:2], date(1984, 3, 4), *JO[3:]))
    again = annotate(content, "x.xlsx", {}).content
    assert next(table_of(again).rows())[1][2] == "04/03/1984"
    assert people(checked(again)) == people(checked(content))


def test_a_file_that_is_no_list_is_not_annotated() -> None:
    with pytest.raises(ValueError, match="no list to annotate: empty"):
        annotate(b"", "x.csv", {})


def lists(most: int) -> st.SearchStrategy[list[list[str]]]:
    return st.lists(st.lists(anything, max_size=9), min_size=1, max_size=most)


def outcomes(content: bytes) -> list[tuple[object, ...]]:
    return [(row.number, row.outcome, row.values, row.same_as) for row in checked(content)]


@settings(max_examples=examples(200))
@given(lists(6), st.sampled_from(",;\t|"))
def test_an_annotated_text_gives_the_same_people(rows: list[list[str]], delimiter: str) -> None:
    content = csv_of(JO, *rows, headings=[*HEADINGS, "Oriel PIN", "Site"], delimiter=delimiter)
    assume(isinstance(read(content, ""), Table))  # a surrogate, an endless quote
    again = annotate(content, "x.csv", REMARKS)
    assert outcomes(again.content) == outcomes(content)
    assert annotate(again.content, "x.csv", REMARKS) == again


@settings(max_examples=examples(8))
@given(lists(6))
def test_an_annotated_workbook_gives_the_same_people_even_saved_again(rows: list[list[str]]) -> None:
    workbook = xlsx_with([*HEADINGS, "Oriel PIN", "Site"], JO, *(row[:7] for row in rows))
    again = annotate(workbook, "x.xlsx", REMARKS).content
    assert outcomes(again) == outcomes(workbook)
    assert outcomes(saved_again(again)) == outcomes(workbook)
