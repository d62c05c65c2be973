"""Dates of birth, as people type them and as spreadsheets write them."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from . import sentences
from .mistakes import Mistake
from .tidying import plain

YOUNGEST, OLDEST = 16, 100  # years of age, both included

_PARTS = ("day", "month", "year")
_ALL_PARTS = frozenset(_PARTS)
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH_NUMBERS = (
    {name: number for number, name in enumerate(_MONTHS, 1)}
    | {name[:3]: number for number, name in enumerate(_MONTHS, 1)}
    | {"sept": 9}
)

_LENGTH_OF_PLAIN = len("31/01/1990")
_DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})", re.ASCII)
_DASHES = str.maketrans(dict.fromkeys("‐‒–—−", "-"))
_SPACED_SEPARATOR = re.compile(r" ?([/.-]) ?")
_DAY_MONTH_AND_SHORT_YEAR = re.compile(r"\d{1,2}([/. -])\d{1,2}\1\d{1,3}", re.ASCII)
_SPACED_DAY_FIRST = re.compile(r"(\d{1,2})( )(\d{1,2}) (\d{4})", re.ASCII)
_MONTH_IN_WORDS = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[ /.,-]{0,2}([a-z]{3,9})[ /.,-]{0,2}(\d{1,4})", re.ASCII | re.IGNORECASE
)
_MONTH_AND_YEAR = re.compile(r"(?:\d{1,2}|[a-z]{3,9})[ /.-](?:19|20)\d\d", re.ASCII | re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)
# Midnight only: another time of day may be a date moved by a time zone, and then the day is a guess.
_MIDNIGHT = re.compile(r"[T ]0?0:00(?::00(?:\.0+)?)?Z?\Z", re.ASCII)
# Days since 30 December 1899, as spreadsheets count with the 1900 system. Five digits reach from 1927
# to 2173; four are needed for the very oldest.
_SERIAL = re.compile(r"(\d{4,5})(?:\.0+)?", re.ASCII)
_SERIAL_ZERO = date(1899, 12, 30)


def date_of_birth(text: str, *, today: date) -> date | None:
    """The date of birth in one cell, or None if blank.

    Takes d/m/yyyy with / . - or spaces; yyyy-mm-dd with / . or -; 31-Jan-1990, 31 January 1990, 31st
    Jan 1990; any of these followed by midnight (yyyy-mm-ddT00:00:00); and a spreadsheet's serial number
    of the 1900 system ("32874", "32874.0"). Never the month before the day, never a year of two digits.
    Whoever is born on it must be 16 to 100 years old on `today`. Raises Mistake."""
    if len(text) == _LENGTH_OF_PLAIN:
        # The usual forms, put right for the fastest reader there is. It takes week dates too ("1990-W05-3"),
        # so the dashes must stand where they do in a date.
        if text[2] == text[5] and text[2] in "/.-":
            iso = f"{text[6:]}-{text[3:5]}-{text[:2]}"
        else:
            iso = text if text[4] == text[7] == "-" else ""
        try:
            born = date.fromisoformat(iso)
        except ValueError:
            return _read(text, today)
        earliest, latest = _births(today)
        if earliest <= born <= latest:
            return born
    return _read(text, today)


def date_of_birth_from_parts(day: str, month: str, year: str, *, today: date) -> date | None:
    """The date of birth in a form's three boxes, or None if all are blank. The month may be a name or
    its first letters.

    Raises Mistake, whose `parts` names the boxes to mark: those missing or impossible; all three where
    only the whole date is wrong (31 February, in the future). The sentences are those of the NHS and
    GOV.UK date input."""
    boxes = dict(zip(_PARTS, (plain(day), plain(month), plain(year)), strict=True))
    missing = [part for part in _PARTS if not boxes[part]]
    if len(missing) == len(_PARTS):
        return None
    if missing:
        raise _incomplete(missing)
    month_number = _month_number(boxes["month"])
    impossible = set()
    if not (_is_number(boxes["day"], 2) and 1 <= int(boxes["day"]) <= 31):
        impossible.add("day")
    if not 1 <= month_number <= 12:
        impossible.add("month")
    if not _is_number(boxes["year"], 4):
        impossible.add("year")
    if impossible:
        raise Mistake(sentences.DATE_NOT_REAL, frozenset(impossible))
    if len(boxes["year"]) < 4:
        raise Mistake(sentences.DATE_SHORT_YEAR, frozenset({"year"}))
    return _of_age(int(boxes["year"]), month_number, int(boxes["day"]), today)


def _read(text: str, today: date) -> date | None:
    typed = _SPACED_SEPARATOR.sub(r"\1", _MIDNIGHT.sub("", plain(text).translate(_DASHES)))
    if not typed:
        return None
    if match := _DAY_FIRST.fullmatch(typed) or _SPACED_DAY_FIRST.fullmatch(typed):
        day, month, year = match.group(1, 3, 4)
        return _day_first(day, month, year, today)
    if match := _YEAR_FIRST.fullmatch(typed):
        return _of_age(int(match[1]), int(match[3]), int(match[4]), today)
    if match := _MONTH_IN_WORDS.fullmatch(typed):
        return _month_in_words(match[1], match[2], match[3], today)
    if _DAY_MONTH_AND_SHORT_YEAR.fullmatch(typed):
        raise Mistake(sentences.DATE_SHORT_YEAR, frozenset({"year"}))
    if _YEAR.fullmatch(typed):  # before the serial numbers: 1984 is a year to everybody, not 6 June 1905
        raise _incomplete(["day", "month"])
    if _MONTH_AND_YEAR.fullmatch(typed):
        raise _incomplete(["day"])
    if match := _SERIAL.fullmatch(typed):
        born = _SERIAL_ZERO + timedelta(days=int(match[1]))
        return _of_age(born.year, born.month, born.day, today)
    raise Mistake(sentences.DATE_FORMAT, _ALL_PARTS)


def _day_first(day: str, month: str, year: str, today: date) -> date:
    if int(month) > 12 >= int(day):
        raise Mistake(sentences.DATE_MONTH_FIRST, frozenset({"day", "month"}))
    return _of_age(int(year), int(month), int(day), today)


def _month_in_words(day: str, month: str, year: str, today: date) -> date:
    month_number = _month_number(month)
    if not month_number:
        raise Mistake(sentences.DATE_FORMAT, frozenset({"month"}))
    if len(year) < 4:
        raise Mistake(sentences.DATE_SHORT_YEAR, frozenset({"year"}))
    return _of_age(int(year), month_number, int(day), today)


def _of_age(year: int, month: int, day: int, today: date) -> date:
    try:
        born = date(year, month, day)
    except ValueError:
        raise Mistake(sentences.DATE_NOT_REAL, _ALL_PARTS) from None
    earliest, latest = _births(today)
    if earliest <= born <= latest:
        return born
    if born < earliest:
        raise Mistake(sentences.DATE_TOO_OLD, _ALL_PARTS)
    raise Mistake(sentences.DATE_TOO_YOUNG if born < today else sentences.DATE_IN_FUTURE, _ALL_PARTS)


@lru_cache(maxsize=8)
def _births(today: date) -> tuple[date, date]:
    """First and last day on which somebody who is of age today was born."""
    return _years_before(today, OLDEST + 1) + timedelta(days=1), _years_before(today, YOUNGEST)


def _years_before(today: date, years: int) -> date:
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # today is 29 February and that year had none
        return today.replace(year=today.year - years, day=28)


def _incomplete(missing: Iterable[str]) -> Mistake:
    listed = " and ".join(f"a {part}" for part in missing)
    return Mistake(sentences.DATE_INCOMPLETE, frozenset(missing), {"parts": listed})


def _month_number(text: str) -> int:
    """1 to 12 for a month's number or name; 0 or another number if it is neither."""
    if _is_number(text, 2):
        return int(text)
    return _MONTH_NUMBERS.get(text.casefold().rstrip("."), 0)


def _is_number(text: str, longest: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= longest
