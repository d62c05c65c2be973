"""Professional bodies and numbers in their registers."""

from __future__ import annotations

import pytest

from staffpassport.roster import sentences
from staffpassport.roster.mistakes import Mistake
from staffpassport.roster.values import professional_body, registration_number


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", None),
        ("  ", None),
        ("7654321", "7654321"),
        (" 12A3456E ", "12A3456E"),
        ("７６５４３２１", "7654321"),
        ("PA 12345", "PA 12345"),
        ("IE-123/45.6", "IE-123/45.6"),
    ],
)
def test_registration_numbers_as_registers_write_them(typed: str, stored: str | None) -> None:
    assert registration_number(typed) == stored
    assert registration_number(stored or "") == stored


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12*34", sentences.REGISTRATION_CHARACTERS),
        ("12--34", sentences.REGISTRATION_CHARACTERS),
        ("=1+1", sentences.REGISTRATION_CHARACTERS),
        ("1" * 31, sentences.REGISTRATION_TOO_LONG),
    ],
)
def test_what_is_no_registration_number(typed: str, sentence: str) -> None:
    with pytest.raises(Mistake) as mistake:
        registration_number(typed)
    assert mistake.value.sentence == sentence


def test_a_professional_body_is_tidied() -> None:
    assert professional_body("") is None
    assert professional_body(" Nursing \u200b and  Midwifery Council") == "Nursing and Midwifery Council"
    assert professional_body("x" * 100) == "x" * 100
    with pytest.raises(Mistake) as mistake:
        professional_body("x" * 101)
    assert mistake.value.sentence == sentences.PROFESSIONAL_BODY_TOO_LONG
