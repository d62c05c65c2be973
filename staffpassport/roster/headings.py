"""The headings by which lists of staff are known, in whatever way they are written."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import islice, product

from .fields import Field
from .limits import MOST_COLUMNS
from .tidying import plain


class Whole(StrEnum):
    """What a column may hold besides one field."""

    FULL_NAME = "full_name"  # "Surname, Forename"
    NAME = "name"  # the full name, or the first name where a last name stands beside it


@dataclass(frozen=True, slots=True)
class Known:
    """What a heading stands for. Of several columns for one field that of the lowest rank is meant."""

    target: Field | Whole
    rank: int
    month_first: bool = False  # the heading itself says mm/dd/yyyy


_FIRST_NAMES = "first name|first names|forename|forenames|given name|given names"
_LAST_NAMES = "surname|surnames|last name|last names|family name|family names"

# Ranks of telephone columns.
MOBILE, SOME_MOBILE, TELEPHONE, SOME_TELEPHONE = range(4)

_LONGEST_HEADING = 100  # characters
# Not "user" and "contact": a user name is no name, and a contact's name is somebody else's.
_WHOSE = frozenset({
    "applicant", "applicants", "candidate", "candidates", "colleague", "colleagues", "current",
    "doctor", "doctors", "employee", "employees", "main", "member", "members", "my", "new", "nurse", "nurses",
    "person", "persons", "primary", "staff", "starter", "starters", "student", "students", "their",
    "trainee", "trainees", "worker", "workers", "your",
})  # fmt: skip
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
# What brackets say about how to fill in a column, and not about what it holds.
_ASIDE = re.compile(
    r"(?:(?:optional|required|mandatory|compulsory|essential|text|uk|if (?:known|applicable|available|any)"
    r"|(?:for example|e ?g|example|like|format|max|must|no|not|only|as|leave|enter) .*"
    r"|in full|d+ ?m+ ?y+|yyyy ?mm ?dd|day month year|s|es|\d+ (?:digits|numbers|characters))"
    r"(?: |$))+"
)
_MONTH_FIRST = re.compile(r"mm? ?dd? ?yy(?:yy)?|us(?:a| format)?|american|month day year")


def _names() -> Mapping[str, Known]:
    """Every heading's key. Written as choices to combine: "work|home", "email|mail" are four."""
    names: dict[str, Known] = {}

    def add(target: Field | Whole, rank: int, *choices: str) -> None:
        for spelling in product(*(choice.split("|") for choice in choices)):
            names.setdefault("".join(spelling).replace(" ", ""), Known(target, rank))

    _add_names_of_people(add)
    _add_contacts(add)
    add(
        Field.DATE_OF_BIRTH,
        0,
        "date of birth|dob|birth date|birthday|birth day|date birth|date born|d of b|bdate",
    )
    add(Field.DATE_OF_BIRTH, 0, "date of birth dob|dob date of birth|birth dt|dt of birth")
    add(Field.ORIEL_PIN, 0, "oriel", "|applicant|candidate|user", "pin|pin number|pin no|pin code")
    add(
        Field.ORIEL_PIN,
        1,
        "oriel",
        "|applicant|candidate|user",
        "id|number|no|code|ref|reference|reference number",
    )
    add(Field.ORIEL_PIN, 1, "oriel")
    add(Field.ESR_ASSIGNMENT_NUMBER, 0, "|esr", "assignment|assign|asg", "number|numbers|no|num|nr|id")
    add(Field.ESR_ASSIGNMENT_NUMBER, 1, "esr", "|number|no|num|nr|id|ref|assignment")
    return names


def _add_names_of_people(add: Callable[..., None]) -> None:
    add(Field.FIRST_NAME, 0, "first|fore|given|christian", "name|names|name 1|name s")
    add(Field.FIRST_NAME, 0, "first|given|fname|1st name|first forename")
    add(Field.FIRST_NAME, 1, "legal|official|passport", _FIRST_NAMES)
    add(Field.LAST_NAME, 0, "last|family|second|sur", "name|names")
    add(Field.LAST_NAME, 0, "last|family|lname|sname|surname or family name")
    # "Last name / Surname"
    add(Field.LAST_NAME, 0, _LAST_NAMES, _LAST_NAMES)
    add(Field.FIRST_NAME, 0, _FIRST_NAMES, _FIRST_NAMES)
    add(Field.LAST_NAME, 1, "legal|official|passport", _LAST_NAMES)
    add(Whole.FULL_NAME, 0, _LAST_NAMES, "|and|comma|then", _FIRST_NAMES)
    add(
        Whole.FULL_NAME,
        1,
        "full name|full names|full legal name|whole name|complete name|name in full|surname first",
    )
    add(Whole.FULL_NAME, 1, _FIRST_NAMES, "|and", _LAST_NAMES)
    add(Whole.NAME, 0, "name|names|employee|staff member|person|trainee")


