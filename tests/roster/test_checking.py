"""Rows checked: the form's words, the right cell, nobody lost between the columns."""

import pytest

from staffpassport.roster import checking, sentences
from staffpassport.roster.checking import Outcome, check
from staffpassport.roster.columns import columns
from staffpassport.roster.fields import Field

from .lists import AL, COHORT, HEADINGS, JO, TODAY, checked, csv_of, people, sentences_of, table_of


def test_a_right_row_is_a_person() -> None:
    [row] = checked(csv_of((*JO, "PIN1", "20123456"), headings=(*HEADINGS, "Oriel PIN", "Assignment Number")))
    assert (row.number, row.outcome, row.problems, row.same_as) == (2, Outcome.GOOD, (), ())
    person = row.person
    assert person
    assert person.cohort is COHORT
    assert (person.first_name, person.last_name, person.phone) == ("Jo", "Bloggs", "+447700900123")
    assert (person.oriel_pin, person.esr_assignment_number) == ("PIN1", "20123456")
    assert row.cells == (
        "Jo",
        "Bloggs",
        "15/03/1984",
        "jo.bloggs@nhs.net",
        "07700900123",
        "PIN1",
        "20123456",
    )


def test_each_wrong_cell_has_its_column_value_and_sentence() -> None:
    [row] = checked(csv_of(("J0", "Bloggs", "31/2/1984", "jo", "0114 271 2345")))
    assert row.outcome is Outcome.PROBLEM
    assert row.person is None
    assert sentences_of(row) == [
        ("A", sentences.NAME_WITH_NUMBERS.format(field="First name")),
        ("C", sentences.DATE_NOT_REAL),
        ("D", sentences.EMAIL_WITHOUT_AT),
        ("E", sentences.PHONE_LANDLINE),
    ]
    assert [problem.value for problem in row.problems] == ["J0", "31/2/1984", "jo", "0114 271 2345"]
    assert row.cells[:5] == ("J0", "Bloggs", "31/2/1984", "jo", "0114 271 2345")


def test_nothing_of_a_person_is_in_a_repr() -> None:
    [row] = checked(csv_of(("J0", "Bloggs", "", "jo", "1")))
    shown = f"{row!r} {row.problems!r} {row.person!r} {row.origin!r}"
    assert not any(word in shown for word in ("J0", "Bloggs", "jo"))


@pytest.mark.parametrize("nothing", ["", " ", "UNKNOWN", "N/A", "#N/A", "-", "\u200b"])
def test_other_systems_words_for_nothing_are_nothing(nothing: str) -> None:
    headings = (*HEADINGS, "Oriel PIN", "ESR assignment number")
    good, bad = checked(
        csv_of((*JO, nothing, nothing), (nothing, "B", nothing, nothing, nothing), headings=headings)
    )
    assert people([good])[0][5:] == (None, None)
    assert [problem.sentence for problem in bad.problems] == [
        sentences.FIRST_NAME_MISSING, sentences.EMAIL_MISSING, sentences.PHONE_MISSING,
    ]  # fmt: skip


def test_blank_rows_are_counted_and_are_no_problem() -> None:
    headings = (*HEADINGS, "Site")
    table = table_of(csv_of(JO, (), ("", "N/A", " "), ("", "", "", "", "", "Ward 1"), AL, headings=headings))
    checking_of = check(table, columns(table.headings), COHORT, TODAY)
    assert [row.number for row in checking_of] == [2, 6]
    assert (checking_of.blank_rows, checking_of.example_rows) == (3, 0)
    assert len(list(checking_of)) == 2
    assert checking_of.blank_rows == 3


def test_a_short_row_is_blank_at_its_end() -> None:
    [row] = checked(csv_of(("Jo", "Bloggs")))
    assert [problem.sentence for problem in row.problems] == [
        sentences.EMAIL_MISSING,
        sentences.PHONE_MISSING,
    ]


def test_a_cell_without_a_heading_is_a_problem_of_its_row() -> None:
    shifted, padded = checked(csv_of(("Jo", "Bloggs", *JO[1:]), (*AL, "", " ")))
    assert sentences_of(shifted)[-1] == ("F", sentences.ROW_TOO_LONG)
    assert padded.outcome is Outcome.GOOD


def test_a_row_right_but_for_a_cell_too_many_is_not_taken() -> None:
    [row] = checked(csv_of((*JO, "left in June")))
    assert sentences_of(row) == [("F", sentences.ROW_TOO_LONG)]
    assert row.problems[0].field is None
    assert row.problems[0].value == "left in June"


