"""Mobile numbers, from a form or from what a spreadsheet left of them."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, ValidationResult

from . import sentences
from .mistakes import Mistake
from .tidying import plain

# Plainly a UK mobile: ranges of which every number is a mobile to the library too, and Ofcom's 07700
# 900000 to 900999 for drama, which are GOV.UK Notify's test numbers and which the library calls
# invalid.
_PLAIN_UK_MOBILE = re.compile(
    r"(?:\+44|0044|44|0)?"
    r"(7(?:(?:[1-3]\d|4[0-46-9]|5[13-9]|7[1-7]|8[014-9]|9[024-9])\d{7}|700900\d{3}))",
    re.ASCII,
)
_FICTION = re.compile(r"7700900\d{3}", re.ASCII)

_DIGITS_LOST = re.compile(r"\+?\d+(?:[.,]\d*)?E\+?\d{1,3}", re.ASCII | re.IGNORECASE)
_FLOAT = re.compile(r"(\+?\d{7,})\.0+", re.ASCII)
_BETWEEN_NUMBERS = re.compile(r"[;,/|&]|\bor\b|\band\b", re.IGNORECASE)
_ALLOWED = re.compile(r"[ (]*\+?[\d ()./‐‒–—−-]*", re.ASCII)
# The zero of "+44 (0)7700 900123" is dialled inside the country only.
_ZERO_IN_BRACKETS = re.compile(r"([ (]*(?:\+|00|44)[\d )]{0,6})\( ?0 ?\)", re.ASCII)
_NOT_DIGITS = re.compile(r"\D", re.ASCII)

_UK_LENGTH = 10  # digits after +44
_LONGEST_NATIONAL = 10  # digits of a UK number without its zero: more can only be a number of another country
_SHORTEST_OF_TWO = 9  # digits from which a piece of a cell counts as a number of its own
_DIGITS_OF_TWO = 20  # in all: no single number has more than 15

_TEXTABLE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_REFUSALS = {
    PhoneNumberType.FIXED_LINE: sentences.PHONE_LANDLINE,
    PhoneNumberType.PAGER: sentences.PHONE_PAGER,
    PhoneNumberType.UNKNOWN: sentences.PHONE_NOT_IN_USE,
}


def mobile_number(text: str) -> str:
    """A mobile number in E.164 form, "+447700900123".

    A number without + or 00 is a UK one, with or without its leading zero (spreadsheets eat it) or as
    44…; a longer one that can only be a mobile of another country gets back the + that the spreadsheet
    ate. Where a country does not tell mobiles from landlines (United States), the number is taken.
    Raises Mistake."""
    if match := _PLAIN_UK_MOBILE.fullmatch(text.replace(" ", "")):
        return "+44" + match[1]
    return _read(text)


def _read(text: str) -> str:
    typed = plain(text)
    if typed[:4].lower() == "tel:":
        typed = typed[4:].strip()
    if not typed:
        raise Mistake(sentences.PHONE_MISSING)
    if _DIGITS_LOST.fullmatch(typed):
        raise Mistake(sentences.PHONE_DIGITS_LOST)
    if match := _FLOAT.fullmatch(typed):
        typed = match[1]
    if _has_several(typed):
        raise Mistake(sentences.PHONE_SEVERAL)
    if any(c.isalpha() for c in typed):
        raise Mistake(sentences.PHONE_WITH_LETTERS)
    if not _ALLOWED.fullmatch(typed):
        raise Mistake(sentences.PHONE_FORMAT)
    typed = _ZERO_IN_BRACKETS.sub(r"\1", typed, count=1)
    digits = _NOT_DIGITS.sub("", typed)
    if not digits:
        raise Mistake(sentences.PHONE_FORMAT)
    if "+" in typed:
        return _international(digits)
    if digits.startswith("00"):
        return _international(digits[2:])
    return _without_a_country(digits)


def _has_several(typed: str) -> bool:
    pieces = [_NOT_DIGITS.sub("", piece) for piece in _BETWEEN_NUMBERS.split(typed)]
    if sum(len(piece) >= _SHORTEST_OF_TWO for piece in pieces) > 1:
        return True
    in_all = sum(map(len, pieces))
    return in_all >= _DIGITS_OF_TWO and (" " in typed or typed.count("+") > 1)


def _without_a_country(digits: str) -> str:
    if digits.startswith("0"):
        return _uk(digits[1:])
    if digits.startswith("44"):
        return _uk(digits[2:])
    if len(digits) <= _LONGEST_NATIONAL or digits.startswith("7"):
        # One digit too many after an eaten zero would be a mobile in Kazakhstan: not guessed, but
        # refused as too long.
        return _uk(digits)
    if not digits.startswith("1"):
        try:
            return _international(digits, textable=(PhoneNumberType.MOBILE,))
        except Mistake:
            pass
    raise Mistake(sentences.PHONE_COUNTRY)


def _uk(national: str) -> str:
    national = national.removeprefix("0")  # "+44 07700 900123"
    if len(national) < _UK_LENGTH - 1:  # a few landlines have nine
        raise Mistake(sentences.PHONE_UK_TOO_SHORT)
    if len(national) > _UK_LENGTH:
        raise Mistake(sentences.PHONE_UK_TOO_LONG)
    if _FICTION.fullmatch(national):
        return "+44" + national
    # By Ofcom's National Telephone Numbering Plan: the first digits tell the kind, for numbers not in
    # use as well.
    if national[0] in "12":
        raise Mistake(sentences.PHONE_LANDLINE)
    if national[0] in "3589" or national.startswith("70"):
        raise Mistake(sentences.PHONE_SPECIAL)
    if national[0] == "7" and len(national) < _UK_LENGTH:
        raise Mistake(sentences.PHONE_UK_TOO_SHORT)
    if national.startswith("76") and not national.startswith("7624"):  # 07624: mobiles of the Isle of Man
        raise Mistake(sentences.PHONE_PAGER)
    return _known_to_the_library("44" + national, _TEXTABLE)


def _international(digits: str, textable: tuple[int, ...] = _TEXTABLE) -> str:
    if digits.startswith("44"):
        return _uk(digits[2:])
    return _known_to_the_library(digits, textable)


def _known_to_the_library(digits: str, textable: tuple[int, ...]) -> str:
    try:
        number = phonenumbers.parse("+" + digits)
    except NumberParseException as error:
        raise Mistake(_PARSE_FAILURES.get(error.error_type, sentences.PHONE_FORMAT)) from None
    length = phonenumbers.is_possible_number_with_reason(number)
    if length != ValidationResult.IS_POSSIBLE:
        raise Mistake(_WRONG_LENGTHS.get(length, sentences.PHONE_NOT_IN_USE))
    kind = phonenumbers.number_type(number)
    if kind not in textable:
        raise Mistake(_REFUSALS.get(kind, sentences.PHONE_SPECIAL))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_PARSE_FAILURES = {
    NumberParseException.INVALID_COUNTRY_CODE: sentences.PHONE_COUNTRY,
    NumberParseException.TOO_SHORT_AFTER_IDD: sentences.PHONE_TOO_SHORT,
    NumberParseException.TOO_SHORT_NSN: sentences.PHONE_TOO_SHORT,
    NumberParseException.TOO_LONG: sentences.PHONE_TOO_LONG,
}
_WRONG_LENGTHS = {
    ValidationResult.TOO_SHORT: sentences.PHONE_TOO_SHORT,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: sentences.PHONE_TOO_SHORT,
    ValidationResult.TOO_LONG: sentences.PHONE_TOO_LONG,
}
