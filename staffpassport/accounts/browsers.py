"""Browsers in which somebody has logged in before: what strangers try elsewhere does not keep them out (see `limits`),
and a log-in in another one is told (see `devices`).

A signed cookie says so and no table: looking it up costs the same for an account that there is and one that there is
not. It opens nothing. Whoever chooses a password by a link has shown as much, and is known from then on too.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = f"{settings.COOKIE_PREFIX}known"
LIVES = timedelta(days=400)  # browsers keep no cookie longer
_SALT = "known browser"
_MOST_ACCOUNTS = 8  # a ward's computer has many users: the latest stay


def known_as(request: HttpRequest, email: str) -> str | None:
    """The browser's own word, where somebody has logged in here with this address (an `email_key`)."""
    kept = _read(request)
    return kept["browser"] if _digest(email) in kept["accounts"] else None


def remember(request: HttpRequest, response: HttpResponse, email: str) -> str:
    """Somebody has just logged in here with this address, or chosen its password. Returns the browser's own word."""
    kept, account = _read(request), _digest(email)
    others = [other for other in kept["accounts"] if other != account]
    kept["accounts"] = [account, *others][:_MOST_ACCOUNTS]
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=_SALT),
        max_age=LIVES,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return str(kept["browser"])


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        kept: dict[str, Any] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LIVES)
    except signing.BadSignature:
        return {"browser": secrets.token_urlsafe(12), "accounts": []}
    return kept


def _digest(email: str) -> str:
    return salted_hmac(_SALT, email, algorithm="sha256").hexdigest()[:16]