def test_a_mobile_is_preferred_to_the_telephone_and_the_cell_is_named() -> None:
    headings = ("First name", "Last name", "Email", "Telephone", "Mobile")
    rows = checked(
        csv_of(
            ("Jo", "B", "jo@nhs.net", "0114 271 2345", "07700 900123"),
            ("Al", "B", "al@nhs.net", "07700 900124", "N/A"),
            ("Di", "B", "di@nhs.net", "0114 271 2345", ""),
            ("Ed", "B", "ed@nhs.net", "07700 900125", "12"),
            ("Fi", "B", "fi@nhs.net", "", ""),
            headings=headings,
        )
    )
    assert [person[4] for person in people(rows)] == ["+447700900123", "+447700900124"]
    assert [sentences_of(row) for row in rows[2:]] == [
        [("D", sentences.PHONE_LANDLINE)], [("E", sentences.PHONE_UK_TOO_SHORT)], [("E", sentences.PHONE_MISSING)],
    ]  # fmt: skip


def test_a_shared_number_is_named_in_the_column_it_came_from() -> None:
    rows = checked(
        csv_of(
            ("Jo", "B", "jo@nhs.net", "", "07700 900123"),
            ("Al", "B", "al@nhs.net", "07700 900123", ""),
            headings=("First name", "Last name", "Email", "Telephone", "Mobile"),
        )
    )
    assert [row.problems[0].column for row in rows] == ["E", "D"]


@pytest.mark.parametrize(
    ("full", "names"),
    [
        ("Bloggs, Jo", ("Jo", "Bloggs")),
        ("BLOGGS,Jo Ann", ("Jo Ann", "BLOGGS")),
        ("Bloggs, Mrs. Jo", ("Jo", "Bloggs")),
        ("Bloggs, Jo, Dr", ("Jo", "Bloggs")),
        ("van der Berg, Anne-Marie", ("Anne-Marie", "van der Berg")),
    ],
)
def test_a_full_name_is_split_at_the_comma(full: str, names: tuple[str, str]) -> None:
    [row] = checked(csv_of((full, "jo@nhs.net", "07700900123"), headings=("Full name", "Email", "Mobile")))
    assert people([row])[0][:2] == names


@pytest.mark.parametrize("full", ["Jo Bloggs", "Bloggs, Jo, Ann", "Bloggs,", ", Jo", "Bloggs, Mr"])
def test_a_full_name_that_cannot_be_split_is_one_problem(full: str) -> None:
    [row] = checked(csv_of((full, "jo@nhs.net", "07700900123"), headings=("Full name", "Email", "Mobile")))
    assert sentences_of(row) == [("A", sentences.FULL_NAME_FORMAT)]


def test_a_last_name_out_of_a_full_name_is_wrong_in_its_own_column() -> None:
    headings = ("First name", "Full name", "Email", "Mobile")
    [row] = checked(csv_of(("Jo", "Jo Bloggs", "jo@nhs.net", "07700900123"), headings=headings))
    assert sentences_of(row) == [("B", sentences.FULL_NAME_FORMAT)]
    assert row.problems[0].field is Field.LAST_NAME


def test_a_missing_full_name_is_missing() -> None:
    [row] = checked(csv_of(("", "jo@nhs.net", "07700900123"), headings=("Full name", "Email", "Mobile")))
    assert sentences_of(row) == [("A", sentences.FIRST_NAME_MISSING), ("A", sentences.LAST_NAME_MISSING)]


def test_a_date_under_a_heading_for_the_month_first_must_be_beyond_doubt() -> None:
    headings = ("First name", "Last name", "DOB (mm/dd/yyyy)", "Email", "Mobile")
    rows = [(*JO[:2], born, *JO[3:]) for born in ("3/4/1984", "4/4/1984", "15/3/1984", "3/15/1984")]
    found = [checked(csv_of(row, headings=headings))[0].problems for row in rows]
    assert [problems[0].sentence if problems else "" for problems in found] == [
        sentences.DATE_IN_MONTH_FIRST_COLUMN, "", "", sentences.DATE_MONTH_FIRST,
    ]  # fmt: skip


def test_the_apostrophe_of_our_own_files_is_taken_off() -> None:
    [row] = checked(csv_of(("'-Jo", "Bloggs", "", "'+jo@nhs.net", "'+447700900123")))
    assert people([row])[0][:5] == ("-Jo", "Bloggs", None, "+jo@nhs.net", "+447700900123")


def test_what_was_right_before_is_remembered_only_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_MOST_REMEMBERED", 1)
    assert len(people(checked(csv_of(JO, AL, (*AL[:3], "x@nhs.net", "07700900125"))))) == 3


def test_every_field_is_checked_as_the_form_checks_it() -> None:
    """The fast way through and the cell-by-cell way give the same."""
    headings = [field.label for field in Field]
    cells = ("Jo", "Bloggs", "1984-03-15", "Jo@NHS.net", "7700900123.0", "UNKNOWN", "20123456.0")
    [fast] = checked(csv_of(cells, headings=headings))
    [slow] = checked(csv_of((*cells[:5], "'=\u00a0A1", cells[6]), headings=headings))
    assert fast.outcome is Outcome.GOOD
    assert slow.values[:5] == fast.values[:5]
    assert slow.values[6] == fast.values[6] == "20123456"
