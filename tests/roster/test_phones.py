"""Mobile numbers: what people and spreadsheets write, and the fast path never disagrees with the library."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from staffpassport.roster import phones, sentences
from staffpassport.roster.values import Mistake, mobile_number

from .texts import anything, nearly_phones, outcome, sentence_of


@pytest.mark.parametrize(
    "typed",
    [
        "07700900123", "07700 900123", "07700 900 123", "077 0090 0123", "+447700900123",
        "+44 7700 900123", "+44 (0)7700 900123", "+44(0)7700900123", "0044 7700 900123",
        "0044 (0) 7700 900123", "00447700900123", "447700900123", "44 7700 900123", "44 (0)7700 900123",
        "4407700900123", "+4407700900123", "7700900123", "7700 900123", "7700900123.0", "447700900123.0",
        "07700900123.00", "(07700) 900123", "(+44) 7700 900123", "07700-900-123", "07700.900.123",
        "07700–900‑123", "07700/900123", "07700\u00a0900\u2009123", "\u202a07700900123\u202c",
        "\ufeff07700900123", "'07700900123", '="07700900123"', "tel:07700900123",
        "０７７００９００１２３", "٠٧٧٠٠٩٠٠١٢٣", "'+447700900123",
    ],
)  # fmt: skip
def test_a_uk_mobile_is_read_however_it_is_written(typed: str) -> None:
    assert mobile_number(typed) == "+447700900123"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("07911 123456", "+447911123456"),
        ("07797 712345", "+447797712345"),  # Jersey
        ("07781 123456", "+447781123456"),  # Guernsey
        ("07624 412345", "+447624412345"),  # Isle of Man, among the pagers' 076
        ("+353 87 123 4567", "+353871234567"),
        ("00353 87 123 4567", "+353871234567"),
        ("+353 (0)87 123 4567", "+353871234567"),
        ("+49 (0)151 23456789", "+4915123456789"),
        ("+91 98765 43210", "+919876543210"),
        ("+234 803 123 4567", "+2348031234567"),
        ("+63 917 123 4567", "+639171234567"),
        ("+1 (202) 555-0123", "+12025550123"),  # the United States do not tell mobiles from landlines
        ("+54 9 11 2345-6789", "+5491123456789"),
    ],
)
def test_mobiles_of_the_islands_and_of_other_countries_are_taken(typed: str, number: str) -> None:
    assert mobile_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "number"),
    [("353871234567", "+353871234567"), ("919876543210", "+919876543210"), ("33612345678.0", "+33612345678")],
)
def test_a_plus_that_a_spreadsheet_ate_is_restored_where_only_a_foreign_mobile_is_possible(
    typed: str, number: str
) -> None:
    assert mobile_number(typed) == number


@pytest.mark.parametrize("typed", ["77009001234", "79161234567", "77012345678"])
def test_a_uk_mobile_with_a_digit_too_many_is_never_taken_for_one_abroad(typed: str) -> None:
    assert sentence_of(lambda: mobile_number(typed)) == sentences.PHONE_UK_TOO_LONG


@pytest.mark.parametrize(
    "typed",
    [
        "0114 271 1900",
        "020 7946 0000",
        "+44 114 271 1900",
        "1142711900",
        "+353 1 234 5678",
        "01539 12345",
        "01534 456789",
    ],
)
def test_a_landline_is_refused_with_its_own_sentence(typed: str) -> None:
    assert sentence_of(lambda: mobile_number(typed)) == sentences.PHONE_LANDLINE


@pytest.mark.parametrize(
    "typed",
    ["4.47E+11", "4.47701E+11", "4.477E+11", "7.7009E+09", "4,47701E+11", "4.47e11", "+4.47701E+11", "4E+11"],
)
def test_a_number_the_spreadsheet_shortened_is_refused_with_its_own_sentence(typed: str) -> None:
    assert sentence_of(lambda: mobile_number(typed)) == sentences.PHONE_DIGITS_LOST


@pytest.mark.parametrize(
    "typed",
    [
        "07700900123 07700900124", "07700 900123 / 07700 900124", "07700900123;07700900124",
        "07700900123 or 0114 2711900", "07700 900123, 07700 900124", "07700 900123 & 07700 900124",
        "07700900123\n01142711900", "+447700900123+447700900124",
    ],
)  # fmt: skip
def test_two_numbers_in_one_cell_are_refused_with_their_own_sentence(typed: str) -> None:
    assert sentence_of(lambda: mobile_number(typed)) == sentences.PHONE_SEVERAL


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", sentences.PHONE_MISSING),
        ("\u00a0\u200b", sentences.PHONE_MISSING),
        ("07700 9001", sentences.PHONE_UK_TOO_SHORT),
        ("07700 90012", sentences.PHONE_UK_TOO_SHORT),
        ("+44 7700 90012", sentences.PHONE_UK_TOO_SHORT),
        ("447700 90012", sentences.PHONE_UK_TOO_SHORT),
        ("999", sentences.PHONE_UK_TOO_SHORT),
        ("2711900", sentences.PHONE_UK_TOO_SHORT),
        ("077009001234", sentences.PHONE_UK_TOO_LONG),
        ("+44 7700 9001234", sentences.PHONE_UK_TOO_LONG),
        ("+353 87 123", sentences.PHONE_TOO_SHORT),
        ("+7 700 900123", sentences.PHONE_TOO_SHORT),
        ("+353 87 123 4567 890", sentences.PHONE_TOO_LONG),
        ("O77OO 900123", sentences.PHONE_WITH_LETTERS),
        ("07700 900123 ext 4", sentences.PHONE_WITH_LETTERS),
        ("ask Jo", sentences.PHONE_WITH_LETTERS),
        ("07700*900123", sentences.PHONE_FORMAT),
        ("07700 900123+", sentences.PHONE_FORMAT),
        ("+", sentences.PHONE_FORMAT),
        ("-", sentences.PHONE_FORMAT),
        ("07640 123456", sentences.PHONE_PAGER),
        ("07699 999999", sentences.PHONE_PAGER),
        ("07012 345678", sentences.PHONE_SPECIAL),
        ("0800 123 4567", sentences.PHONE_SPECIAL),
        ("0845 123 4567", sentences.PHONE_SPECIAL),
        ("0300 123 4567", sentences.PHONE_SPECIAL),
        ("0900 123 4567", sentences.PHONE_SPECIAL),
        ("056 1234 5678", sentences.PHONE_SPECIAL),
        ("+1 800 555 0123", sentences.PHONE_SPECIAL),
        ("07700 400123", sentences.PHONE_NOT_IN_USE),
        ("+353 99 999 9999", sentences.PHONE_NOT_IN_USE),
        ("+0770 0900123", sentences.PHONE_COUNTRY),
        ("+999 123456789", sentences.PHONE_COUNTRY),
        ("12025550123", sentences.PHONE_COUNTRY),
        ("522221234567", sentences.PHONE_COUNTRY),  # Mexico, which does not tell mobiles from landlines
        ("35312345678", sentences.PHONE_COUNTRY),
        ("9" * 100_000, sentences.PHONE_COUNTRY),
        ("0" * 100_000, sentences.PHONE_TOO_LONG),
    ],
)
def test_each_slip_has_its_own_sentence(typed: str, sentence: str) -> None:
    assert sentence_of(lambda: mobile_number(typed)) == sentence


@pytest.mark.parametrize("number", [0, 123, 999])
def test_the_numbers_for_drama_and_for_notifys_tests_are_taken(number: int) -> None:
    assert mobile_number(f"07700900{number:03}") == f"+447700900{number:03}"


def by_the_library(text: str) -> str:
    """What phonenumbers says of the same text: E.164 if it is a valid mobile."""
    number = phonenumbers.parse(text, "GB")
    assert phonenumbers.is_valid_number(number), text
    assert phonenumbers.number_type(number) == PhoneNumberType.MOBILE, text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


# Wider than the pattern itself, so that a pattern made too generous is caught.
plausible = st.from_regex(r"\A(\+44|0044|44|0)?[ ]?7[0-9]{4}[ ]?[0-9]{6}\Z") | st.from_regex(
    r"\A(\+44|0044|44|0)?7[0-9]{9}\Z"
)


@given(st.from_regex(phones._PLAIN_UK_MOBILE, fullmatch=True) | plausible)
def test_where_the_pattern_says_yes_the_library_gives_the_same_number(text: str) -> None:
    compact = text.replace(" ", "")
    if not phones._PLAIN_UK_MOBILE.fullmatch(compact):
        return
    ours = mobile_number(text)
    assert ours == phones._read(text)
    assert ours.startswith("+447700900") or ours == by_the_library(compact)


def test_every_range_of_the_pattern_is_a_mobile_to_the_library() -> None:
    for prefix in range(700_00, 800_00):  # the digit 7 and four more
        number = f"+44{prefix}01234"
        if phones._PLAIN_UK_MOBILE.fullmatch(number) and not number.startswith("+447700900"):
            assert by_the_library(number) == number


@given(
    st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)),
    st.sampled_from(["E164", "INTERNATIONAL", "RFC3966"]),
)
def test_the_librarys_example_mobile_of_every_country_is_taken(region: str, form: str) -> None:
    example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    if example is None or phonenumbers.number_type(example) != PhoneNumberType.MOBILE:
        return
    e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    written = phonenumbers.format_number(example, getattr(phonenumbers.PhoneNumberFormat, form))
    assert mobile_number(written) == e164


@given(anything | nearly_phones)
def test_any_text_is_a_number_or_a_mistake_and_a_number_stays_itself(text: str) -> None:
    number = outcome(lambda: mobile_number(text))
    if isinstance(number, Mistake):
        return
    assert isinstance(number, str)
    assert mobile_number(number) == number
    assert number.startswith("+")
    assert number[1:].isascii()
    assert number[1:].isdigit()
    assert 7 <= len(number) <= 16
