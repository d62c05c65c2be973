"""Cookies that stay in a browser for as long as browsers keep any: by them it is known again. They open nothing."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse

LIVES = timedelta(days=400)  # browsers keep no cookie longer


def keep(response: HttpResponse, name: str, value: str) -> None:
    """Lets the browser keep a value, out of reach of scripts and of other sites."""
    response.set_cookie(
        name,
        value,
        max_age=LIVES,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
