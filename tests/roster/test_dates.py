"""Dates of birth: every way of writing one date, no guessing, and 16 to 100 years of age."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from staffpassport.roster import sentences
from staffpassport.roster.values import Mistake, date_of_birth, date_of_birth_from_parts

from .texts import anything, nearly_dates, outcome, sentence_of

TODAY = date(2026, 11, 23)
BORN = date(1990, 1, 31)


def born(text: str) -> date | None:
    return date_of_birth(text, today=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "31/1/1990", "31/01/1990", "31.1.1990", "31-01-1990", "31 1 1990", " 31 / 01 / 1990 ",
        "1990-01-31", "1990/1/31", "1990-01-31T00:00:00", "1990-01-31 00:00:00", "1990-01-31 00:00",
        "1990-01-31T00:00:00.000Z", "31/01/1990 00:00:00", "31-Jan-1990", "31-JAN-1990",
        "31 January 1990", "31 january 1990", "31st January 1990", "31 Jan. 1990", "31Jan1990",
        "31/Jan/1990", "31 January, 1990", "32904", "32904.0", "'31/01/1990", '="31/01/1990"',
        "３１/０１/１９９０", "٣١/٠١/١٩٩٠", "31/01/1990\u200b", "\u00a031/01/1990", "31–01–1990",
    ],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(text: str) -> None:
    assert born(text) == BORN


@pytest.mark.parametrize("month", ["Sep", "Sept", "sept.", "September", "SEPTEMBER"])
def test_september_has_two_short_forms(month: str) -> None:
    assert born(f"9 {month} 1984") == date(1984, 9, 9)


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "\t\u00a0"])
def test_a_blank_date_is_none(text: str) -> None:
    assert born(text) is None


@pytest.mark.parametrize("text", ["31/1/90", "31-Jan-90", "31 January 90", "1.1.1", "15 3 84", "1/1/198"])
def test_a_year_of_two_digits_is_refused_with_its_own_sentence(text: str) -> None:
    assert sentence_of(lambda: born(text)) == sentences.DATE_SHORT_YEAR


@pytest.mark.parametrize(
    "text", ["31/2/1990", "30 February 1990", "0/1/1990", "32/1/1990", "1990-13-01", "29/2/1991", "1/0/1990"]
)
def test_a_date_that_does_not_exist_is_refused(text: str) -> None:
    assert sentence_of(lambda: born(text)) == "Date of birth must be a real date"


@pytest.mark.parametrize("text", ["1/31/1990", "01-13-1990", "12.25.1990"])
def test_the_month_before_the_day_is_refused_with_its_own_sentence(text: str) -> None:
    assert sentence_of(lambda: born(text)) == sentences.DATE_MONTH_FIRST


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1984", "Date of birth must include a day and a month"),
        ("3/1984", "Date of birth must include a day"),
        ("March 1984", "Date of birth must include a day"),
    ],
)
def test_a_date_without_its_day_says_what_is_missing(text: str, sentence: str) -> None:
    assert sentence_of(lambda: born(text)) == sentence


@pytest.mark.parametrize(
    "text",
    [
        "tomorrow",
        "31/1-1990",
        "31 Janvier 1990",
        "310190",
        "31011990",
        "32904.5",
        "1990-01-30T23:00:00Z",
        "-32904",
        "UNKNOWN",
    ],
)
def test_what_is_no_date_is_refused_with_an_example(text: str) -> None:
    assert sentence_of(lambda: born(text)) == sentences.DATE_FORMAT


def test_whoever_is_16_today_is_old_enough_and_one_day_younger_is_not() -> None:
    assert born("23/11/2010") == date(2010, 11, 23)
    assert sentence_of(lambda: born("24/11/2010")) == sentences.DATE_TOO_YOUNG
    assert sentence_of(lambda: born("22/11/2026")) == sentences.DATE_TOO_YOUNG


def test_a_date_of_today_or_later_is_in_the_future() -> None:
    assert sentence_of(lambda: born("23/11/2026")) == sentences.DATE_IN_FUTURE
    assert sentence_of(lambda: born("1/1/2999")) == sentences.DATE_IN_FUTURE


def test_whoever_is_100_is_not_too_old_and_101_today_is() -> None:
    assert born("24/11/1925") == date(1925, 11, 24)
    assert sentence_of(lambda: born("23/11/1925")) == sentences.DATE_TOO_OLD
    assert sentence_of(lambda: born("2000")) != sentences.DATE_TOO_OLD
    assert sentence_of(lambda: born("3000")) == sentences.DATE_TOO_OLD  # a serial number: 1908


def test_ages_are_counted_from_29_february_too() -> None:
    leap_day = date(2028, 2, 29)
    assert date_of_birth("29/2/2012", today=leap_day) == date(2012, 2, 29)
    assert date_of_birth("1/3/1927", today=leap_day) == date(1927, 3, 1)
    assert sentence_of(lambda: date_of_birth("28/2/1927", today=leap_day)) == sentences.DATE_TOO_OLD
    assert (
        sentence_of(lambda: date_of_birth("29/2/2012", today=date(2028, 2, 28))) == sentences.DATE_TOO_YOUNG
    )


@given(st.dates(min_value=date(1925, 11, 24), max_value=date(2010, 11, 23)))
def test_every_date_of_somebody_of_age_is_read_in_every_form(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    forms = (
        day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day}.{day.month}.{day.year}", f"{day:%d-%b-%Y}",
        f"{day:%d %B %Y}", str(serial), f"{serial}.0", f"{day} 00:00:00",
    )  # fmt: skip
    assert {born(form) for form in forms} == {day}
    assert from_parts(str(day.day), f"{day:%b}", str(day.year)) == day


@given(
    st.from_regex(
        r"\A([0-9]{2}[/.-][0-9]{2}[/.-](19|20)[0-9]{2}|(19|20)[0-9]{2}[/.-][0-9W]{2}[/.-]?[0-9]{1,2}-?[0-9]?)\Z"
    )
)
@example("1990-W05-3")
@example("1990-W5-03")
def test_the_fast_path_says_what_the_full_rules_say(text: str) -> None:
    # A space in front sends the same date through the full rules.
    assert repr(outcome(lambda: born(text))) == repr(outcome(lambda: born(" " + text)))


@given(anything | nearly_dates)
def test_any_text_is_a_date_nothing_or_a_mistake(text: str) -> None:
    result = outcome(lambda: born(text))
    if isinstance(result, date):
        assert timedelta(days=16 * 365) < TODAY - result < timedelta(days=101 * 366)
        assert born(result.isoformat()) == result
    else:
        assert result is None or isinstance(result, Mistake)


def from_parts(day: str, month: str, year: str) -> date | None:
    return date_of_birth_from_parts(day, month, year, today=TODAY)


@pytest.mark.parametrize("month", ["1", "01", " 1 ", "January", "jan", "JAN."])
def test_three_boxes_make_a_date_with_the_month_as_a_number_or_a_name(month: str) -> None:
    assert from_parts(" 31", month, "1990 ") == BORN


def test_three_empty_boxes_are_none() -> None:
    assert from_parts("", " ", "\u200b") is None


@pytest.mark.parametrize(
    ("boxes", "sentence", "parts"),
    [
        (("", "1", "1990"), "Date of birth must include a day", {"day"}),
        (("31", "", "1990"), "Date of birth must include a month", {"month"}),
        (("31", "1", ""), "Date of birth must include a year", {"year"}),
        (("", "", "1990"), "Date of birth must include a day and a month", {"day", "month"}),
        (("31", "", ""), "Date of birth must include a month and a year", {"month", "year"}),
        (("", "1", ""), "Date of birth must include a day and a year", {"day", "year"}),
        (("32", "1", "1990"), sentences.DATE_NOT_REAL, {"day"}),
        (("0", "1", "1990"), sentences.DATE_NOT_REAL, {"day"}),
        (("31", "13", "1990"), sentences.DATE_NOT_REAL, {"month"}),
        (("31", "Janvier", "1990"), sentences.DATE_NOT_REAL, {"month"}),
        (("31", "1", "MCMXC"), sentences.DATE_NOT_REAL, {"year"}),
        (("31", "1", "19900"), sentences.DATE_NOT_REAL, {"year"}),
        (("x", "y", "1990"), sentences.DATE_NOT_REAL, {"day", "month"}),
        (("31", "1", "90"), sentences.DATE_SHORT_YEAR, {"year"}),
        (("31", "2", "1990"), sentences.DATE_NOT_REAL, {"day", "month", "year"}),
        (("1", "1", "2999"), sentences.DATE_IN_FUTURE, {"day", "month", "year"}),
        (("1", "1", "2020"), sentences.DATE_TOO_YOUNG, {"day", "month", "year"}),
        (("1", "1", "1900"), sentences.DATE_TOO_OLD, {"day", "month", "year"}),
    ],
)
def test_a_mistake_names_the_boxes_to_mark(
    boxes: tuple[str, str, str], sentence: str, parts: set[str]
) -> None:
    mistake = outcome(lambda: from_parts(*boxes))
    assert isinstance(mistake, Mistake)
    assert mistake.sentence == sentence
    assert set(mistake.parts) == parts


@given(anything, anything, anything)
def test_any_three_texts_are_a_date_nothing_or_a_mistake(day: str, month: str, year: str) -> None:
    result = outcome(lambda: from_parts(day, month, year))
    assert result is None or isinstance(result, date | Mistake)
