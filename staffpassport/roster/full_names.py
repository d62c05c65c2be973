"""First and last name out of one cell, "Surname, Forename"."""

from . import sentences
from .mistakes import Mistake
from .tidying import tidy

# ESR writes "Bloggs, Mrs. Jo", other systems "Bloggs, Jo, Dr".
_TITLES = frozenset({
    "mr", "mrs", "miss", "ms", "mx", "dr", "doctor", "prof", "professor", "sir", "dame", "lady", "lord", "rev",
    "reverend",
})  # fmt: skip


def first_part(text: str) -> str:
    """The first name in "Surname, Forename", without a title; "" if the cell is blank. Raises Mistake."""
    return _parts(text)[1]


def last_part(text: str) -> str:
    """The last name in "Surname, Forename"; "" if the cell is blank. Raises Mistake."""
    return _parts(text)[0]


def _parts(text: str) -> tuple[str, str]:
    typed = tidy(text, keep_joiners=True)
    if not typed:
        return "", ""
    parts = [part for part in (_without_title(part) for part in typed.split(",")) if part]
    # Without a comma nobody can tell which name comes first; with two, what the third part is.
    if len(parts) != 2:
        raise Mistake(sentences.FULL_NAME_FORMAT)
    return parts[0], parts[1]


def _without_title(part: str) -> str:
    words = part.split(" ")
    while words and words[0].rstrip(".").casefold() in _TITLES | {""}:
        words = words[1:]
    return " ".join(words)
