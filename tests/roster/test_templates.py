"""Our templates: taken as they are, they bring nobody; filled in, they bring whoever was typed in."""

import io
from collections.abc import Callable

import openpyxl
import pytest

from staffpassport.roster import sentences
from staffpassport.roster.checking import check
from staffpassport.roster.cohort import Cohort, EmploymentStatus, EmploymentType, StaffGroup
from staffpassport.roster.columns import columns
from staffpassport.roster.example import EXAMPLE
from staffpassport.roster.fields import Field
from staffpassport.roster.templates import cohort_words, template_csv, template_headings, template_xlsx

from .lists import COHORT, JO, TODAY, checked, people, saved_again, table_of

WORDS = "Medical and Dental, Assistant Clinical Medical Officer, Temporary mover, New starter"
TEMPLATES = [template_csv, template_xlsx, lambda cohort: saved_again(template_xlsx(cohort))]


def test_a_cohort_in_words() -> None:
    assert cohort_words(COHORT) == WORDS
    without_role = Cohort(
        StaffGroup.ESTATES_AND_ANCILLARY,
        None,
        EmploymentType.PERMANENT_OR_FIXED_TERM,
        EmploymentStatus.CURRENT_EMPLOYEE_OR_LEAVER,
    )
    assert cohort_words(without_role) == (
        "Estates and Ancillary, Permanent or fixed term, Current employee or leaver"
    )


@pytest.mark.parametrize("template", TEMPLATES, ids=["csv", "xlsx", "xlsx saved again"])
def test_a_template_has_all_columns_its_cohort_and_nobody(template: Callable[[Cohort], bytes]) -> None:
    table = table_of(template(COHORT))
    found = columns(table.headings)
    assert [found.sources[field].column for field in Field] == list(range(7))
    assert (found.problem, found.ignored, table.cohort) == (None, (), WORDS)
    checking = check(table, found, COHORT, TODAY)
    assert list(checking) == []
    assert (checking.blank_rows, checking.example_rows) == (0, 1)


def test_the_example_is_right_in_every_field() -> None:
    content = (
        template_csv(COHORT).replace(b"Example,Person", b"Jo,Bloggs").replace(b"example.person@", b"jo@")
    )
    [row] = checked(content)
    assert row.person


@pytest.mark.parametrize(
    "row",
    [
        "Example,Person,1984-03-15,example.person@example.com,7700900123.0,EXAMPLE1,20123456.0",
        "EXAMPLE, person ,15-Mar-84,Example.Person@Example.com,4.47E+11,,",
        '"Example","Person","3/15/1984","example.person@example.com","","",""',
    ],
)
def test_the_example_is_known_however_it_is_saved(row: str) -> None:
    headings = ",".join(field.label for field in Field)
    assert checked(f"{headings}\n{row}\n{','.join(JO)}\n".encode())[0].number == 3


def test_a_person_typed_over_the_example_is_not_skipped() -> None:
    [row] = checked(template_csv(COHORT).replace(b"Example,Person", b"Jo,Bloggs"))
    assert [problem.sentence for problem in row.problems] == [sentences.EMAIL_OF_EXAMPLE]
    [row] = checked(template_csv(COHORT).replace(b"example.person@", b"jo.bloggs@"))
    assert row.person


def test_a_filled_in_workbook_keeps_zeros_and_dates() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template_xlsx(COHORT)))
    sheet = book.active
    for column, cell in enumerate((*JO[:4], "07700900123", "00012", "01234567"), 1):
        sheet.cell(3, column, cell)
    sheet["C3"] = TODAY.replace(year=1984)
    out = io.BytesIO()
    book.save(out)
    assert people(checked(out.getvalue())) == [
        ("Jo", "Bloggs", TODAY.replace(year=1984), JO[3], "+447700900123", "00012", "01234567")
    ]


def test_a_template_for_any_cohort_names_none() -> None:
    for content in (template_csv(None), template_xlsx(None)):
        table = table_of(content)
        assert (len(table.headings), table.cohort) == (7, None)
        assert checked(content) == []


def test_the_csv_template_is_what_excel_wants() -> None:
    content = template_csv(COHORT)
    assert content.startswith(b"\xef\xbb\xbfFirst name (required),")
    assert content.count(b"\n") == content.count(b"\r\n") == 2


def test_the_workbook_helps_whoever_fills_it_in() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template_xlsx(COHORT)))
    sheet = book.active
    assert [cell.value for cell in sheet[1]] == template_headings(COHORT)
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    assert all(column.width > 20 for column in sheet.column_dimensions.values())
    # The whole column, not only the rows that are there.
    formats = {letter: sheet.column_dimensions[letter]._style.numFmtId for letter in "CEFG"}
    assert formats["E"] == formats["F"] == formats["G"] == 49  # text
    assert sheet["C2"].number_format == "dd/mm/yyyy"
    assert sheet["A2"].font.i
    said = {str(one.sqref).split(":")[0][0]: one for one in sheet.data_validations.dataValidation}
    assert sorted(said) == list("ABCDEFG")
    assert all(one.prompt and one.promptTitle for one in said.values())
    assert (said["C"].type, said["C"].showErrorMessage) == ("date", True)
    assert "15/3/1984" in said["C"].error
    assert all(cell.comment for cell in sheet[1])
    assert book.properties.title == f"Staff to invite: {WORDS}"
    assert book.defined_names["ColumnTitle"].value == "'Staff to invite'!$A$1"


def test_a_template_is_the_same_whenever_it_is_made() -> None:
    assert template_xlsx(COHORT) == template_xlsx(COHORT)


def test_nobody_can_have_the_example_s_address() -> None:
    assert EXAMPLE[Field.EMAIL].endswith("@example.com")
