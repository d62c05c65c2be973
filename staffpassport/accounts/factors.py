"""Second factors: who has one, and whether this session has proved one."""

from __future__ import annotations

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from staffpassport.accounts.models import User

_SET_UP_HERE = "second_factor_set_up_by"
_CODES_TO_KEEP = "recovery_codes_to_keep"
# A code is good for its own 30 seconds and, for clocks that are off, the 30 before and after.
_CODE_LIVES_SECONDS = 90


def _fernet() -> MultiFernet:
    from base64 import urlsafe_b64encode

    return MultiFernet(
        [
            Fernet(
                urlsafe_b64encode(salted_hmac("second factors", "", secret=key, algorithm="sha256").digest())
            )
            for key in settings.FACTOR_KEYS
        ]
    )


def encrypt(text: str) -> str:
    """A secret, as it may stand in the database; by the newest of FACTOR_KEYS."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """The secret again, by whichever of FACTOR_KEYS it was encrypted with.

    Raises cryptography.fernet.InvalidToken where none of the keys fits.
    """
    return _fernet().decrypt(text.encode()).decode()


def has_one(user: User) -> bool:
    """Whether the person has set up a factor; recovery codes alone are none."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def proved_in(request: HttpRequest) -> bool:
    """Whether the logged-in person proved a second factor in this very session."""
    user = request.user
    if not isinstance(user, User):
        return False
    if request.session.get(_SET_UP_HERE) == str(user.pk):
        return True
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))


def remember_set_up(request: HttpRequest) -> None:
    """The person has just typed a right code while setting up: that proves the factor for this session."""
    request.session[_SET_UP_HERE] = str(request.user.pk)
    request.session[_CODES_TO_KEEP] = True


def recovery_codes_to_keep(request: HttpRequest) -> list[str]:
    """The codes to show: until the person says that they are kept, and never again after."""
    user = request.user
    if not request.session.get(_CODES_TO_KEEP) or not isinstance(user, User):
        return []
    authenticator = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return RecoveryCodes(authenticator).get_unused_codes() if authenticator else []


def recovery_codes_kept(request: HttpRequest) -> None:
    """The person has kept the codes: they are not shown again."""
    request.session.pop(_CODES_TO_KEEP, None)


def use_code_once(user: User, code: str) -> bool:
    """Whether this is the first use of a code while it lives.

    allauth forgets a used code after 30 seconds, less than it lives when a clock may be off by half a minute.
    """
    digest = salted_hmac("used code", f"{user.pk}:{code}", algorithm="sha256").hexdigest()
    return bool(cache.add(f"used-code:{digest}", "used", timeout=_CODE_LIVES_SECONDS))
