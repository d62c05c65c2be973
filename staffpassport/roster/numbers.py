"""The two numbers by which other systems know a member of staff."""

import re

from . import sentences
from .mistakes import Mistake
from .tidying import plain

LONGEST_ORIEL_PIN = 20  # characters

_ESR = re.compile(r"\d{8}(?:-(?:[2-9]|[1-9]\d))?", re.ASCII)
_ESR_SEVEN_DIGITS = re.compile(r"\d{7}", re.ASCII)
_ORIEL = re.compile(r"[A-Za-z0-9]{1,20}")
_FLOAT = re.compile(r"(\d+)\.0+", re.ASCII)
_DIGITS_LOST = re.compile(r"\d+(?:[.,]\d*)?E\+\d{1,3}", re.ASCII | re.IGNORECASE)
_SPACES_AND_DASHES = re.compile(r" ?[-‐‒–—−] ?")


def esr_assignment_number(text: str) -> str | None:
    """An ESR assignment number, "20123456" or, of a further post, "20123456-2"; None if blank.

    Seven digits may be a number whose leading zero a spreadsheet ate, or one with a digit forgotten:
    nothing tells which (a mobile shows it by its 7), so they are refused with a sentence that says so.
    Raises Mistake."""
    if _ESR.fullmatch(text):
        return text
    typed = _SPACES_AND_DASHES.sub("-", _whole(plain(text)))
    if not typed:
        return None
    if _ESR.fullmatch(typed):
        return typed
    if _ESR_SEVEN_DIGITS.fullmatch(typed):
        raise Mistake(sentences.ESR_SEVEN_DIGITS)
    raise Mistake(sentences.ESR_FORMAT)


def oriel_pin(text: str) -> str | None:
    """An Oriel PIN as typed: 1 to 20 letters A to Z or digits; None if blank. Raises Mistake."""
    if _ORIEL.fullmatch(text):
        return text
    typed = plain(text)
    if _DIGITS_LOST.fullmatch(typed):
        raise Mistake(sentences.ORIEL_DIGITS_LOST)
    typed = _whole(typed)
    if not typed:
        return None
    if not (typed.isascii() and typed.isalnum()):
        raise Mistake(sentences.ORIEL_CHARACTERS)
    if len(typed) > LONGEST_ORIEL_PIN:
        raise Mistake(sentences.ORIEL_TOO_LONG)
    return typed


def _whole(typed: str) -> str:
    """A number cell that was read as a fraction, "20123456.0", without the fraction."""
    match = _FLOAT.fullmatch(typed)
    return match[1] if match else typed
