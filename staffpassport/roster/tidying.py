"""Text as people and spreadsheets leave it, made plain before a rule looks at it."""

import re
import unicodedata
from typing import Literal

# What needs no tidying: visible ASCII with single spaces inside.
_TIDY = re.compile(r"[!-~]+(?: [!-~]+)*")

# Unicode calls these letters, marks or symbols, yet they show nothing (Default_Ignorable_Code_Point
# outside Cf, and the blank Braille cell). Variation selectors choose a shape of the letter before them:
# the letter itself stays.
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))

_NON_JOINER, _JOINER = "\u200c", "\u200d"  # both of zero width
_JOINERS = _NON_JOINER + _JOINER
_VIRAMA = 9  # the canonical combining class of every virama

# No value may be nearly this long. Longer text is not normalised, as that takes time quadratic in a run
# of combining marks: the length rule of its field refuses it as it is.
_LONGEST_TO_NORMALISE = 1_000

_FORMULA_TEXT = re.compile(r'="([^"]*)"')


def invisible(character: str) -> bool:
    """Whether a character shows nothing and is no space: control, format (joiners too) and blank
    characters."""
    if character.isspace():
        return False
    return (
        unicodedata.category(character) in ("Cc", "Cf")
        or character in _BLANK_LETTERS
        or any(ord(character) in selectors for selectors in _VARIATION_SELECTORS)
    )


def tidy(text: str, *, keep_joiners: bool = False) -> str:
    """Trim, fold every run of whitespace to one space, remove invisible characters, normalise to NFC.

    ``keep_joiners`` leaves the zero width joiner and non-joiner where a script needs them to spell a
    word; see ``_joins``. Everywhere else they are removed like other invisible characters."""
    if _TIDY.fullmatch(text):
        return text
    text = "".join(c for c in text if not invisible(c) or (keep_joiners and c in _JOINERS))
    text = _normalised("NFC", " ".join(text.split()))
    if keep_joiners:
        text = _with_needed_joiners(text)
    return text


def plain(text: str) -> str:
    """``tidy`` for numbers, dates and codes: full-width and other digits become 0 to 9, and what
    spreadsheets put around a value to keep it as text is taken off (a leading apostrophe, ``="…"``)."""
    text = tidy(text)
    if not text.isascii():
        text = " ".join(_normalised("NFKC", text).split())
        text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    if formula := _FORMULA_TEXT.fullmatch(text):
        text = formula[1]
    return text.lstrip("'’").strip()


def _normalised(form: Literal["NFC", "NFKC"], text: str) -> str:
    return text if len(text) > _LONGEST_TO_NORMALISE else unicodedata.normalize(form, text)


def _with_needed_joiners(text: str) -> str:
    while any(joiner in text for joiner in _JOINERS):
        kept = ""
        for before, character, after in zip(" " + text, text, text[1:] + " ", strict=False):
            if character not in _JOINERS or _joins(before, character, after):
                kept += character
        if kept == text:
            break
        # What stood on both sides of a removed joiner may now combine, so look again.
        text = _normalised("NFC", " ".join(kept.split()))
    return text


def _joins(before: str, joiner: str, after: str) -> bool:
    """Whether a joiner between these two characters is part of the spelling.

    The rule is that of domain names (RFC 5892, appendix A.1 and A.2): after a virama, as the Sinhala
    "Sri" and Malayalam names are typed; or a non-joiner between two Arabic letters, as in the Persian
    "Ali-Reza". One case is added: before a virama, as Bengali writes "Ry". Simpler than the RFC in that
    every Arabic letter counts as one that joins."""
    if unicodedata.combining(before) == _VIRAMA:
        return True
    if before.isalpha() and unicodedata.combining(after) == _VIRAMA:
        return True
    return (
        joiner == _NON_JOINER
        and unicodedata.bidirectional(before) == unicodedata.bidirectional(after) == "AL"
    )
