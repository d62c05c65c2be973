"""A connection to the mail server on which nothing takes longer than it may, however slowly the other end answers."""

from __future__ import annotations

import io
import smtplib
import socket
import ssl
import time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from staffpassport.environment.values import MailServer

# Seconds to connect, for each address that the server has.
CONNECTING = 3.05


class _Hurried(smtplib.SMTP):
    """smtplib gives every read the whole time-out anew. Here all that is said and read ends at `until`."""

    def __init__(self, server: MailServer, until: float, **more: Any) -> None:
        self.until = until
        # Not this machine's name, which may be no name of the internet, nor asked of the DNS, which may be slow.
        name = str(urlsplit(settings.BASE_URL).hostname)
        super().__init__(server.host, server.port, local_hostname=name, timeout=CONNECTING, **more)

    def connect(self, *where: Any, **more: Any) -> tuple[int, bytes]:
        answer = super().connect(*where, **more)
        assert self.sock is not None
        # The end of a message is sent by itself, and must not wait for the acknowledgement of what stands before.
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return answer

    def send(self, s: Any) -> None:
        if self.sock is not None:
            self.hurry()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = io.BufferedReader(_Replies(self))
        return super().getreply()

    def hurry(self) -> None:
        """Lets the next step take what is left. TimeoutError where nothing is."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the mail server takes too long")
        assert self.sock is not None
        self.sock.settimeout(left)


class _HurriedOverTLS(_Hurried, smtplib.SMTP_SSL):
    """TLS from the first byte on."""


class _Replies(io.RawIOBase):
    """What the server says, read with the time that is left at each piece of it."""

    def __init__(self, smtp: _Hurried) -> None:
        self._smtp = smtp

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._smtp.hurry()
        assert self._smtp.sock is not None
        return self._smtp.sock.recv_into(buffer)


def connect(server: MailServer | None, until: float) -> _Hurried:
    """A connection, protected and logged in as SMTP_URL says, by `until` (of time.monotonic).

    Raises OSError and SMTPException; among them SSLCertVerificationError where the certificate is not known,
    SMTPNotSupportedError where the server offers no STARTTLS, or no log-in, and SMTPAuthenticationError.
    """
    assert server is not None, "environment.py refuses to start without SMTP_URL"
    if server.security == "smtps":
        smtp: _Hurried = _HurriedOverTLS(server, until, context=ssl.create_default_context())
    else:
        smtp = _Hurried(server, until)
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.security == "smtp+starttls":
            smtp.hurry()
            code, said = smtp.starttls(context=ssl.create_default_context())
            if code != 220:
                raise smtplib.SMTPNotSupportedError(said.decode(errors="replace"))
            smtp.ehlo_or_helo_if_needed()
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


Connection = _Hurried
