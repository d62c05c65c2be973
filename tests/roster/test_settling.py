"""Twins within a file, and dates that may have the month first."""

from datetime import date

import pytest

from staffpassport.roster import sentences
from staffpassport.roster.checking import CheckedRow, Outcome
from staffpassport.roster.fields import Field

from .lists import AL, HEADINGS, JO, checked, csv_of, sentences_of, xlsx_with


def told(rows: list[CheckedRow]) -> list[tuple[int, str, tuple[int, ...]]]:
    return [(row.number, row.outcome.value, row.same_as) for row in rows]


def test_rows_that_agree_in_every_field_count_once() -> None:
    same = ("Jo", " Bloggs ", "1984-03-15", "JO.bloggs@NHS.net", "+44 7700 900123")
    rows = checked(csv_of(JO, AL, JO, same))
    assert told(rows) == [(2, "good", ()), (3, "good", ()), (4, "duplicate", (2,)), (5, "duplicate", (2,))]
    assert rows[2].person
    assert rows[2].problems == ()


@pytest.mark.parametrize(
    ("other", "column", "sentence"),
    [
        (("Jon", *JO[1:4], "07700 900999"), "D", sentences.EMAIL_IN_OTHER_ROWS),
        ((*JO[:3], "JO.BLOGGS@nhs.net", "07700 900999"), "D", sentences.EMAIL_IN_OTHER_ROWS),
        ((*JO[:3], "other@nhs.net", "7700900123"), "E", sentences.PHONE_IN_OTHER_ROWS),
    ],
)
def test_rows_that_share_an_address_or_number_and_differ_are_each_a_problem(
    other: tuple[str, ...], column: str, sentence: str
) -> None:
    rows = checked(csv_of(JO, AL, other))
    assert told(rows) == [(2, "problem", (4,)), (3, "good", ()), (4, "problem", (2,))]
    assert sentences_of(rows[0]) == [(column, sentence.format(rows="row 4"))]
    assert sentences_of(rows[2]) == [(column, sentence.format(rows="row 2"))]
    assert rows[0].cells[0] == "Jo"


def test_a_twin_with_another_mistake_makes_both_a_problem() -> None:
    rows = checked(csv_of(JO, ("Jo", "Bloggs", "15/3/84", *JO[3:])))
    assert told(rows) == [(2, "problem", (3,)), (3, "problem", (2,))]
    assert [problem.sentence for problem in rows[1].problems] == [
        sentences.DATE_SHORT_YEAR,
        sentences.EMAIL_IN_OTHER_ROWS.format(rows="row 2"),
        sentences.PHONE_IN_OTHER_ROWS.format(rows="row 2"),
    ]


def test_a_shared_number_is_shown_as_people_write_it_or_as_the_row_has_it() -> None:
    """HR looks for it in its own file: “+447700900123” is hardly ever there."""
    rows = checked(csv_of((*JO[:4], "07700900123"), ("Al", "1", "", "al@nhs.net", "(07700) 900 123")))
    shared = [row.problems[-1] for row in rows]
    assert {problem.field for problem in shared} == {Field.PHONE}
    assert [problem.value for problem in shared] == ["07700900123", "(07700) 900 123"]


def test_copies_with_the_same_mistake_are_problems_of_that_mistake_only() -> None:
    wrong = (*JO[:2], "15/3/84", *JO[3:])
    rows = checked(csv_of(wrong, wrong))
    assert [sentences_of(row) for row in rows] == [[("C", sentences.DATE_SHORT_YEAR)]] * 2


def test_a_copy_of_a_row_that_is_a_problem_is_one_too() -> None:
    rows = checked(csv_of(JO, JO, ("Ann", "Lee", "", "ann@nhs.net", JO[4])))
    assert [row.outcome for row in rows] == [Outcome.PROBLEM] * 3
    assert rows[0].same_as == rows[1].same_as == (4,)
    assert rows[2].same_as == (2, 3)


def test_wrong_and_blank_values_are_never_shared() -> None:
    rows = checked(csv_of(("Jo", "B", "", "", "12"), ("Al", "B", "", "", "12")))
    assert all(row.same_as == () for row in rows)


def test_a_number_shared_by_a_whole_ward_is_named_in_few_words() -> None:
    rows = checked(
        csv_of(*[(f"Jo{'abcdefghij'[n]}", "B", "", f"jo{n}@nhs.net", "07700900123") for n in range(8)])
    )
    assert sentences_of(rows[0])[0][1] == sentences.PHONE_IN_OTHER_ROWS.format(rows="rows 3, 4, 5 and 4 more")
    assert sentences_of(rows[7])[0][1] == sentences.PHONE_IN_OTHER_ROWS.format(rows="rows 2, 3, 4 and 4 more")
    assert rows[0].same_as == (3, 4, 5)


def test_a_number_shared_by_everybody_takes_no_more_than_its_time() -> None:
    """Pairs of 20,000 rows are 400 million."""
    same = [(*JO[:3], f"jo{n}@nhs.net", JO[4]) for n in range(20_000)]
    rows = checked(csv_of(*same, *[JO] * 1_000))
    assert {row.outcome for row in rows} == {Outcome.PROBLEM}


AMERICAN = [("Jo", "B", born, f"{name}@nhs.net", f"0770090000{name}") for name, born in
            [(1, "3/4/1984"), (2, "3/15/1984"), (3, "15/3/1984"), (4, "5/5/1984"), (5, "")]]  # fmt: skip


def test_if_one_date_has_the_month_first_those_that_may_have_it_are_asked_about() -> None:
    rows = checked(csv_of(*AMERICAN))
    assert [[sentence for _, sentence in sentences_of(row)] for row in rows] == [
        [sentences.DATE_IN_MONTH_FIRST_COLUMN], [sentences.DATE_MONTH_FIRST], [], [], [],
    ]  # fmt: skip
    assert rows[0].person is None


def test_dates_that_excel_already_turned_round_are_asked_about_too() -> None:
    rows = checked(
        xlsx_with(HEADINGS, ("Jo", "B", date(1984, 4, 3), *JO[3:]), ("Al", "B", "3/15/1984", *AL[3:]))
    )
    assert [[sentence for _, sentence in sentences_of(row)] for row in rows] == [
        [sentences.DATE_IN_MONTH_FIRST_COLUMN], [sentences.DATE_MONTH_FIRST],
    ]  # fmt: skip


def test_a_column_with_the_day_first_is_not_asked_about() -> None:
    assert {row.outcome for row in checked(csv_of(AMERICAN[0], AMERICAN[2]))} == {Outcome.GOOD}
