"""Spreadsheets: what their cells become, which sheet is read, and what a hostile one can do (nothing)."""

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from datetime import time as time_of_day
from pathlib import Path

import pytest
import xlsxwriter

from staffpassport.roster import file_sentences, spreadsheets, unseen
from staffpassport.roster.checking import Outcome
from staffpassport.roster.reading import read
from staffpassport.roster.table import FileProblem, Trouble

from .lists import (
    AL,
    HEADINGS,
    JO,
    checked,
    people,
    problem_of,
    rows_of,
    saved_again,
    table_of,
    trouble_of,
    xlsx_of,
    xlsx_with,
)  # fmt: skip

FILES = Path(__file__).parent / "files"
MIDNIGHT = datetime.combine(date(1984, 3, 15), time_of_day())
MORNING = MIDNIGHT.replace(hour=9, minute=30)


def cells_of(*cells: object, options: dict[str, object] | None = None) -> list[str]:
    """What cells of a workbook become, beside a person."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [*HEADINGS, *("x" for _ in cells)])
        sheet.write_row(1, 0, JO)
        for column, cell in enumerate(cells, len(JO)):
            if callable(cell):
                cell(book, sheet, 1, column)
            else:
                sheet.write(1, column, cell)

    [(_, row)] = rows_of(xlsx_of(fill, options))
    return row[len(JO) :]


def dated(value: object, form: str) -> Callable[..., None]:
    return lambda book, sheet, row, column: sheet.write_datetime(
        row, column, value, book.add_format({"num_format": form})
    )


def formula(text: str, result: object) -> Callable[..., None]:
    return lambda book, sheet, row, column: sheet.write_formula(row, column, text, None, result)


def test_a_workbook_is_read_whatever_it_is_called() -> None:
    content = xlsx_with(HEADINGS, JO, (), AL)
    for name in ("list.csv", "list.xlsx", ""):
        table = table_of(content, name)
        assert (table.kind, table.headings, table.heading_row) == ("xlsx", HEADINGS, 1)
        assert list(table.rows()) == [(2, list(JO)), (3, [""] * 5), (4, list(AL))]


def test_numbers_come_as_people_typed_them() -> None:
    assert cells_of(7700900123, 447700900123, 1.5, 20123456.0, 0.1 + 0.2, -3, 0) == [
        "7700900123", "447700900123", "1.5", "20123456", "0.3", "-3", "0",
    ]  # fmt: skip


def test_digits_that_a_spreadsheet_lost_show() -> None:
    [row] = checked(xlsx_with(HEADINGS, (*JO[:4], 4477009001231234567)))
    assert "shortened this telephone number" in row.problems[0].sentence
    [row] = checked(xlsx_with(HEADINGS, (*JO[:4], 447700900123)))
    assert row.outcome is Outcome.GOOD


@pytest.mark.parametrize("options", [{}, {"date_1904": True}], ids=["1900", "1904"])
def test_dates_are_the_days_that_are_shown(options: dict[str, object]) -> None:
    cells = [
        dated(MIDNIGHT, "dd/mm/yyyy"), dated(MIDNIGHT, "d mmm yy"),
        dated(MIDNIGHT, "dd/mm/yyyy hh:mm"), dated(MORNING, "dd/mm/yyyy hh:mm"),
        dated(time_of_day(9, 30), "hh:mm"),
    ]  # fmt: skip
    assert cells_of(*cells, options=options) == [
        "1984-03-15", "1984-03-15", "1984-03-15", "1984-03-15 09:30:00", "09:30:00",
    ]  # fmt: skip


def test_a_formula_is_its_result_and_an_error_says_which() -> None:
    cells = [
        formula('="a"&"b"', "ab"), formula("=1+1", 2), formula("=1=1", True), True,
        formula("=NA()", "#N/A"), formula("=1/0", "#DIV/0!"), formula('=VLOOKUP("<c>",A1,1)', "#REF!"),
    ]  # fmt: skip
    assert cells_of(*cells) == ["ab", "2", "TRUE", "TRUE", "#N/A", "#DIV/0!", "#REF!"]


def test_an_error_in_an_optional_cell_is_not_taken_for_blank() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row("A1", HEADINGS)
        sheet.write_row("A2", JO)
        sheet.write_formula("C2", '=DATEVALUE("x")', None, "#VALUE!")

    [row] = checked(xlsx_of(fill))
    assert (row.outcome, row.problems[0].value) == (Outcome.PROBLEM, "#VALUE!")


def test_rows_and_columns_keep_their_numbers_where_a_sheet_begins_late() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range("C2:G2", "Starters in August")
        sheet.write_row("C5", HEADINGS)
        sheet.write_row("C7", (*JO[:2], "31/2/1984", *JO[3:]))

    content = xlsx_of(fill)
    table = table_of(content)
    assert (table.heading_row, [number for number, _ in table.rows()]) == (5, [6, 7])
    [row] = checked(content)
    assert (row.number, row.problems[0].column) == (7, "E")


def test_the_first_visible_sheet_with_headings_is_read_and_the_others_are_named() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        hidden = book.add_worksheet("Last year")
        hidden.write_row("A1", HEADINGS)
        hidden.hide()
        book.add_worksheet("Notes").write("A1", "Please invite these")
        sheet = book.add_worksheet("August")
        sheet.write_row("A1", HEADINGS)
        sheet.write_row("A2", JO)
        sheet.activate()
        book.add_worksheet("Empty")
        again = book.add_worksheet("September")
        again.write_row("A1", HEADINGS)
        again.write_row("A2", AL)

    table = table_of(xlsx_of(fill))
    assert [row for _, row in table.rows()] == [list(JO)]
    assert table.notices == ("We read the sheet “August”. We did not read “Notes” and “September”.",)


def test_hidden_rows_are_read_and_told_of() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row("A1", HEADINGS)
        sheet.write_row("A2", JO)
        sheet.write_row("A3", AL)
        sheet.set_row(2, options={"hidden": True})

    content = xlsx_of(fill)
    assert len(people(checked(content))) == 2
    assert (
        table_of(content).notices == table_of(saved_again(content)).notices == (file_sentences.ROWS_HIDDEN,)
    )
    assert table_of(xlsx_with(HEADINGS, JO)).notices == ()


def test_a_cell_may_hold_line_breaks_quotes_and_commas() -> None:
    odd = 'a "b", c\nd'
    assert rows_of(xlsx_with((*HEADINGS, "Site"), (*JO, odd), AL)) == [(2, [*JO, odd]), (3, [*AL, ""])]


def test_a_character_that_no_database_stores_is_left_out() -> None:
    """Excel writes it as _x0000_."""
    assert rows_of(xlsx_with(HEADINGS, ("J\0o", *JO[1:])), "list.xlsx") == [(2, [*JO])]


def test_a_note_beside_the_list_is_no_problem() -> None:
    assert len(people(checked(xlsx_with(HEADINGS, (*JO, "left in June"), AL)))) == 2


def zipped(**parts: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts.items():
            container.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def ole(*streams: str) -> bytes:
    names = b"".join(stream.encode("utf-16-le").ljust(128, b"\0") for stream in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + names + b"\0" * 1_024


def locked_zip() -> bytes:
    content = bytearray(zipped(xl__workbook="x"))
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(signature) + flags] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "trouble", "words"),
    [
        (zipped(a="b"), Trouble.NOT_A_LIST, "ZIP"),
        (zipped(word__document="<w/>"), Trouble.NOT_A_LIST, "text document"),
        (zipped(ppt__presentation="<p/>"), Trouble.NOT_A_LIST, "presentation"),
        (zipped(Index__Document="x"), Trouble.NOT_A_LIST, "Numbers"),
        (zipped(mimetype="application/vnd.oasis.opendocument.text"), Trouble.NOT_A_LIST, "text document"),
        (ole("WordDocument"), Trouble.NOT_A_LIST, "text document"),
        (ole("__properties_version1.0"), Trouble.NOT_A_LIST, "not a list"),
        (ole("EncryptionInfo", "EncryptedPackage"), Trouble.PASSWORD, "password"),
        (locked_zip(), Trouble.PASSWORD, "password"),
        (
            zipped(
                mimetype="application/vnd.oasis.opendocument.spreadsheet",
                **{"META-INF__manifest.xml": "<manifest:encryption-data/>"},
            ),
            Trouble.PASSWORD,
            "password",
        ),
        (ole("Workbook"), Trouble.DAMAGED, "damaged"),
        (b"PK\x03\x04", Trouble.DAMAGED, "damaged"),
        (b"PK\x05\x06" + b"\0" * 18, Trouble.NOT_A_LIST, "ZIP"),
        (zipped(**{"xl__workbook.xml": "<workbook/>"}), Trouble.DAMAGED, "damaged"),
        (xlsx_with(HEADINGS, JO)[:4_000], Trouble.DAMAGED, "damaged"),
        (xlsx_with(), Trouble.EMPTY, "empty"),
        (xlsx_with(HEADINGS), Trouble.NO_PEOPLE, "no people"),
        (xlsx_with(JO, AL), Trouble.NO_HEADINGS, "The first row is a person"),
        (xlsx_with(HEADINGS[:3], JO), Trouble.HEADING_MISSING, "“Email address” and “Telephone number”"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_with_a_list_has_its_sentence(
    content: bytes, trouble: Trouble, words: str
) -> None:
    problem = problem_of(content, "list.xlsx")
    assert problem.trouble == trouble
    assert words in problem.sentence


def corner_to_corner(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet()
    sheet.write("A1", "First name")
    sheet.write("XFD1048576", "x")


def test_a_cell_in_the_far_corner_ends_the_child_and_not_us() -> None:
    assert trouble_of(xlsx_of(corner_to_corner)) == Trouble.TOO_MUCH


def test_a_bomb_of_zeros_is_too_much_or_damaged() -> None:
    book = zipfile.ZipFile(io.BytesIO(xlsx_with(HEADINGS, JO)))
    parts: dict[str, bytes | str] = {name: book.read(name) for name in book.namelist()}
    parts["xl/sharedStrings.xml"] = b"<sst><si><t>" + b"0" * 300_000_000 + b"</t></si></sst>"
    bomb = zipped(**parts)
    assert len(bomb) < 1_000_000
    assert trouble_of(bomb) in (Trouble.TOO_MUCH, Trouble.DAMAGED, Trouble.LONG_CELL)


def test_external_entities_are_not_fetched() -> None:
    book = zipfile.ZipFile(io.BytesIO(xlsx_with(HEADINGS, JO)))
    parts: dict[str, bytes | str] = {name: book.read(name) for name in book.namelist()}
    strings = book.read("xl/sharedStrings.xml").decode()
    head, rest = strings.split("<sst", 1)
    entity = '<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/hostname">]><sst'
    parts["xl/sharedStrings.xml"] = head + entity + rest.replace("Bloggs", "&x;")
    found = read(zipped(**parts), "list.xlsx")
    secret = Path("/etc/hostname").read_text().strip()
    assert isinstance(found, FileProblem) or secret not in found.text.decode()


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "SPREADSHEET_WAIT", 0.01)
    assert trouble_of(xlsx_with(HEADINGS, JO)) == Trouble.TOO_MUCH


def test_a_child_that_says_too_much_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "SPREADSHEET_TEXT", 1_000)
    assert trouble_of(xlsx_with(HEADINGS, *[JO] * 100)) == Trouble.TOO_MUCH


def test_the_child_sees_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}
    started = subprocess.Popen

    def start(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        seen.update(options, command=command)
        return started(command, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setenv("SECRET_KEY", "do not tell")
    monkeypatch.setattr(subprocess, "Popen", start)
    table_of(xlsx_with(HEADINGS, JO))
    assert seen["env"] == {}


def test_the_child_has_no_django_and_is_quick_to_start() -> None:
    code = (
        "import sys, staffpassport.roster.spreadsheet_process;"
        "print([m for m in sys.modules if m.split('.')[0] in ('django', 'phonenumbers', 'email_validator')])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=spreadsheets._ROOT
    )
    assert answer.stdout.strip() == "[]"


def test_no_child_is_left_behind() -> None:
    def children() -> set[str]:
        return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())

    before = children()
    trouble_of(xlsx_of(corner_to_corner))
    assert children() <= before


def test_error_cells_are_found_across_pieces_of_the_xml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unseen, "_CHUNK", 100)
    xml = "".join(f'<c r="B{row}" s="1" t="e"><f>NA()</f><v>#N/A</v></c>' for row in range(1, 200))
    book = zipfile.ZipFile(io.BytesIO(xlsx_with(HEADINGS, JO)))
    parts: dict[str, bytes | str] = {name: book.read(name) for name in book.namelist()}
    parts["xl/worksheets/sheet1.xml"] = f"<worksheet><sheetData>{xml}</sheetData></worksheet>"
    errors = unseen.unseen(zipped(**parts), "xlsx", 0).errors
    assert errors == {(row, 1): "#N/A" for row in range(199)}


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_formats_are_read_alike(kind: str) -> None:
    """The files were saved by LibreOffice: a sheet of notes, a title, a blank row, a hidden row, a hidden
    sheet, and a cell with #N/A, which only xls does not tell."""
    content = (FILES / f"list.{kind}").read_bytes()
    table = table_of(content, "list.csv")
    assert (table.kind, table.heading_row, table.last_row) == (kind, 3, 6)
    [(_, jo), (_, blank), (_, al)] = table.rows()
    assert jo[:6] == ["Zoë", "O’Brien", "1984-03-15", "zoe@nhs.net", "7700900123", "20123456"]
    assert jo[6] == ("#N/A" if kind == "ods" else "")
    assert not any(blank)
    assert al[:2] == ["Al", "Smith"]
    assert table.notices[0] == "We read the sheet “August”. We did not read “Notes”."
    assert (file_sentences.ROWS_HIDDEN in table.notices) == (kind == "ods")


