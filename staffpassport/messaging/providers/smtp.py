"""E-mail by a mail server, for trusts without GOV.UK Notify. There are no texts, and no word of what became of it.

A mail server cannot be asked what it has. So everything turns on one byte: a message ends with a line that holds a
dot. Before the dot has been sent it has certainly not been taken (RFC 5321, 4.1.1.4) and is tried again. When the dot
has been sent and no answer comes, nobody knows, and it is never sent again by itself: HR reads "May have been sent".
"""

from __future__ import annotations

import re
import smtplib
import time
from contextlib import suppress

from django.conf import settings

from staffpassport.messaging.providers import smtp_answers
from staffpassport.messaging.providers.base import (
    Accepted,
    NoAnswer,
    Outgoing,
    Provider,
    SendAnswer,
    TryLater,
)
from staffpassport.messaging.providers.smtp_connection import Connection, connect
from staffpassport.messaging.providers.smtp_mail import Mail, mail_of
from staffpassport.messaging.states import Channel

# Seconds from the beginning: to the dot, and to its answer. Who scans what it takes needs time for that, so some is
# kept for it. With the time to connect, which counts for each of a few addresses, below 40.
UNTIL_THE_DOT = 18.0
UNTIL_THE_ANSWER = 35.0
# A connection that rested longer may have been closed at the other end.
_CONNECTION_RESTS = 20.0
_GOODBYE = 1.0
_QUEUED_AS = re.compile(rb"(?:queued as|\bid=)\s*<?([\w.@-]{1,90})", re.IGNORECASE)
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class SmtpProvider(Provider):
    """Delivers e-mail by the mail server of SMTP_URL, over one connection that it keeps while there is work."""

    name = "smtp"
    channels = frozenset({Channel.EMAIL})
    can_be_asked = False

    def __init__(self) -> None:
        self._connection: Connection | None = None
        self._rested_since = 0.0

    def send(self, outgoing: Outgoing) -> SendAnswer:
        began = time.monotonic()
        mail = mail_of(outgoing)
        try:
            return self._hand_over(mail, began)
        finally:
            self._rested_since = time.monotonic()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        connection.until = time.monotonic() + _GOODBYE
        with suppress(OSError, smtplib.SMTPException):
            connection.docmd("QUIT")
        connection.close()

    def _hand_over(self, mail: Mail, began: float) -> SendAnswer:
        """By the connection that there is. Should it turn out to be closed, by a new one: nothing was taken."""
        if time.monotonic() - self._rested_since > _CONNECTION_RESTS:
            self.close()
        used_before = self._connection is not None
        try:
            connection = self._connection or connect(settings.SMTP_URL, began + UNTIL_THE_DOT)
        except (OSError, smtplib.SMTPException) as fault:
            return smtp_answers.no_conversation(fault)
        self._connection = connection
        connection.until = began + UNTIL_THE_DOT
        try:
            return self._converse(connection, mail, began)
        except (OSError, smtplib.SMTPException):
            self._drop()
            return self._hand_over(mail, began) if used_before else TryLater("broken off")

    def _converse(self, connection: Connection, mail: Mail, began: float) -> SendAnswer:
        """Says it all. Raises where the connection breaks before the dot, when nothing can have been taken."""
        code, said = connection.mail(mail.sender)
        if code == 421:
            raise smtplib.SMTPServerDisconnected("the server says goodbye")
        if code != 250:
            return self._ready_again(smtp_answers.at_sender(code, said))
        code, said = connection.rcpt(mail.recipient)
        if code not in (250, 251):
            return self._ready_again(smtp_answers.at_recipient(code, said))
        code, said = connection.docmd("DATA")
        if code != 354:
            return self._ready_again(smtp_answers.at_content(code, said))
        connection.send(_LEADING_DOT.sub(b"..", mail.content))
        connection.hurry()
        return self._end(connection, began)

    def _end(self, connection: Connection, began: float) -> SendAnswer:
        connection.until = began + UNTIL_THE_ANSWER
        try:
            connection.send(b".\r\n")
            code, said = connection.getreply()
        except (OSError, smtplib.SMTPException):
            self._drop()
            return NoAnswer("broken off after the end")
        if code == 250:
            queued_as = _QUEUED_AS.search(said)
            return Accepted(queued_as[1].decode() if queued_as else "")
        if not 400 <= code <= 599:
            self._drop()
            return NoAnswer(f"status {code}")
        return self._ready_again(smtp_answers.at_content(code, said))

    def _ready_again(self, answer: SendAnswer) -> SendAnswer:
        """Leaves the connection ready for the next message, or none."""
        assert self._connection is not None
        try:
            code, _ = self._connection.rset()
        except (OSError, smtplib.SMTPException):
            code = 0
        if code != 250:
            self._drop()
        return answer

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
