"""Folding for the search: what a person types finds what another person wrote."""

import pytest
from hypothesis import example, given

from staffpassport.roster.folding import fold

from .texts import anything, nearly_names


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Smith", "smith"), ("  Anne   Marie ", "anne marie"), ("José", "jose"), ("Jose\u0301", "jose"),
        ("Søren", "soren"), ("Strauß", "strauss"), ("STRAUẞ", "strauss"), ("Łukasz", "lukasz"),
        ("Ægir", "aegir"), ("Œdipe", "oedipe"), ("Đặng", "dang"), ("Guðrún Þór", "gudrun thor"),
        ("Işık", "isik"), ("IŞIK", "isik"), ("İbrahim", "ibrahim"), ("Nguyễn", "nguyen"),
        ("Māui", "maui"), ("Ångström", "angstrom"), ("O'Brien", "obrien"), ("O’BRIEN", "obrien"),
        ("ʻOkina", "okina"), ("O`Brien", "obrien"), ("O´Brien", "obrien"), ("Anne-Marie", "anne marie"),
        ("Anne‑Marie", "anne marie"), ("Anne–Marie", "anne marie"), ("Ｓｍｉｔｈ", "smith"),
        ("Ελένη", "ελενη"), ("ЙОСИП", "иосип"), ("王小明", "王小明"), ("プリヤ", "プリヤ"),
        ("प्रिया", "प्रिया"), ("김민준", "김민준"), ("مُحَمَّد", "محمد"),
        ("O'Neill@NHS.net", "oneill@nhs.net"), ("+44 7700 900123", "+44 7700 900123"), ("", ""),
        ("'", ""),
    ],
)  # fmt: skip
def test_case_accents_apostrophes_and_hyphens_do_not_matter(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(anything | nearly_names)
@example("ŉ")
@example("\u0345")
@example("ﬃ ĳ ǅ ℡ ½")
@example("J\u030c")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(anything | nearly_names)
def test_case_never_matters(text: str) -> None:
    assert fold(text.upper().casefold()) == fold(text.casefold().upper().casefold())
