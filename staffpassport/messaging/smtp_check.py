"""What is missing or wrong with the mail server, in sentences, each with how to put it right.

It says all that a message needs but the message: MAIL and RCPT, and then RSET, so nobody gets anything.
"""

from __future__ import annotations

import smtplib
import time
from collections.abc import Iterator
from email.utils import parseaddr

from django.conf import settings
from uuid_utils.compat import uuid7

from staffpassport.messaging.findings import Finding, Weight
from staffpassport.messaging.providers import smtp_answers
from staffpassport.messaging.providers.base import Accepted, NoAnswer, Outgoing, Refused, SendAnswer, TryLater
from staffpassport.messaging.providers.smtp import UNTIL_THE_DOT, SmtpProvider
from staffpassport.messaging.providers.smtp_connection import Connection, connect
from staffpassport.messaging.states import Channel, Hurdle, reason_in_words

# Nobody, at a domain that nobody can have (RFC 2606): a server that passes mail on takes it until it is told no more.
ELSEWHERE = "nobody@example.com"

_REMEDIES = {
    Hurdle.CERTIFICATE_WRONG: "Use the name that its certificate has. For a certificate of the trust's own authority, "
    "let SSL_CERT_FILE name a file with that authority's certificate.",
    Hurdle.NOT_PROTECTED: "Use smtps:// with its port for TLS (465), or leave the user out where it knows this "
    "machine.",
    Hurdle.MAIL_LOG_IN_REFUSED: "Check the user and the password in SMTP_URL, with signs such as / as %2F. Some "
    "servers need logging in by SMTP to be allowed for the account.",
    Hurdle.SENDER_REFUSED: "Let the account send as the address in SMTP_FROM, or set SMTP_FROM to the account's own.",
    Hurdle.RELAY_REFUSED: "Let the mail server pass on what comes from this machine or this account.",
}
_LATER = "Try again in some minutes. If it lasts, ask whoever runs the mail server."


def findings(email: str = "") -> Iterator[Finding]:
    """Everything that can be known, in the order in which it is best put right. A real e-mail to `email`.

    Stops where the rest would only repeat what is wrong already.
    """
    if not (settings.SMTP_URL and settings.SMTP_FROM):
        yield Finding(
            Weight.WRONG,
            "The mail server or the address to send from is not set.",
            "Set SMTP_URL and SMTP_FROM: see docs/running-it.md.",
        )
        return
    if SmtpProvider.name != settings.MESSAGE_PROVIDER:
        yield Finding(
            Weight.NOTE,
            f"MESSAGE_PROVIDER is {settings.MESSAGE_PROVIDER}: the portal does not send by this mail server.",
            "Set MESSAGE_PROVIDER=smtp for the portal and its workers.",
        )
    where = f"{settings.SMTP_URL.host}, port {settings.SMTP_URL.port}"
    try:
        connection = connect(settings.SMTP_URL, time.monotonic() + UNTIL_THE_DOT)
    except (OSError, smtplib.SMTPException) as fault:
        yield _no_conversation(where, fault)
        return
    how = "logged in" if settings.SMTP_URL.user else "without logging in"
    yield Finding(Weight.FINE, f"The mail server at {where} can be used, {how}.")
    try:
        yield from _envelope(connection)
    except (OSError, smtplib.SMTPException):
        yield Finding(Weight.WRONG, f"The mail server at {where} broke the connection off.", _LATER)
    finally:
        connection.close()
    yield from _real(email)
    yield Finding(
        Weight.NOTE,
        "A mail server does not tell whether an email arrived: HR reads “Sent”, not “Delivered”.",
        f"Mail that comes back goes to {parseaddr(settings.SMTP_FROM)[1]}: let somebody look there.",
    )
    yield Finding(Weight.NOTE, "A mail server sends no texts: people get emails only.")


def _no_conversation(where: str, fault: Exception) -> Finding:
    answer = smtp_answers.no_conversation(fault)
    if isinstance(answer, TryLater) and answer.reason in Hurdle.values:
        return _hurdle(Hurdle(answer.reason))
    if isinstance(fault, smtplib.SMTPResponseException):
        return Finding(Weight.WRONG, f"The mail server at {where} says {fault.smtp_code} at once.", _LATER)
    return Finding(
        Weight.WRONG,
        f"No connection to {where} could be made.",
        "Check SMTP_URL and the firewall: smtps:// is TLS from the first byte (465), smtp+starttls:// begins without "
        "(587).",
    )


def _envelope(connection: Connection) -> Iterator[Finding]:
    code, said = connection.mail(parseaddr(settings.SMTP_FROM)[1])
    if code != 250:
        yield _not_taken(smtp_answers.at_sender(code, said), said)
        return
    yield Finding(Weight.FINE, f"It takes mail from {settings.SMTP_FROM}.")
    code, said = connection.rcpt(ELSEWHERE)
    if code in (250, 251):
        yield Finding(Weight.FINE, "It takes mail for other domains.")
    else:
        answer = smtp_answers.at_recipient(code, said)
        if isinstance(answer, Refused):
            # Some know that nobody is there, which is fine; but so may say one that passes nothing on.
            yield Finding(
                Weight.NOTE,
                f"It does not take mail for {ELSEWHERE}, which may be right (it says: {_words(said)}).",
                "Run this again with --email and an address outside the trust.",
            )
        else:
            yield _not_taken(answer, said)
    connection.rset()


def _real(email: str) -> Iterator[Finding]:
    if not email:
        return
    provider = SmtpProvider()
    answer = provider.send(
        Outgoing(
            reference=uuid7(),
            organisation_id=uuid7(),
            channel=Channel.EMAIL,
            recipient=email,
            subject="A test of the Digital Staff Passport",
            body="This is a test. There is nothing to do.",
            attempt=1,
            trust="Digital Staff Passport",
        )
    )
    provider.close()
    if isinstance(answer, Accepted):
        yield Finding(
            Weight.FINE, f"It has taken an email to {email}. Look whether it arrives, and not as spam."
        )
    elif isinstance(answer, NoAnswer):
        yield Finding(Weight.WRONG, f"It did not say whether it took the email to {email}.", _LATER)
    else:
        yield _not_taken(answer, answer.reason.encode())


def _not_taken(answer: SendAnswer, said: bytes) -> Finding:
    if isinstance(answer, TryLater) and answer.reason in Hurdle.values:
        return _hurdle(Hurdle(answer.reason), said)
    if isinstance(answer, Refused):
        return Finding(Weight.WRONG, f"It does not take the email: {reason_in_words(answer.reason)}.", _LATER)
    return Finding(Weight.WRONG, f"It does not take mail now (it says: {_words(said)}).", _LATER)


def _hurdle(hurdle: Hurdle, said: bytes = b"") -> Finding:
    sentence = hurdle.label[0].upper() + hurdle.label[1:]
    return Finding(
        Weight.WRONG, f"{sentence}{f' (it says: {_words(said)})' if said else ''}.", _REMEDIES[hurdle]
    )


def _words(said: bytes) -> str:
    return " ".join(said.decode(errors="replace").split())
