"""What is well formed, and yet must not start: half of a provider, and what is good enough for made-up people only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from staffpassport.environment.values import OWN_MACHINE
from staffpassport.environment.variables import DEVELOPMENT_KEY


def refuse_what_does_not_fit(values: Mapping[str, Any]) -> None:
    """Raises ImproperlyConfigured with one sentence for the first that does not fit the others."""
    if values["MESSAGE_PROVIDER"] == "notify":
        _refuse_half_a_notify(values)
    if values["MESSAGE_PROVIDER"] == "smtp":
        _refuse_half_a_mail_server(values)
    if not values["PRACTICE_MODE"]:
        _refuse_unsafe(values)


def _refuse_half_a_notify(values: Mapping[str, Any]) -> None:
    for name in ("NOTIFY_API_KEY", "NOTIFY_EMAIL_TEMPLATE", "NOTIFY_TEXT_TEMPLATE"):
        if not values[name]:
            raise ImproperlyConfigured(
                f"{name} is not set, which MESSAGE_PROVIDER=notify needs. See docs/running-it.md."
            )
    served_at = urlsplit(values["NOTIFY_BASE_URL"])
    if served_at.hostname in OWN_MACHINE:
        return
    if values["PRACTICE_MODE"]:
        raise ImproperlyConfigured(
            "MESSAGE_PROVIDER is notify, which writes to real people, and PRACTICE_MODE is on. Choose one of the two."
        )
    if served_at.scheme != "https":
        raise ImproperlyConfigured(
            "NOTIFY_BASE_URL must begin with https://, or staff details would cross the network unprotected."
        )


def _refuse_half_a_mail_server(values: Mapping[str, Any]) -> None:
    for name in ("SMTP_URL", "SMTP_FROM"):
        if not values[name]:
            raise ImproperlyConfigured(
                f"{name} is not set, which MESSAGE_PROVIDER=smtp needs. See docs/running-it.md."
            )
    if values["PRACTICE_MODE"] and values["SMTP_URL"].host not in OWN_MACHINE:
        raise ImproperlyConfigured(
            "MESSAGE_PROVIDER is smtp, which writes to real people, and PRACTICE_MODE is on. Choose one of the two."
        )


def _refuse_unsafe(values: Mapping[str, Any]) -> None:
    """What is good enough for made-up people only."""
    held_by: dict[str, str] = {}
    for name in (
        "SECRET_KEY",
        "LINK_KEYS",
        "FACTOR_KEYS",
        "UPLOAD_KEYS",
        "AUDIT_KEYS",
        "NOTIFY_CALLBACK_TOKENS",
        "METRICS_TOKENS",
    ):
        for key in values[name]:
            if key.startswith(DEVELOPMENT_KEY):
                raise ImproperlyConfigured(
                    f"{name} holds a development key, which everybody knows. "
                    "Make one of your own: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
                )
            if held_by.setdefault(key, name) != name:
                raise ImproperlyConfigured(
                    f"{name} holds the same key as {held_by[key]}. Make one of its own for each, "
                    "so that one can be changed without the other."
                )
    if values["MESSAGE_PROVIDER"] == "practice":
        raise ImproperlyConfigured(
            "MESSAGE_PROVIDER is practice, which delivers to nobody. Choose another, or set PRACTICE_MODE=on."
        )
    served_at = urlsplit(values["BASE_URL"])
    if served_at.scheme != "https" and served_at.hostname not in OWN_MACHINE:
        raise ImproperlyConfigured(
            "BASE_URL must begin with https://, or passwords and staff details would cross the network unprotected."
        )
    if values["DATABASE_URL"]["NAME"] == ":memory:":
        raise ImproperlyConfigured(
            "DATABASE_URL names a database in memory, which is forgotten when the portal ends."
        )
