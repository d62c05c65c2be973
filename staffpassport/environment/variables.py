"""The settings there are: name, meaning, default and how each is read. `docs/running-it.md` lists the same names, and a
test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from staffpassport.environment.values import (
    base_url,
    database_url,
    email,
    host_names,
    hours_of_a_day,
    identifier,
    keys,
    mail_server,
    mailbox,
    notify_key,
    number,
    one_of,
    optional,
    switch,
    words,
)

# Known to everybody who reads this file, so good for practice mode and for nothing else.
DEVELOPMENT_KEY = "development-only-key-not-for-real-people-"


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
