"""E-mail addresses: checked for form only, never looked up."""

import re
import unicodedata

from email_validator import SPECIAL_USE_DOMAIN_NAMES, ValidatedEmail, validate_email

from . import sentences
from .mistakes import Mistake
from .tidying import tidy

LONGEST_EMAIL = 254  # characters: RFC 3696, erratum 1690
LONGEST_LOCAL_PART = 64  # characters: RFC 5321, 4.5.3.1.1

# Endings that no mail server outside can reach (IANA's special-use domain names). A list exported from
# a trust's directory often has log-in names such as jbloggs@trust.local in place of addresses: an
# invitation would be lost, so it is refused with a sentence of its own. `.test` is taken, as are
# example.com and `.example`: practice data lives there, and a mistaken one is harmless. Every other
# ending is taken: nhs.net, nhs.uk, hscni.net, cjsm.net and whatever comes.
NOT_PUBLIC = frozenset(SPECIAL_USE_DOMAIN_NAMES) - {"test"}

# Plainly an address, for which email-validator gives the same answer at forty times the cost. Kept to
# what needs no second thought: no "--" in the domain (it may be IDNA), no ending that is not public;
# and 64 characters in all, so that no part can be too long.
_LONGEST_PLAIN = 64
_PLAIN = re.compile(
    r"[A-Za-z0-9_+][A-Za-z0-9_+'-]*+(?:\.[A-Za-z0-9_+'-]++)*+"
    r"@(?:[A-Za-z0-9]++[.-])++(?<=\.)"
    rf"(?!(?i:{'|'.join(sorted(NOT_PUBLIC))})\Z)[A-Za-z]{{2,63}}"
)

# A final part of two letters or more, or in IDNA: the last part of every domain there is, and what
# GOV.UK Notify takes.
_ENDING = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]*[a-z0-9]", re.ASCII)
# What word processors and East Asian keyboards make of ' - and @.
_LOOKALIKES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "‐": "-", "‑": "-", "＠": "@", "﹫": "@"})
_IN_ANGLE_BRACKETS = re.compile(r"([^<>]*)<([^<>]*)>")
_MAILTO = "mailto:"
_BETWEEN_ADDRESSES = re.compile(r"[\s;,/|<>&]")


def email_address(text: str) -> str:
    """An e-mail address: the part before the @ as typed, the domain in lower case (its letters, not
    IDNA's code).

    Taken off where nothing is in doubt: ``mailto:``, Outlook's ``Name <address>``, quotation marks
    around it, a spreadsheet's leading apostrophe, semicolons, commas and a full stop at the end. Curly
    apostrophes become straight ones. Only ASCII before the @: no mail system of the NHS, nor GOV.UK
    Notify, sends to others. Raises Mistake."""
    if len(text) <= _LONGEST_PLAIN and _PLAIN.fullmatch(text):
        if text.islower():
            return text
        local, _, domain = text.partition("@")
        return f"{local}@{domain.lower()}"
    return _read(text)


def email_key(address: str) -> str:
    """What two spellings of one address have in common, by which duplicates are found: trimmed,
    case-folded, the domain in IDNA's ASCII form. Dots and +tags stay: they tell people apart on most
    mail systems. Never raises."""
    if address.isascii() and address.isprintable():
        return address.strip().lower()
    local, at, domain = tidy(address).rpartition("@")
    try:
        domain = _validated(f"key@{domain}").ascii_domain
    except ValueError:
        domain = _caseless(domain)
    return _caseless(local) + at + domain


def _read(text: str) -> str:
    typed = _unwrapped(tidy(text).translate(_LOOKALIKES))
    _refuse_the_usual_slips(typed)
    local, _, domain = typed.rpartition("@")
    if "." not in domain:
        raise Mistake(sentences.EMAIL_WITHOUT_ENDING if domain and local else sentences.EMAIL_FORMAT)
    ending = domain.rpartition(".")[2].lower()
    if ending in NOT_PUBLIC:
        raise Mistake(sentences.EMAIL_NOT_PUBLIC, facts={"ending": ending})
    try:
        validated = _validated(typed)
    except ValueError:  # the library's own errors, and UnicodeError from below it
        raise Mistake(sentences.EMAIL_FORMAT) from None
    ascii_ending = validated.ascii_domain.rpartition(".")[2]
    if not _ENDING.fullmatch(ascii_ending) or "." not in validated.ascii_domain:
        raise Mistake(sentences.EMAIL_FORMAT)
    # The library writes Info@ and other shared mailboxes in lower case; ours stays as typed.
    return f"{local}@{validated.domain}"


def _refuse_the_usual_slips(typed: str) -> None:
    if not typed:
        raise Mistake(sentences.EMAIL_MISSING)
    if "@" not in typed:
        raise Mistake(sentences.EMAIL_WITHOUT_AT)
    if typed.count("@") > 1:
        several = _BETWEEN_ADDRESSES.search(typed)
        raise Mistake(sentences.EMAIL_SEVERAL if several else sentences.EMAIL_WITH_TWO_ATS)
    if " " in typed:
        raise Mistake(sentences.EMAIL_WITH_SPACES)
    if "," in typed:
        raise Mistake(sentences.EMAIL_WITH_COMMA)
    if len(typed) > LONGEST_EMAIL:
        raise Mistake(sentences.EMAIL_TOO_LONG)
    local = typed.partition("@")[0]
    if not local.isascii():
        raise Mistake(sentences.EMAIL_WITH_ACCENTS)
    if len(local) > LONGEST_LOCAL_PART:
        raise Mistake(sentences.EMAIL_NAME_TOO_LONG)


def _unwrapped(typed: str) -> str:
    typed = _bare(typed)
    if match := _IN_ANGLE_BRACKETS.fullmatch(typed + ">" * (typed.count("<") - typed.count(">"))):
        outside, inside = _bare(match[1]), _bare(_without_mailto(_bare(match[2])))
        # Two different addresses are left for the rule that refuses them.
        if "@" not in outside or outside.casefold() == inside.casefold():
            typed = inside
    return _bare(_without_mailto(typed))


def _bare(typed: str) -> str:
    return typed.lstrip(" ;,'\"").rstrip(" ;,.'\"")


def _without_mailto(typed: str) -> str:
    if typed[: len(_MAILTO)].lower() != _MAILTO:
        return typed
    return typed[len(_MAILTO) :].partition("?")[0]  # a link may carry "?subject=…"


def _validated(address: str) -> ValidatedEmail:
    # test_environment: takes `.test`; see NOT_PUBLIC. strict: refuses more than 64 characters before the @.
    return validate_email(
        address, check_deliverability=False, test_environment=True, allow_smtputf8=False, strict=True
    )


def _caseless(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())
