"""ESR assignment numbers, Oriel PINs, and what counts as nothing in a file."""

import pytest
from hypothesis import given

from staffpassport.roster import sentences
from staffpassport.roster.values import Mistake, blank, esr_assignment_number, oriel_pin

from .texts import anything, nearly_numbers, outcome, sentence_of


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("20123456", "20123456"), ("20123456-2", "20123456-2"), ("20123456-12", "20123456-12"),
        ("02012345", "02012345"), (" 20123456 ", "20123456"), ("20123456.0", "20123456"),
        ("20123456 – 2", "20123456-2"), ("'20123456", "20123456"), ("２０１２３４５６", "20123456"),
        ("", None), ("\u200b ", None),
    ],
)  # fmt: skip
def test_an_esr_number_is_eight_digits_and_perhaps_a_further_post(typed: str, number: str | None) -> None:
    assert esr_assignment_number(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "201234567",
        "20123456-",
        "20123456-1",
        "20123456-0",
        "20123456-02",
        "20123456-100",
        "2012345-2",
        "ABC",
        "2.01E+07",
        "20123456.5",
    ],
)
def test_another_esr_number_is_refused_with_an_example(typed: str) -> None:
    assert sentence_of(lambda: esr_assignment_number(typed)) == sentences.ESR_FORMAT


@pytest.mark.parametrize("typed", ["2012345", "2012345.0"])
def test_seven_digits_are_not_guessed_to_have_lost_a_zero(typed: str) -> None:
    assert sentence_of(lambda: esr_assignment_number(typed)) == sentences.ESR_SEVEN_DIGITS


@pytest.mark.parametrize(
    ("typed", "pin"),
    [
        ("A", "A"),
        ("aB12", "aB12"),
        ("0012345", "0012345"),
        ("12345.0", "12345"),
        (" AB1\u200b ", "AB1"),
        ("9" * 20, "9" * 20),
        ("", None),
        (" ", None),
    ],
)
def test_an_oriel_pin_is_kept_as_typed(typed: str, pin: str | None) -> None:
    assert oriel_pin(typed) == pin


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("A" * 21, sentences.ORIEL_TOO_LONG),
        ("AB 12", sentences.ORIEL_CHARACTERS),
        ("AB-12", sentences.ORIEL_CHARACTERS),
        ("ÄB12", sentences.ORIEL_CHARACTERS),
        ("1.5", sentences.ORIEL_CHARACTERS),
        ("1.23E+11", sentences.ORIEL_DIGITS_LOST),
    ],
)
def test_another_oriel_pin_is_refused(typed: str, sentence: str) -> None:
    assert sentence_of(lambda: oriel_pin(typed)) == sentence


@given(anything | nearly_numbers)
def test_any_text_is_a_number_nothing_or_a_mistake(text: str) -> None:
    for check in (esr_assignment_number, oriel_pin):
        value = outcome(lambda: check(text))  # noqa: B023 - called at once
        if not isinstance(value, Mistake) and value is not None:
            assert isinstance(value, str)
            assert check(value) == value
            assert 1 <= len(value) <= 20


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b", "UNKNOWN", "unknown", "N/A", " N/A ", "n/a", "#N/A", "-", "—", "\u00a0N/A"]
)
def test_what_other_systems_write_for_nothing_is_blank(text: str) -> None:
    assert blank(text)


@pytest.mark.parametrize("text", ["Na", "Null", "None", "0", "Unknown Smith", "Ng", "na", "-1", "王"])
def test_a_name_that_only_looks_like_nothing_is_not_blank(text: str) -> None:
    assert not blank(text)


@given(anything)
def test_a_text_with_nothing_to_see_is_blank_however_long(text: str) -> None:
    assert blank(text) == blank(f" \u200b{text}\n")
