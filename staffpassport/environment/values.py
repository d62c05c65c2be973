"""How the text of a setting becomes its value. A reader raises ValueError with the end of a sentence: "must be …"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

SHORTEST_KEY = 32
# Fewer, and it is a word typed over and over.
FEWEST_DIFFERENT_SIGNS = 10
OWN_MACHINE = ("localhost", "127.0.0.1")

_HOST = re.compile(r"\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_HOURS = re.compile(r"([0-2]\d:[0-5]\d)-([0-2]\d:[0-5]\d)", re.ASCII)
_MAIL_PORTS = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NOTIFY_KEY = re.compile(rf".+-{_ID.pattern}-{_ID.pattern}", re.IGNORECASE)
# What may stand after the name of a PostgreSQL database; libpq's own words.
_DATABASE_OPTIONS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "target_session_attrs", "connect_timeout")


def switch(text: str) -> bool:
    """`on` or `off`."""
    if text.lower() not in ("on", "off"):
        raise ValueError("must be on or off")
    return text.lower() == "on"


def number(least: int, most: int) -> Callable[[str], int]:
    """A whole number in digits, of these bounds."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return read


def hours_of_a_day(text: str) -> tuple[int, int]:
    """`08:00-20:00`, in minutes after the day's beginning; `00:00-24:00` is always."""
    found = _HOURS.fullmatch(text.replace(" ", ""))
    first, last = (
        (int(h) * 60 + int(m) for h, m in (found[1].split(":"), found[2].split(":"))) if found else (0, 0)
    )
    if not first < last <= 24 * 60:
        raise ValueError("must be two times of one day, the earlier first, such as 08:00-20:00")
    return first, last


def base_url(text: str) -> str:
    """`https://host` or `http://host:port`, no path; a slash at the end is taken off."""
    sentence = "must be an address such as https://passport.example.nhs.uk, without a path"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:  # a port that is none, brackets that do not match
        raise ValueError(sentence) from None
    beside = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in ("http", "https") or not host or beside or any(c.isspace() for c in text):
        raise ValueError(sentence)
    return f"{parts.scheme}://{parts.netloc}" if port else f"{parts.scheme}://{parts.netloc.rstrip(':')}"


def database_url(text: str) -> dict[str, Any]:
    """`sqlite:///relative/file`, `sqlite:////absolute/file` or `postgresql://user:password@host:port/name`.

    A PostgreSQL database may be followed by options of libpq: `?sslmode=verify-full&sslrootcert=/etc/ca.pem`.
    """
    # Never with a part of the value: it may be a part of the password.
    sentence = (
        "must be sqlite:///file or postgresql://user:password@host:port/name, with signs such as / as %2F"
    )
    try:
        parts = urlsplit(text)
        port = parts.port
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        raise ValueError(sentence) from None
    name = unquote(parts.path[1:])
    if parts.scheme == "sqlite" and name and not (parts.netloc or parts.query or parts.fragment):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name}
    if parts.scheme not in ("postgres", "postgresql") or not name or "/" in name or parts.fragment:
        raise ValueError(sentence)
    if unknown := set(options) - set(_DATABASE_OPTIONS):
        raise ValueError(
            f"has an option that is not known ({', '.join(sorted(unknown))}); "
            f"there are {', '.join(_DATABASE_OPTIONS)}"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": options,
    }


def keys(text: str) -> list[str]:
    """Keys separated by commas, the newest first; each at least 32 characters."""
    found = [key.strip() for key in text.split(",") if key.strip()]
    if not found or any(len(key) < SHORTEST_KEY for key in found):
        raise ValueError(f"must hold keys of at least {SHORTEST_KEY} characters, separated by commas")
    if any(len(set(key)) < FEWEST_DIFFERENT_SIGNS for key in found):
        raise ValueError("holds a key that is easy to guess")
    return found


def optional(read: Callable[[str], Any], unset: Any) -> Callable[[str], Any]:
    """Read as by `read`; nothing at all means `unset`."""
    return lambda text: read(text) if text.strip() else unset


def notify_key(text: str) -> str:
    """An API key of GOV.UK Notify: a name, the id of the service and a secret, as its page shows it once."""
    if not _NOTIFY_KEY.fullmatch(text.strip()):
        # Never with a part of the value.
        raise ValueError(
            "must be a key as GOV.UK Notify shows it: a name, a dash, and two ids with a dash between"
        )
    return text.strip()


def identifier(text: str) -> str:
    """An id such as f33517ff-2a88-4f6e-b855-c550268ce08a."""
    if not _ID.fullmatch(text.strip().lower()):
        raise ValueError("must be an id such as f33517ff-2a88-4f6e-b855-c550268ce08a")
    return text.strip().lower()


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where e-mail is handed over: `security` is smtps, smtp+starttls or smtp; without a user nobody logs in."""

    security: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)


def mail_server(text: str) -> MailServer:
    """`smtps://user:password@host:465`, `smtp+starttls://user:password@host:587`, or `smtp://localhost:25`.

    Without TLS only on this machine: what goes out are staff details.
    """
    # Never with a part of the value: it may be a part of the password.
    sentence = (
        "must be smtps://user:password@host:465 or smtp+starttls://user:password@host:587, "
        "with signs such as / as %2F"
    )
    try:
        parts = urlsplit(text.strip())
        port = parts.port or _MAIL_PORTS.get(parts.scheme)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
    except ValueError:
        raise ValueError(sentence) from None
    host = (parts.hostname or "").lower()
    beside = parts.path.strip("/") or parts.query or parts.fragment or bool(user) != bool(password)
    if port is None or not _HOST.fullmatch(host) or host.startswith(".") or beside:
        raise ValueError(sentence)
    if not f"{user}{password}".isascii():
        raise ValueError("must have a user and a password of plain ASCII signs: mail servers know no others")
    if parts.scheme == "smtp" and host not in OWN_MACHINE:
        raise ValueError(
            "must begin with smtps:// or smtp+starttls://, or staff details would cross the network unprotected"
        )
    return MailServer(parts.scheme, host, port, user, password)


def mailbox(text: str) -> str:
    """An e-mail address, or `Name <address>`."""
    name, address = parseaddr(text.strip())
    try:
        validate_email(address)
    except ValidationError:
        address = ""
    if not address or not text.strip().isprintable():
        raise ValueError(
            "must be an email address, like passport@example.nhs.uk or Staff Passport <passport@example.nhs.uk>"
        )
    return f"{name} <{address}>" if name else address


def one_of(*allowed: str) -> Callable[[str], str]:
    """One of the words listed."""

    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"must be one of: {', '.join(allowed)}")
        return text

    return read


def host_names(text: str) -> list[str]:
    """Host names separated by commas; `.example.nhs.uk` means all of its subdomains."""
    found = [word.strip().lower() for word in text.split(",") if word.strip()]
    if not all(_HOST.fullmatch(host) for host in found):
        raise ValueError(
            "must be host names such as passport.example.nhs.uk, separated by commas, "
            "without https://, a port or *"
        )
    return found


def words(text: str) -> str:
    """Words on one line."""
    if not text.strip() or not text.isprintable():
        raise ValueError("must be words on one line")
    return text.strip()


def email(text: str) -> str:
    """An e-mail address."""
    try:
        validate_email(text.strip())
    except ValidationError:
        raise ValueError("must be an email address, like name@example.com") from None
    return text.strip()
