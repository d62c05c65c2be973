"""Whose password counts."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.http import HttpRequest

from staffpassport.accounts.models import User


class PortalBackend(AuthenticationBackend):
    """E-mail address and password of people who may log in. Asked again on every request of a session."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        user: User | None = super().authenticate(request, **credentials)
        if user is None:
            # allauth remembers a disabled user whose password was right, to say so. Here the answer is that to a
            # wrong password: nobody is to learn whether a password was right.
            self.unstash_authenticated_user()
        return user

    def user_can_authenticate(self, user: User) -> bool:
        """Not the disabled; and practice users, whose password everybody knows, in practice mode only."""
        if user.practice and not settings.PRACTICE_MODE:
            return False
        return bool(super().user_can_authenticate(user))