def _add_contacts(add: Callable[..., None]) -> None:
    mails = "email|emails|email address|email addresses|email addr|email id|mail|mail address|electronic mail"
    owners = (
        "work|nhs|nhs net|nhs mail|trust|business|office|official|organisation|company|personal|home|private"
    )
    add(Field.EMAIL, 0, "|preferred|contact|internet|smtp", mails, "|1")
    add(Field.EMAIL, 1, owners, mails)
    add(Field.EMAIL, 1, mails, owners)

    numbers = "|number|numbers|no|nos|num|nr|1"
    mobiles = "mobile|mobile phone|mobile telephone|mobile tel|mob|mob phone|mob tel|cell|cell phone|cellular"
    phones = "telephone|phone|tel|contact phone|contact telephone|contact tel|contact"
    kinds = "work|nhs|trust|business|office|personal|home|private|own"
    add(Field.PHONE, MOBILE, "|uk|preferred|contact", mobiles, numbers)
    add(Field.PHONE, MOBILE, "telephone|phone|tel|contact", "|number|no", "mobile|mob|cell")
    add(Field.PHONE, SOME_MOBILE, kinds, mobiles, numbers)
    add(Field.PHONE, SOME_MOBILE, mobiles, numbers, kinds)
    add(Field.PHONE, TELEPHONE, "|daytime|day|preferred", "telephone|phone|tel")
    add(Field.PHONE, TELEPHONE, "|preferred|daytime|day", phones, "number|numbers|no|nos|num|nr|1")
    add(Field.PHONE, TELEPHONE, "mobile or phone|mobile or telephone|phone or mobile|telephone or mobile")
    add(Field.PHONE, SOME_TELEPHONE, kinds, "telephone|phone|tel", numbers)
    add(Field.PHONE, SOME_TELEPHONE, "telephone|phone|tel", "|number|no", kinds)


_NAMES = _names()


def key_of(heading: str) -> str:
    """A heading without case, spaces, underscores and punctuation."""
    return _NOT_ALPHANUMERIC.sub("", plain(heading).casefold())


@lru_cache(maxsize=4_096)
def known(heading: str) -> Known | None:
    """What a heading stands for: in any case, with or without spaces, underscores, asterisks and asides
    such as "(optional)" or "(dd/mm/yyyy)"; None if it is none of ours."""
    if not heading or len(heading) > _LONGEST_HEADING:
        return None
    text = plain(heading).casefold().replace("'", "").replace("’", "").replace("`", "")
    whole = _meaning(text)
    if whole:
        return whole
    asides = [_spaced(aside) for aside in _BRACKETS.findall(text)]
    rest = _BRACKETS.sub(" ", text)
    if not asides:
        # "Date of birth dd/mm/yyyy", "Email address - required"
        found = re.search(
            r"(?:\bd{1,2}\W?m{1,2}\W?y{2,4}|[-–—:,]? *(?:optional|required|mandatory))\W*$", text
        )
        return _meaning(text[: found.start()]) if found else None
    if all(_ASIDE.fullmatch(aside) for aside in asides):
        return _meaning(rest)
    meaning = _meaning(rest)
    if meaning and meaning.target is Field.DATE_OF_BIRTH and any(map(_MONTH_FIRST.fullmatch, asides)):
        return Known(Field.DATE_OF_BIRTH, meaning.rank, month_first=True)
    return None


def score(row: Sequence[str]) -> int:
    """How many different fields the cells of a row name, were they headings; 0 for a row with an email
    address in it, which is a person."""
    targets = set()
    for cell in islice(row, MOST_COLUMNS):
        if "@" in cell and " " not in cell.strip():  # not "Email address (like jo@nhs.net)"
            return 0
        if meaning := known(cell):
            targets.add(meaning.target)
    return len(targets)


def _spaced(text: str) -> str:
    return " ".join(_NOT_ALPHANUMERIC.sub(" ", text).split())


def _meaning(text: str) -> Known | None:
    words = _NOT_ALPHANUMERIC.sub(" ", text).split()
    if found := _NAMES.get("".join(words)):
        return found
    while len(words) > 1 and words[0] in _WHOSE:
        words = words[1:]
        if found := _NAMES.get("".join(words)):
            return found
    return None
