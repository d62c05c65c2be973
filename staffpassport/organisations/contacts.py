"""How a trust can be reached: what is shown to the people it invites."""

from __future__ import annotations

import phonenumbers
from phonenumbers import NumberParseException

LONGEST_PHONE = 30


def phone_to_show(typed: str) -> str:
    """A telephone number as people read it, an extension after it perhaps; not rewritten, but for its spaces.

    Raises ValueError with a sentence for what nobody could call.
    """
    shown = " ".join(typed.split())
    if len(shown) > LONGEST_PHONE:
        raise ValueError(f"Telephone number must be {LONGEST_PHONE} characters or less")
    try:
        number = phonenumbers.parse(shown, "GB")
    except NumberParseException:
        number = None
    letters = sum(character.isalpha() for character in shown)
    if number is None or letters > len("extension") or not phonenumbers.is_possible_number(number):
        raise ValueError("Enter a telephone number, like 0113 496 0100 or 0113 496 0100 ext 123")
    return shown
