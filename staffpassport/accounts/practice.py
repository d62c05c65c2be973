"""Practice users: made-up people whose password everybody can read, and the bar against them in earnest."""

from __future__ import annotations

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from staffpassport.accounts import factors
from staffpassport.accounts.models import User

PASSWORD = "practice makes perfect"  # noqa: S105  # `make run` prints it
_SECRET = "PRACTICEPRACTICEPRACTICEPRACTICE"  # noqa: S105  # of made-up people alone
_PERIOD = 30


def make_ready(user: User) -> None:
    """Gives a practice user the password and the authenticator that `make run` prints."""
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    Authenticator.objects.get_or_create(
        user=user,
        type=Authenticator.Type.TOTP,
        defaults={"data": {"secret": factors.encrypt(_SECRET)}},
    )


def code_now() -> tuple[str, int]:
    """The six-digit code of all practice users, and for how many seconds it will be shown."""
    now = int(time.time())
    value = totp.hotp_value(_SECRET, now // _PERIOD)
    return totp.format_hotp_value(value), _PERIOD - now % _PERIOD


def refuse_practice_users() -> None:
    """Stops a real installation from starting on a database with practice users.

    Raises ImproperlyConfigured. Does nothing before the first migration, when there is nobody at all.
    """
    if settings.PRACTICE_MODE:
        return
    try:
        found = User.objects.filter(practice=True).exists()
    except DatabaseError:
        return
    if found:
        raise ImproperlyConfigured(
            "The database has practice users, whose password everybody knows. Use a new database "
            "(DATABASE_URL), or set PRACTICE_MODE=on."
        )
