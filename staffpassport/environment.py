"""Every setting that comes from the environment: its name, its meaning, its default and how it is read.

A bad value, a missing one or a misspelt name stops the start with one sentence. `docs/running-it.md` lists the
same names; a test holds the two together.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

# Known to everybody who reads this file, so good for practice mode and for nothing else.
DEVELOPMENT_KEY = "development-only-key-not-for-real-people-"
SHORTEST_KEY = 32


# Fewer, and it is a word typed over and over.
FEWEST_DIFFERENT_SIGNS = 10
_HOST = re.compile(r"\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_HOURS = re.compile(r"([0-2]\d:[0-5]\d)-([0-2]\d:[0-5]\d)", re.ASCII)
_OWN_MACHINE = ("localhost", "127.0.0.1")
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
    if parts.scheme == "smtp" and host not in _OWN_MACHINE:
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
        "UPLOAD_KEYS",
        "encrypt uploaded files while they wait, a day at most; newest first, keep old ones for a day",
        keys,
        None,
        DEVELOPMENT_KEY + "uploads",
    ),
    Variable(
        "AUDIT_KEYS",
        "seal the audit trail; newest first, keep old ones for good: without them it cannot be verified",
        keys,
        None,
        DEVELOPMENT_KEY + "audit",
    ),
    Variable(
        "AUDIT_HEADS_FILE",
        "the file outside the database to which a worker notes where the audit trail ends",
        words,
        None,
        "var/audit-heads.jsonl",
    ),
    Variable(
        "ERASURES_FILE",
        "the file outside the database to which a worker notes who was erased, by ids, for after a restore",
        words,
        None,
        "var/erasures.jsonl",
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
        "where people reach the portal, https:// unless it is this machine; links in messages begin with it",
        base_url,
        None,
        "http://localhost:8000",
    ),
    Variable(
        "ALLOWED_HOSTS",
        "further host names that the portal answers to, separated by commas",
        host_names,
        "",
    ),
    Variable(
        "TRUSTED_PROXIES",
        "how many proxies of yours stand before the portal; with 0 no forwarded address is believed",
        number(0, 10),
        "0",
    ),
    Variable(
        "MESSAGE_PROVIDER",
        "who delivers e-mails and texts: notify (GOV.UK Notify), smtp (a mail server; no texts), practice, or none "
        "(messages wait in the queue)",
        one_of("notify", "smtp", "practice", "none"),
        "none",
        "practice",
    ),
    Variable(
        "NOTIFY_API_KEY",
        "the key of your service at GOV.UK Notify; required with MESSAGE_PROVIDER=notify",
        optional(notify_key, ""),
        "",
    ),
    Variable(
        "NOTIFY_EMAIL_TEMPLATE",
        "the id of the e-mail template with the subject ((subject)) and the message ((body)); required with notify",
        optional(identifier, ""),
        "",
    ),
    Variable(
        "NOTIFY_TEXT_TEMPLATE",
        "the id of the text template with the message ((body)); required with notify",
        optional(identifier, ""),
        "",
    ),
    Variable(
        "NOTIFY_CALLBACK_TOKENS",
        "what GOV.UK Notify shows when it tells what became of a message; newest first. Without one it is asked",
        optional(keys, []),
        "",
    ),
    Variable(
        "NOTIFY_BASE_URL",
        "where GOV.UK Notify's API is",
        base_url,
        "https://api.notifications.service.gov.uk",
    ),
    Variable(
        "SMTP_URL",
        "the mail server: smtps://user:password@host:465 or smtp+starttls://user:password@host:587",
        optional(mail_server, None),
        "",
    ),
    Variable(
        "SMTP_FROM",
        "the address that e-mails come from; required with MESSAGE_PROVIDER=smtp",
        optional(mailbox, ""),
        "",
    ),
    Variable(
        "SENDING_THREADS",
        "how many messages one worker hands over at the same time",
        number(1, 100),
        "16",
    ),
    Variable(
        "MESSAGES_A_MINUTE",
        "how many messages the provider takes in any 60 seconds, over all workers",
        number(1, 100_000),
        "3000",
    ),
    Variable(
        "SENDING_HOURS",
        "when messages of lists and reminders go out, by the clock in London",
        hours_of_a_day,
        "08:00-20:00",
        "00:00-24:00",
    ),
    Variable(
        "LISTS_KEPT_DAYS",
        "how many days the rows of an uploaded list, and who was chosen in the list of people, are kept after the end",
        number(1, 30),
        "7",
    ),
    Variable(
        "EVENTS_KEPT_YEARS",
        "how many years the events of the audit trail are kept; 0: for good",
        number(0, 100),
        "0",
    ),
    Variable(
        "METRICS_TOKENS",
        "what a monitor shows to read /metrics; newest first. Without one there is no such page",
        optional(keys, []),
        "",
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
        words,
        None,
        "The practice team",
    ),
    Variable(
        "OPERATOR_EMAIL",
        "where users of the portal can reach those who run it",
        email,
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

_SIMILAR = 0.85
_SHORTEST_NAME_COMPARED = 8


def read_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """All settings by name, read and checked.

    Raises ImproperlyConfigured with one sentence for the first that is missing, bad, misspelt or unsafe.
    """
    _refuse_misspelt(environ)
    practice = _read(VARIABLES[0], environ, practice=False)
    values = {variable.name: _read(variable, environ, practice=practice) for variable in VARIABLES}
    if values["MESSAGE_PROVIDER"] == "notify":
        _refuse_half_a_notify(values)
    if values["MESSAGE_PROVIDER"] == "smtp":
        _refuse_half_a_mail_server(values)
    if not practice:
        _refuse_unsafe(values)
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


def _refuse_half_a_notify(values: Mapping[str, Any]) -> None:
    for name in ("NOTIFY_API_KEY", "NOTIFY_EMAIL_TEMPLATE", "NOTIFY_TEXT_TEMPLATE"):
        if not values[name]:
            raise ImproperlyConfigured(
                f"{name} is not set, which MESSAGE_PROVIDER=notify needs. See docs/running-it.md."
            )
    served_at = urlsplit(values["NOTIFY_BASE_URL"])
    if served_at.hostname in _OWN_MACHINE:
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
    if values["PRACTICE_MODE"] and values["SMTP_URL"].host not in _OWN_MACHINE:
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
    if served_at.scheme != "https" and served_at.hostname not in _OWN_MACHINE:
        raise ImproperlyConfigured(
            "BASE_URL must begin with https://, or passwords and staff details would cross the network unprotected."
        )
    if values["DATABASE_URL"]["NAME"] == ":memory:":
        raise ImproperlyConfigured(
            "DATABASE_URL names a database in memory, which is forgotten when the portal ends."
        )
