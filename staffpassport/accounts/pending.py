"""A log-in that waits for a second factor: it counts only while the password is the one that was given for it.

Else whoever had given a password would get in by it after it was changed, or after the person had stopped it.
"""

from __future__ import annotations

from allauth.account.internal.stagekit import clear_login
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

_GIVEN = "password_given"


def begin(request: HttpRequest, user: AbstractBaseUser) -> None:
    """The user has just shown a password or a passkey; more may be asked for."""
    request.session[_GIVEN] = user.get_session_auth_hash()


def goes_on(request: HttpRequest, user: AbstractBaseUser | None) -> bool:
    """Whether the user, as they stand in the database now, has the password of then; None is one who is gone. Else the
    log-in is given up, and begins anew.
    """
    if user is not None and constant_time_compare(
        request.session.get(_GIVEN, ""), user.get_session_auth_hash()
    ):
        return True
    clear_login(request)
    end(request)
    return False


def end(request: HttpRequest) -> None:
    """The log-in is done, or given up."""
    request.session.pop(_GIVEN, None)
