"""Files of text: what they are, how they are encoded, where their headings stand, how rows are numbered."""

import pytest

from staffpassport.roster import delimited, reading
from staffpassport.roster.reading import read
from staffpassport.roster.table import FileProblem, Trouble

from .lists import AL, HEADINGS, JO, checked, csv_of, people, problem_of, rows_of, table_of, trouble_of

ZOE = ("Zoë", "Žižek", "", "zoe@nhs.net", "07700 900125")
LATIN = ("Renée", "Müller", "", "renee@nhs.net", "07700 900126")


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16-le"), ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"), ("utf-32", "utf-32-le"),
    ],
)  # fmt: skip
def test_unicode_is_read_with_and_without_a_mark(encoding: str, name: str) -> None:
    table = table_of(csv_of(JO, ZOE).decode().encode(encoding))
    assert table.headings == HEADINGS
    assert [row[0] for _, row in table.rows()] == ["Jo", "Zoë"]
    assert (table.encoding, table.notices) == (name, ())


def test_windows_1252_is_read_with_a_notice_that_shows_the_accents() -> None:
    table = table_of(csv_of(JO, LATIN).decode().encode("cp1252"))
    assert [row[:2] for _, row in table.rows()] == [["Jo", "Bloggs"], ["Renée", "Müller"]]
    assert table.encoding == "windows-1252"
    [notice] = table.notices
    assert "Renée, Müller" in notice


def test_a_notice_is_not_in_the_table_s_repr() -> None:
    assert "Ren" not in repr(table_of(csv_of(LATIN).decode().encode("cp1252")))


def test_two_encodings_in_one_file_are_not_made_into_one() -> None:
    both = csv_of(*[ZOE] * 5) + "Renée,Müller,,r@nhs.net,07700900126\r\n".encode("cp1252")
    problem = problem_of(both)
    assert problem.trouble == Trouble.UNREADABLE_TEXT
    assert "line 7" in problem.sentence


def test_a_quotation_mark_after_a_capital_accent_is_windows_1252_all_the_same() -> None:
    # É and ’ are C9 92, which is a letter of UTF-8.
    text = "First name,Last name,Email,Mobile,Team\r\nRenée,André,r@nhs.net,07700900126,CAFÉ’S\r\n"
    assert rows_of(text.encode("cp1252"))[0][1][4] == "CAFÉ’S"


def test_a_byte_no_encoding_has_is_not_dropped() -> None:
    assert trouble_of(csv_of(JO) + b"\x81\x8d,x\r\n") == Trouble.UNREADABLE_TEXT


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_gives_headings(delimiter: str) -> None:
    person = ("Jo, Dr; MBE", "A|B", "", "jo@nhs.net", "07700 900123")
    table = table_of(csv_of(person, delimiter=delimiter))
    assert table.headings == HEADINGS
    assert next(table.rows()) == (2, list(person))
    assert table.kind == ("tsv" if delimiter == "\t" else "csv")


def test_excel_s_line_that_names_the_delimiter_is_no_row() -> None:
    assert rows_of(b"sep=;\r\n" + csv_of(JO, delimiter=";")) == [(2, list(JO))]
    assert rows_of(b"\xef\xbb\xbfsep=\t\n" + csv_of(JO, delimiter="\t")) == [(2, list(JO))]
    # As a program saves it that does not know the line.
    assert rows_of(b'"sep=;"\r\n' + csv_of(JO, delimiter=",")) == [(2, list(JO))]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r", "mixed"])
def test_rows_end_in_any_way(ends: str) -> None:
    lines = csv_of(JO, AL).decode().splitlines()
    text = ends.join(lines) if ends != "mixed" else f"{lines[0]}\r{lines[1]}\n{lines[2]}\r\n"
    assert rows_of(text.encode()) == [(2, list(JO)), (3, list(AL))]


