"""Any bytes under any name: a table or a problem, and a table can be used to the end."""

import codecs
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffpassport.roster.annotating import Remark, annotate
from staffpassport.roster.checking import Outcome, check, settle
from staffpassport.roster.columns import columns
from staffpassport.roster.reading import read
from staffpassport.roster.table import FileProblem, Trouble
from staffpassport.roster.templates import template_csv, template_xlsx
from tests.runs import examples

from .lists import AL, COHORT, HEADINGS, JO, TODAY, csv_of, xlsx_of, xlsx_with
from .texts import anything, nearly_dates, nearly_emails, nearly_names, nearly_phones

FILES = Path(__file__).parent / "files"


def use(content: bytes, name: str) -> None:
    """Does all that is ever done with a file, and checks that it adds up."""
    found = read(content, name)
    if isinstance(found, FileProblem):
        assert found.trouble in Trouble
        assert found.sentence[0].isupper()
        assert "{" not in found.sentence
        return
    numbers = [number for number, _ in found.rows()]
    assert numbers == list(range(found.heading_row + 1, found.last_row + 1))
    mapping = columns(found.headings)
    assert mapping.problem is None or mapping.problem.sentence
    checking = check(found, mapping, COHORT, TODAY)
    rows = settle(checking)
    assert len(rows) + checking.blank_rows + checking.example_rows == len(numbers)
    assert [row.number for row in rows] == sorted({row.number for row in rows})
    for row in rows:
        assert (row.person is None) == (row.outcome is Outcome.PROBLEM) == bool(row.problems)
        assert len(row.cells) == 7
        assert "\0" not in "".join(row.cells)
        assert row.number not in row.same_as
        assert (row.outcome is Outcome.GOOD) <= (row.same_as == ())
        if mapping.problem is None:
            assert all(problem.column for problem in row.problems)
    again = annotate(content, name, {row.number: Remark(row.outcome, "Enter") for row in rows})
    assert not isinstance(read(again.content, ""), FileProblem)


names = (
    st.sampled_from(["list.csv", "list.tsv", "list.xlsx", "list.xls", "list.ods", "list.txt", ""]) | st.text()
)

# Bytes that mean something to a reader of lists.
particles = st.sampled_from(
    [
        b'"', b'""', b",", b";", b"\t", b"|", b"\r", b"\n", b"\r\n", b"\0", b"\xe9", b"\xc3\xa9", b"\xff\xfe", b"'",
        codecs.BOM_UTF8, b"sep=;\r\n", b"=", b"\x1a", b"\x81", b"First name", b"Surname", b"E-mail", b"Name",
        b"Mobile,Telephone", b"3/15/1984", b"\xef\xb7\x90", b"Cohort: x", b"Example,Person", b"\xe2\x80\xa8", b" ",
        b"x" * 200,
    ]
)  # fmt: skip
jumble = st.lists(particles | st.binary(max_size=4), max_size=60).map(b"".join)
cells = (
    anything
    | nearly_names
    | nearly_dates
    | nearly_emails
    | nearly_phones
    | st.sampled_from([*JO, *AL, "", "N/A"])
)
rows = st.lists(st.lists(cells, max_size=8), max_size=8)
texts = st.builds(
    lambda headings, rows, delimiter, encoding: (
        csv_of(*rows, headings=headings, delimiter=delimiter).decode().encode(encoding, errors="replace")
    ),
    st.permutations(HEADINGS) | st.permutations([*HEADINGS[:4], "Mobile", "Telephone"]) | st.just(HEADINGS),
    rows,
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252", "utf-32", "mac-roman"]),
)


@st.composite
def spoilt(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """A file that lost a piece, or in which another one got stuck."""
    content = draw(whole)
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(content)))
        end = draw(st.integers(place, min(len(content), place + 100)) | st.just(len(content)))
        content = content[:place] + draw(jumble | st.binary(max_size=8) | st.just(b"")) + content[end:]
    return content


@settings(max_examples=examples(460))
@given(spoilt(jumble) | spoilt(texts) | texts | st.binary(max_size=300), names)
def test_any_text_is_a_table_or_a_problem(content: bytes, name: str) -> None:
    use(content, name)


@settings(max_examples=examples(460))
@given(jumble, names)
def test_anything_below_headings_is_a_table_or_a_problem(content: bytes, name: str) -> None:
    use(csv_of(JO) + content, name)


def seeds() -> list[bytes]:
    workbook = xlsx_with(HEADINGS, JO, AL)
    stored = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts, zipfile.ZipFile(stored, "w") as plain:
        for name in parts.namelist():
            plain.writestr(name, parts.read(name))
    saved = [(FILES / f"list.{kind}").read_bytes() for kind in ("xls", "ods")]
    # Without compression a changed byte is a change of the XML, not of a checksum only.
    return [workbook, stored.getvalue(), *saved, template_xlsx(COHORT)]


@settings(max_examples=examples(15))
@given(spoilt(st.sampled_from(seeds())) | st.binary(max_size=200).map(b"PK\3\4".__add__), names)
def test_any_spreadsheet_is_a_table_or_a_problem(content: bytes, name: str) -> None:
    use(content, name)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"\xff\xfe\0",
        b"\xfe\xff\xd8\0",
        b'"' * 300_000,
        b'"\n' * 100_000,
        b"Email\r" + b'"' * 99_999,
        b"Email," * 200_000 + b"\n" + b"a@b.cd," * 200_000,
        csv_of(JO) + b"," * 1_000_000 + b"\n" + b"x",
        csv_of(JO) + b"\0" * 1_000_000,
        csv_of(JO) + b"\xcc\x81" * 60_000,
        csv_of(*[("x", "y\n" * 1_000, "z")] * 200),
        template_csv(COHORT) * 50,
        (
            "First name,Last name,Email,Mobile\n" + "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 9_000
        ).encode(),
    ],
    ids=range(13),
)
def test_what_is_meant_to_hurt_does_not(content: bytes) -> None:
    use(content, "list.csv")


@pytest.mark.parametrize("cell", ["A1", "XFD1", "A30000", "XFD20000"])
def test_a_cell_far_out_does_not_hurt(cell: str) -> None:
    def fill(book: object) -> None:
        sheet = book.add_worksheet()  # type: ignore[attr-defined]
        sheet.write_row("B2", HEADINGS)
        sheet.write_row("B3", JO)
        sheet.write(cell, "x")

    use(xlsx_of(fill), "list.xlsx")
