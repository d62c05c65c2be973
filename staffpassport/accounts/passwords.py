"""What a password has to be, by NIST SP 800-63B-4 (3.1.1.2): long, whatever it is made of, and not one to be guessed.

There are no rules on capitals, digits or signs, and nothing expires. Refused is what is short, what many people use,
and what somebody would try first who knows the person, the trust or this service.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any, cast

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy

from staffpassport.accounts import holders
from staffpassport.accounts.models import User, normalised
from staffpassport.organisations.models import Organisation
from staffpassport.roster.folding import fold
from staffpassport.ui.later import later as _

SHORTEST, LONGEST = 12, 128
TOO_SHORT = cast(str, format_lazy(_("Password must have at least {number} characters"), number=SHORTEST))
TOO_LONG = cast(str, format_lazy(_("Password must have {number} characters or fewer"), number=LONGEST))
TOO_COMMON = _("Password is one that many people use, or nearly, so choose another")
LIKE_YOU = _("Password must not be like your name or your email address")
LIKE_HERE = _(
    "Password must have more in it than words like NHS, the name of your trust, or a month and a year"
)

# So much there must be, without spaces and plain punctuation, besides the words that are tried first.
_OWN_SIGNS = 6
_SHORTEST_WORD = 3
_SERVICE = (
    "nhs",
    "digital",
    "staff",
    "passport",
    "portal",
    "trust",
    "hospital",
    "password",
    "login",
    "welcome",
)
_SEASONS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december", "spring", "summer", "autumn", "winter", "christmas", "monday", "friday"),
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_LOOK_ALIKES = str.maketrans("01345789@$!|+", "oleastbgasilt")
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890123456789")
_RUNS = (*_ROWS, *(row[::-1] for row in _ROWS))


class PasswordRules:
    """Django's validator of these rules (AUTH_PASSWORD_VALIDATORS). Says one thing at a time."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError with the sentence of `problem`."""
        sentence = problem(password, user)
        if sentence:
            raise ValidationError(sentence, code="password_refused")

    def get_help_text(self) -> str:
        return f"{SHORTEST} characters or more. Three random words make a password that is hard to guess."


def problem(password: str, user: User | None = None, trusts: Iterable[Organisation] = ()) -> str | None:
    """Why this may not be the person's password; None where it may. `user` may be one that is not saved yet; `trusts`
    are those that the person belongs to, besides the ones known here.
    """
    plain = normalised(password)
    if len(plain) < SHORTEST:
        return str(TOO_SHORT)
    if len(plain) > LONGEST:
        return str(TOO_LONG)
    if _is_common(plain):
        return str(TOO_COMMON)
    own = _words(_names_of(user))
    if _is_made_of(plain, own):
        return str(LIKE_YOU)
    known = own | _words(_names_of_trusts(user, trusts)) | {*_SERVICE, *_SEASONS}
    return str(LIKE_HERE) if _is_made_of(plain, known) else None


def _is_common(password: str) -> bool:
    """One that many use, also with signs around it, twice in a row, or with digits that look like its letters; or
    nothing but keys that lie beside each other.
    """
    folded = fold(password)
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    ways = {way for signs in (folded, core) for way in (signs, signs.translate(_LOOK_ALIKES))}
    ways |= {_once(way) for way in ways}
    return (
        any(len(way) > _SHORTEST_WORD and way in _common() for way in ways)
        or len(set(folded)) <= _SHORTEST_WORD
        or _is_run(folded)
    )


def _once(folded: str) -> str:
    """Without signs, and what is said again and again once."""
    plain = re.sub(r"[\W_]", "", folded)
    again = re.fullmatch(r"(.+?)\1+", plain)
    return again[1] if again else plain


def _is_run(folded: str) -> bool:
    parts = re.findall(r"[^\W\d_]+|[0-9]+", folded)
    short = sum(len(part) for part in parts if len(part) < _SHORTEST_WORD)
    long = [part for part in parts if len(part) >= _SHORTEST_WORD]
    return bool(long) and short < _OWN_SIGNS and all(any(part in run for run in _RUNS) for part in long)


def _is_made_of(password: str, words: Collection[str]) -> bool:
    """Whether there is little besides these words and a year, also where digits stand for letters."""
    folded = fold(password)
    return any(_is_little(way, words) for way in (folded, folded.translate(_LOOK_ALIKES)))


def _is_little(folded: str, words: Collection[str]) -> bool:
    left = folded
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, " ")
    return left != folded and len(re.sub(r"[ -/:-@\[-`{-~]", "", _YEAR.sub("", left))) < _OWN_SIGNS


def _names_of(user: User | None) -> Iterator[str]:
    if user is not None:
        yield user.name
        yield user.email


def _names_of_trusts(user: User | None, trusts: Iterable[Organisation]) -> Iterator[str]:
    known = list(trusts)
    if user is not None:
        known += Organisation.objects.filter(pk__in=user.memberships.values("organisation"))
        contact = holders.contact_of(user)
        known += [contact.organisation] if contact else []
    for trust in known:
        yield trust.name
        yield trust.descriptor
        yield trust.ods_code


def _words(texts: Iterable[str]) -> set[str]:
    """The words of names and addresses that are long enough to tell anything; an address ends everywhere alike."""
    found = {word for text in texts for word in re.findall(r"[^\W\d_]+|[^\W_]+", fold(text))}
    return {word for word in found if len(word) >= _SHORTEST_WORD} - {"com", "net", "org"}


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """The 20,000 most used passwords, as Django brings them."""
    common: Any = CommonPasswordValidator()
    return frozenset(common.passwords)