def test_a_row_is_numbered_as_the_spreadsheet_shows_it() -> None:
    odd = ("Jo", "Blo\nggs", "", "jo@nhs.net", "0770\r\n0900123")
    blank = ("", "", "", "", "")
    assert [number for number, _ in rows_of(csv_of(odd, blank, (), AL, blank, (), ("  ",)))] == [2, 3, 4, 5]


def test_headings_may_stand_below_a_title() -> None:
    title = b"Starters in August,,,,\r\n\r\nPrinted 1/8/2026,,,,\r\n"
    table = table_of(title + csv_of(JO))
    assert (table.headings, table.heading_row) == (HEADINGS, 4)
    assert list(table.rows()) == [(5, list(JO))]


def test_headings_are_not_looked_for_among_the_people() -> None:
    assert trouble_of(b"A list\n" * 20 + csv_of(JO)) == Trouble.NO_HEADINGS


def test_rows_can_be_asked_for_again_and_are_lists_of_their_own() -> None:
    table = table_of(csv_of(JO))
    for _, row in table.rows():
        row.clear()
    assert list(table.rows()) == [(2, list(JO))]


def test_nuls_are_left_out() -> None:
    assert rows_of(csv_of(JO).replace(b"Jo", b"J\0o"))[0][1][0] == "Jo"


def test_a_quote_that_stays_open_names_its_row_and_swallows_nobody() -> None:
    problem = problem_of(csv_of(JO, AL) + b'Ann,"Lee,,ann@nhs.net,07700900125\r\n' + csv_of(*[JO] * 3))
    assert problem.trouble == Trouble.OPEN_QUOTE
    assert problem.sentence.startswith("Row 4 ")


@pytest.mark.parametrize("end", ["", "\n", "\r\n\r\n", "\nAl,Smith\n"])
def test_a_quote_open_in_the_last_rows_names_its_row(end: str) -> None:
    problem = problem_of(csv_of(JO, AL) + f'Ann,"Lee,,ann@nhs.net,07700900125{end}'.encode())
    assert (problem.trouble, problem.sentence[:6]) == (Trouble.OPEN_QUOTE, "Row 4 ")


def test_a_quote_closed_thousands_of_rows_later_names_its_row() -> None:
    rows = csv_of(*[JO] * 5_000).replace(b"Jo,", b'"Jo,', 1)
    problem = problem_of(rows + b'Ann,"Lee",,ann@nhs.net,07700900125\r\n')
    assert problem.trouble == Trouble.OPEN_QUOTE
    assert problem.sentence.startswith("Row 2 ")


def test_a_quote_closed_a_few_rows_later_names_its_row() -> None:
    text = 'Jo,"Bloggs,,jo@nhs.net,07700900123\nAl,Smith,,al@nhs.net,07700900124\nAnn,"Lee",,a@nhs.net,07700900125\n'
    problem = problem_of(csv_of() + text.encode())
    assert problem.trouble == Trouble.OPEN_QUOTE
    assert problem.sentence.startswith("Row 2 ")


def test_an_address_of_several_lines_is_no_swallowed_row() -> None:
    content = csv_of(
        (*JO, "1, High Street,\nSheffield, S1, UK, Europe, World"), headings=(*HEADINGS, "Address")
    )
    assert len(rows_of(content)) == 1


def test_an_endless_cell_names_its_row() -> None:
    problem = problem_of(csv_of(JO, ("x" * 200_000,)))
    assert (problem.trouble, problem.sentence[:6]) == (Trouble.LONG_CELL, "Row 3 ")


def test_as_many_people_as_may_be_and_not_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MOST_PEOPLE", 3)
    assert len(rows_of(csv_of(JO, (), AL, (), JO, ()))) == 5
    assert trouble_of(csv_of(JO, AL, JO, AL)) == Trouble.TOO_MANY_ROWS


def test_people_below_where_a_spreadsheet_ends_are_not_taken() -> None:
    assert trouble_of(csv_of(JO) + b"\n" * 1_048_575 + csv_of(AL)) == Trouble.TOO_MANY_ROWS


