"""What a professional body and its register know a member of staff by."""

import re

from . import sentences
from .mistakes import Mistake
from .tidying import plain, tidy

LONGEST_BODY = 100  # characters
LONGEST_REGISTRATION = 30

# GMC 7654321, NMC 12A3456E, HCPC PA12345, Social Work England SW12345; registers abroad use dashes and slashes.
_REGISTRATION = re.compile(r"[A-Za-z0-9]+(?:[ /.-]?[A-Za-z0-9]+)*")


def professional_body(text: str) -> str | None:
    """The name of a professional body, tidied; None if blank. Raises Mistake."""
    body = tidy(text)
    if len(body) > LONGEST_BODY:
        raise Mistake(sentences.PROFESSIONAL_BODY_TOO_LONG)
    return body or None


def registration_number(text: str) -> str | None:
    """A number in a professional register, as typed; None if blank. Raises Mistake."""
    number = plain(text)
    if len(number) > LONGEST_REGISTRATION:
        raise Mistake(sentences.REGISTRATION_TOO_LONG)
    if number and not _REGISTRATION.fullmatch(number):
        raise Mistake(sentences.REGISTRATION_CHARACTERS)
    return number or None
