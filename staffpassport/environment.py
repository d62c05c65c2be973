"""Every setting that comes from the environment: its name, its meaning, its default and how it is read.

A bad value, a missing one or a misspelt name stops the start with one sentence. `docs/running-it.md` lists the
same names; a test holds the two together.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

# Known to everybody who reads this file, so good for practice mode and for nothing else.
DEVELOPMENT_KEY = "development-only-key-not-for-real-people-"
SHORTEST_KEY = 32


def switch(text: str) -> bool:
    """`on` or `off`."""
    if text.lower() not in ("on", "off"):
        raise ValueError("must be on or off")
    return text.lower() == "on"


def whole_number(text: str) -> int:
    """A number of zero or more, in digits."""
    if not text.isdecimal():
        raise ValueError("must be a whole number")
    return int(text)


def base_url(text: str) -> str:
    """`https://host` or `http://host:port`, no path; a slash at the end is taken off."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("must be an address such as https://passport.example.nhs.uk, without a path")
    return f"{parts.scheme}://{parts.netloc}"


def database_url(text: str) -> dict[str, Any]:
    """`sqlite:///relative/file`, `sqlite:////absolute/file` or `postgresql://user:password@host:port/name`."""
    from urllib.parse import unquote

    parts = urlsplit(text)
    if parts.scheme == "sqlite" and len(parts.path) > 1:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": unquote(parts.path[1:])}
    if parts.scheme in ("postgres", "postgresql") and parts.path.strip("/"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
        }
    raise ValueError("must be sqlite:///file or postgresql://user:password@host/name")


def keys(text: str) -> list[str]:
    """Keys separated by commas, the newest first; each at least 32 characters."""
    found = [key.strip() for key in text.split(",") if key.strip()]
    if not found or any(len(key) < SHORTEST_KEY for key in found):
        raise ValueError(f"must hold keys of at least {SHORTEST_KEY} characters, separated by commas")
    return found


def one_of(*allowed: str) -> Callable[[str], str]:
    """One of the words listed."""

    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"must be one of: {', '.join(allowed)}")
        return text

    return read


def words(text: str) -> list[str]:
    """Words separated by commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


@dataclass(frozen=True, slots=True)
class Variable:
    """One setting. `default` None means that a real installation has to set it."""

    name: str
    meaning: str
    read: Callable[[str], Any]
    default: str | None
    practice_default: str | None = None


VARIABLES = (
    Variable(
        "PRACTICE_MODE",
        "on: practice data, practice users and a provider that sends nothing to the outside world",
        switch,
        "off",
    ),
    Variable(
        "SECRET_KEY",
        "signs sessions and forms; changing it logs everybody out and breaks no link",
        keys,
        None,
        DEVELOPMENT_KEY + "session",
    ),
    Variable(
        "LINK_KEYS",
        "sign the links in invitations; newest first, keep old ones for the lifetime of invitations",
        keys,
        None,
        DEVELOPMENT_KEY + "links",
    ),
    Variable(
        "FACTOR_KEYS",
        "encrypt the secrets of second factors; newest first, keep old ones",
        keys,
        None,
        DEVELOPMENT_KEY + "factors",
    ),
    Variable(
        "DATABASE_URL",
        "sqlite:///file or postgresql://user:password@host:port/name",
        database_url,
        None,
        "sqlite:///var/practice.sqlite3",
    ),
    Variable(
        "BASE_URL",
        "where people reach the portal; links in messages begin with it",
        base_url,
        None,
        "http://localhost:8000",
    ),
    Variable(
        "ALLOWED_HOSTS",
        "further host names that the portal answers to, separated by commas",
        words,
        "",
    ),
    Variable(
        "TRUSTED_PROXIES",
        "how many proxies of yours stand before the portal; with 0 no forwarded address is believed",
        whole_number,
        "0",
    ),
    Variable(
        "MESSAGE_PROVIDER",
        "who delivers e-mails and texts: practice, or none (messages wait in the queue)",
        one_of("practice", "none"),
        "none",
        "practice",
    ),
    Variable(
        "SENDING_THREADS",
        "how many messages one worker hands over at the same time",
        whole_number,
        "16",
    ),
    Variable(
        "MESSAGES_A_MINUTE",
        "how many messages the provider takes in any 60 seconds, over all workers",
        whole_number,
        "3000",
    ),
    Variable(
        "NHS_LOGO",
        "on: shows the NHS logo, a protected mark, for those who may use it",
        switch,
        "off",
    ),
    Variable(
        "OPERATOR_NAME",
        "who runs this installation, named on the pages of the footer",
        str,
        None,
        "The practice team",
    ),
    Variable(
        "OPERATOR_EMAIL",
        "where users of the portal can reach those who run it",
        str,
        None,
        "portal-team@example.com",
    ),
    Variable(
        "LOG_FORMAT",
        "json for machines, or console for people",
        one_of("json", "console"),
        "json",
        "console",
    ),
)

_SIMILAR = 0.88
_SHORTEST_NAME_COMPARED = 8


def read_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """All settings by name, read and checked.

    Raises ImproperlyConfigured with one sentence for the first that is missing, bad, misspelt or unsafe.
    """
    _refuse_misspelt(environ)
    practice = _read(VARIABLES[0], environ, practice=False)
    values = {variable.name: _read(variable, environ, practice=practice) for variable in VARIABLES}
    if not practice:
        _refuse_practice_in_earnest(values)
    return values


def _read(variable: Variable, environ: Mapping[str, str], *, practice: bool) -> Any:
    default = variable.default
    if practice and variable.practice_default is not None:
        default = variable.practice_default
    text = environ.get(variable.name, default)
    if text is None:
        raise ImproperlyConfigured(
            f"{variable.name} is not set ({variable.meaning}). See docs/running-it.md, "
            "or set PRACTICE_MODE=on to try the portal with made-up people."
        )
    try:
        return variable.read(text)
    except ValueError as problem:
        raise ImproperlyConfigured(f"{variable.name} {problem}. See docs/running-it.md.") from None


def _refuse_misspelt(environ: Mapping[str, str]) -> None:
    known = [variable.name for variable in VARIABLES]
    for name in environ:
        if name in known or len(name) < _SHORTEST_NAME_COMPARED:
            continue
        meant = difflib.get_close_matches(name, known, n=1, cutoff=_SIMILAR)
        if meant:
            raise ImproperlyConfigured(f"{name} is not a setting. Did you mean {meant[0]}?")


def _refuse_practice_in_earnest(values: Mapping[str, Any]) -> None:
    for name in ("SECRET_KEY", "LINK_KEYS", "FACTOR_KEYS"):
        if any(key.startswith(DEVELOPMENT_KEY) for key in values[name]):
            raise ImproperlyConfigured(
                f"{name} holds a development key, which everybody knows. "
                "Make one of your own: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
    if values["MESSAGE_PROVIDER"] == "practice":
        raise ImproperlyConfigured(
            "MESSAGE_PROVIDER is practice, which delivers to nobody. Choose another, or set PRACTICE_MODE=on."
        )