def test_a_million_blank_rows_at_the_end_are_nothing() -> None:
    assert rows_of(csv_of(JO) + b",,,,\r\n" * 1_000_000) == [(2, list(JO))]


def test_too_many_columns_are_too_many_only_if_they_hold_something() -> None:
    wide = csv_of((*JO, *[""] * 2_000, "x"))
    assert trouble_of(wide) == Trouble.TOO_MANY_COLUMNS
    assert len(rows_of(csv_of((*JO, *[""] * 2_000)))) == 1
    assert trouble_of(b",".join([b"Email"] * 300_000) + b"\r\nx\r\n") == Trouble.TOO_MANY_COLUMNS


def test_bytes_beyond_the_limit_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    content = csv_of(JO)
    monkeypatch.setattr(reading, "MOST_BYTES", len(content))
    assert len(rows_of(content)) == 1
    assert trouble_of(content + b" ") == Trouble.TOO_BIG


@pytest.mark.parametrize(
    ("content", "trouble", "words"),
    [
        (b"", Trouble.EMPTY, "empty"),
        (b"\xef\xbb\xbf", Trouble.EMPTY, "empty"),
        (b"\xff\xfe\r\0\n\0", Trouble.EMPTY, "empty"),
        (b" \r\n,,,\r\n\0", Trouble.EMPTY, "empty"),
        (b"sep=;\r\n", Trouble.EMPTY, "empty"),
        (csv_of(), Trouble.NO_PEOPLE, "no people"),
        (csv_of((), ("", " ", "\u00a0")), Trouble.NO_PEOPLE, "no people"),
        (b"Dear all,\n\nhere is the list.\n", Trouble.NO_HEADINGS, "no row of headings"),
        (csv_of(AL, headings=JO), Trouble.NO_HEADINGS, "The first row is a person"),
        (b"%PDF-1.7\n", Trouble.NOT_A_LIST, "PDF"),
        (b"\x89PNG\r\n\x1a\n", Trouble.NOT_A_LIST, "picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", Trouble.NOT_A_LIST, "picture"),
        (b"\0\0\0\x18ftypheic", Trouble.NOT_A_LIST, "picture"),
        (b"{\\rtf1 hello}", Trouble.NOT_A_LIST, "document"),
        (b"\x1f\x8b\x08\0", Trouble.NOT_A_LIST, "ZIP"),
        (b"<html><table><tr><td>First name", Trouble.NOT_A_LIST, "web page"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html>", Trouble.NOT_A_LIST, "web page"),
        ("<table>".encode("utf-16"), Trouble.NOT_A_LIST, "web page"),
        (b"<?xml version='1.0'?><Workbook/>", Trouble.NOT_A_LIST, "XML"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>', Trouble.NOT_A_LIST, "XML"),
        (b'[{"first_name": "Jo"}]', Trouble.NOT_A_LIST, "JSON"),
        (b"\x09\x04\x06\0\0\0\x10\0", Trouble.NOT_A_LIST, "very old Excel"),
        (bytes(range(1, 32)) * 9, Trouble.NOT_A_LIST, "not a list"),
    ],
)  # fmt: skip
def test_what_is_no_list_has_its_sentence(content: bytes, trouble: Trouble, words: str) -> None:
    problem = problem_of(content, "list.xls")
    assert problem.trouble == trouble
    assert words in problem.sentence


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx", "list", "", "\0/\udcff.tsv", "." * 5_000])
def test_the_name_hardly_matters(name: str) -> None:
    assert people(checked(csv_of(JO, AL), name)) == people(checked(csv_of(JO, AL)))


def test_the_name_decides_where_the_text_does_not() -> None:
    assert isinstance(read(b"Email,x\tMobile\na\tb\n", "list.tsv"), FileProblem) is False
    assert table_of(b"Email,x\tMobile,x\na,b\tc,d\n", "list.tsv").delimiter == ","
