"""Cells of CSV files that a spreadsheet must not take for a formula, nor for a number with fewer digits."""

import re

# What Excel and LibreOffice take for the beginning of a formula, the same signs in full width, which an Excel set up
# for East Asian scripts takes for them, and three characters that some versions skip before they look for one
# (OWASP, "CSV Injection").
_BEGIN_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
# What would come back as another number, for good: ESR's 01234567 without its zero, a PIN 1E5 as 100000, long ones
# rounded. Telephone numbers are longer, and get back their zero when they are read.
_LOSES_DIGITS = re.compile(r"0\d{1,8}(?:-\d{1,2})?|\d+[Ee]\d+|\d{16,}", re.ASCII)
_APOSTROPHE = "'"


def safe(text: str) -> str:
    """A cell's text for a CSV file of ours: with an apostrophe in front, which makes it text, if a
    spreadsheet could calculate it or take digits from it."""
    return _APOSTROPHE + text if _at_risk(text) else text


def unsafe(text: str) -> str:
    """A cell's text as it was before `safe`, so that files of ours can be uploaded again."""
    if text.startswith(_APOSTROPHE) and _at_risk(text[1:]):
        return text[1:]
    return text


def _at_risk(text: str) -> bool:
    return text.startswith(_BEGIN_A_FORMULA) or _LOSES_DIGITS.fullmatch(text) is not None