def test_an_old_workbook_with_a_password_says_so() -> None:
    content = bytearray((FILES / "list.xls").read_bytes())
    beginning = content.index(b"\x09\x08\x10\x00")  # of the workbook, a record of 16 bytes
    content[beginning + 20 : beginning + 22] = b"\x2f\x00"  # FILEPASS in place of the next record
    assert trouble_of(bytes(content), "list.xls") == Trouble.PASSWORD


def opendocument(rows: str) -> bytes:
    content = f"""<?xml version="1.0"?><office:document-content
        xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
        xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
        xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
        <office:body><office:spreadsheet><table:table table:name="List">{rows}</table:table>
        </office:spreadsheet></office:body></office:document-content>"""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped(mimetype=kind, **{"META-INF__manifest.xml": "<manifest/>", "content.xml": content})


def cell_of(text: str, repeated: int = 1) -> str:
    return (
        f'<table:table-cell table:number-columns-repeated="{repeated}" office:value-type="string">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def test_rows_repeated_to_the_end_of_the_sheet_are_nothing_if_blank() -> None:
    headings, jo = ("".join(map(cell_of, cells)) for cells in (HEADINGS, JO))
    content = opendocument(
        f"<table:table-row>{headings}</table:table-row><table:table-row>{jo}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048574"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    assert rows_of(content) == [(2, list(JO))]


def test_a_bomb_of_repeated_cells_is_too_much() -> None:
    bomb = opendocument(
        f'<table:table-row table:number-rows-repeated="1048576">{cell_of("Email", 16_384)}</table:table-row>'
    )
    assert trouble_of(bomb) in (Trouble.TOO_MUCH, Trouble.DAMAGED)
