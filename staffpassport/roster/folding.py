"""Text folded for searching: what a person would type without minding case, accents or punctuation."""

import re
import unicodedata

from .tidying import tidy

# Nothing to fold but case.
_PLAIN = re.compile(r"[!-&(-,./-_a-~]+(?: [!-&(-,./-_a-~]+)*")

# Letters that Unicode does not take apart into a letter and an accent.
_LETTERS = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "þ": "th", "æ": "ae", "œ": "oe",
    "ŋ": "ng", "ĸ": "k", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ə": "e", "ɛ": "e", "ɔ": "o", "ɨ": "i",
}  # fmt: skip
_APOSTROPHES = "'`´‘’‚‛′ʹʻʼʽʾʿˈˊˋꞌ׳"
_DASHES = "-‐‑‒–—―−־·‧・"
_TABLE = str.maketrans(
    {**_LETTERS, **dict.fromkeys(_APOSTROPHES, ""), **dict.fromkeys(_DASHES, " ")},
)
# Combining accents of Latin, Greek and Cyrillic, and the vowel points that Hebrew and Arabic leave out
# as often as not. Marks of other scripts are letters in all but name and stay.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\ufe20-\ufe2f\u0591-\u05c7\u064b-\u065f\u0670]"
)


def fold(text: str) -> str:
    """`text` for a search key or a search term: lower case, without accents; ß as ss, ø as o, æ as ae;
    apostrophes of any kind left out, hyphens of any kind as a space; trimmed, single spaces. So
    O’BRIEN, O'Brien and obrien are one, and so are Anne-Marie and anne marie. Folding twice changes
    nothing. Never raises."""
    if _PLAIN.fullmatch(text):
        return text.lower()
    text = tidy(text).translate(_TABLE)
    text = unicodedata.normalize("NFKD", text).casefold()
    text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).translate(_TABLE)
    return " ".join(unicodedata.normalize("NFC", text).split())
