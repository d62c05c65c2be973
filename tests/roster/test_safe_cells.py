"""Cells that no spreadsheet takes for a formula."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffpassport.roster.safe_cells import safe, unsafe

from .texts import anything

cells = anything | st.builds(
    "{}{}".format, st.sampled_from(["=", "+", "-", "@", "＝", "\t", "\r", "\n", "'", "'=", "''="]), anything
)


@pytest.mark.parametrize(
    "text", ["=1+1", "+447700900123", "-", "@SUM(A1)", "\tx", "\r=1", "\n=1", "＝1", "＠a"]
)
def test_what_could_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Jo", "O'Brien", "'t Hooft", "07700 900123", "jo@nhs.net", " =1"])
def test_everything_else_stays(text: str) -> None:
    assert safe(text) == unsafe(text) == text


@given(cells)
def test_no_safe_cell_begins_a_formula_and_reading_gives_back_what_was_written(text: str) -> None:
    assert not safe(text).startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n"))
    assert safe(safe(text)) == safe(text)
    assert unsafe(safe(text)) == unsafe(text)
