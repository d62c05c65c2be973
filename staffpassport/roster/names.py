"""Names of people: of any script, as they are written, without what a list or a keyboard slipped in."""

import re
import unicodedata

from . import sentences
from .misread import misread
from .mistakes import Mistake
from .tidying import tidy

LONGEST_NAME = 100  # characters

# Plainly a name: Latin letters, with single spaces, hyphens, straight apostrophes or full stops between them.
# Every letter of these ranges is its own NFC form, so nothing is left to tidy.
_LETTERS = "[A-Za-zÀ-ÖØ-öø-ž]+"
_PLAIN_NAME = re.compile(f"{_LETTERS}(?:[ '.-]{_LETTERS})*")

# Letters, the marks on them, and numbers that are written as letters (Ⅲ, the Japanese and Chinese 〇).
_LETTERS_AND_MARKS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nl"})
# Space. Apostrophes however typed (O'Brien, D’Arcy). Full stop and comma (St. John, King, Jr.).
# Brackets, as lists give a known-as name: Elizabeth (Liz). Slash, as Malaysian and Singaporean names
# have: Kumar a/l Raju. Middle dots (Catalan, Japanese). Hyphens, and the Hebrew hyphen and
# quotation-like marks.
_PUNCTUATION = frozenset(" '’‘`´′.,()/·‧・-‐‑–־׳״")
# Private use, surrogates and unassigned: nobody can tell what they should show. U+FFFD: lost in an
# earlier conversion.
_UNREADABLE = frozenset({"Co", "Cs", "Cn"})


def first_name(text: str) -> str:
    """A first name, tidied. At most 100 characters (code points), with at least one letter. Raises
    Mistake."""
    return _name(text, "First name") or _missing(sentences.FIRST_NAME_MISSING)


def last_name(text: str) -> str:
    """A last name, tidied; the rules of a first name. Raises Mistake."""
    return _name(text, "Last name") or _missing(sentences.LAST_NAME_MISSING)


def preferred_name(text: str) -> str | None:
    """A preferred name, tidied; the rules of a first name. None if blank. Raises Mistake."""
    return _name(text, "Preferred name") or None


def whole_name(text: str) -> str:
    """First and last name in one, tidied; the rules of a first name. Raises Mistake."""
    return _name(text, "Name") or _missing(sentences.NAME_MISSING)


def _missing(sentence: str) -> str:
    raise Mistake(sentence)


def _name(text: str, field: str) -> str:
    if _PLAIN_NAME.fullmatch(text) and len(text) <= LONGEST_NAME:
        return text
    if misread(text):  # before tidying, which removes what it is known by
        raise Mistake(sentences.NAME_MISREAD, facts={"field": field})
    name = tidy(text, keep_joiners=True)
    if len(name) > LONGEST_NAME:
        raise Mistake(sentences.NAME_TOO_LONG, facts={"field": field})
    if "@" in name or "＠" in name:
        raise Mistake(sentences.NAME_IS_AN_EMAIL, facts={"field": field})
    for character in name:
        _check(character, field)
    if name and not any(c.isalpha() or unicodedata.category(c) == "Nl" for c in name):
        raise Mistake(sentences.NAME_WITHOUT_LETTERS, facts={"field": field})
    return name


def _check(character: str, field: str) -> None:
    category = unicodedata.category(character)
    # Cf: only the joiners that `tidy` found to be needed are left.
    if category in _LETTERS_AND_MARKS or character in _PUNCTUATION or category == "Cf":
        return
    if category in ("Nd", "No"):
        raise Mistake(sentences.NAME_WITH_NUMBERS, facts={"field": field})
    if category in _UNREADABLE or character == "\ufffd":
        raise Mistake(sentences.NAME_UNREADABLE, facts={"field": field})
    raise Mistake(sentences.NAME_WITH_SYMBOL, facts={"field": field, "symbol": character})
