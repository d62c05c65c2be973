"""Every value of a staff member, checked: the one place that forms and files import from.

A function takes the text of one field or cell and returns the value as it is stored, or raises
`Mistake` with the sentence to show. Each is total (for any text it does one or the other), and a
checked value checked again is the same. Plain values take about half a microsecond; only the others
meet the dearer rules."""

from .dates import date_of_birth, date_of_birth_from_parts
from .emails import email_address, email_key
from .mistakes import Mistake
from .names import first_name, last_name, preferred_name, whole_name
from .numbers import esr_assignment_number, oriel_pin
from .phones import mobile_number
from .professions import professional_body, registration_number
from .tidying import tidy

__all__ = [
    "Mistake",
    "blank",
    "date_of_birth",
    "date_of_birth_from_parts",
    "email_address",
    "email_key",
    "esr_assignment_number",
    "first_name",
    "last_name",
    "mobile_number",
    "oriel_pin",
    "preferred_name",
    "professional_body",
    "registration_number",
    "whole_name",
]

# How other systems write "nothing here": TIS its UNKNOWN and N/A, spreadsheets #N/A, people a dash. No
# more than that: Na and Null are surnames.
_WORDS_FOR_NOTHING = frozenset({"", "unknown", "n/a", "#n/a", "-", "--", "–", "—"})
_VISIBLE_ASCII = frozenset(map(chr, range(0x21, 0x7F)))
_FIRST_LETTERS = frozenset("UuNn#-")


def blank(text: str) -> bool:
    """Whether a file's cell means nothing: empty, only invisible, or another system's word for it. Not
    for forms, where somebody who types UNKNOWN should hear about it."""
    if not text:
        return True
    first = text[0]
    if first in _VISIBLE_ASCII and first not in _FIRST_LETTERS:
        return False
    return tidy(text).casefold() in _WORDS_FOR_NOTHING
