"""A mail server on loopback, for the real client: SMTP with TLS and log-in, and faults on demand at every stage.

Written for the tests and not taken from a library: what is tested is what happens when a server answers oddly, late, or
not at all between two bytes, and a well-behaved server's library has no place for that.
"""

from __future__ import annotations

import base64
import socket
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from ipaddress import ip_address
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "portal", "a word/of the tests"

# In place of an answer.
CUT = "cut"
SILENT = "silent"
DRIP = "drip"


@dataclass(frozen=True)
class Taken:
    """A message that the server has taken."""

    sender: str
    recipient: str
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        mail = message_from_bytes(self.content, policy=SMTP)
        assert isinstance(mail, EmailMessage)
        return mail


@dataclass
class MailServer:
    """What the server does. `answers` holds what it says at a stage in place of what is usual, each said once.

    The stages: banner, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, end (after the dot, when the message is not taken),
    answer (after the message has been taken), RSET.
    """

    security: str = "smtp"
    log_in: bool = False
    answers: dict[str, list[str]] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    connections: int = 0
    offers: tuple[str, ...] = ()
    attempts: Counter[str] = field(default_factory=Counter)

    def instead(self, stage: str, recipient: str = "") -> str | None:
        """What is said in place of the usual answer. Some recipients always meet the same."""
        if waiting := self.answers.get(stage):
            return waiting.pop(0)
        word = recipient.partition(".")[0].partition("@")[0]
        first = self.attempts[recipient] == 1
        return {
            ("RCPT", "refused"): "550 5.1.1 No such user",
            ("RCPT", "busy"): "451 4.7.1 Greylisted" if first else None,
            ("answer", "cut-after"): CUT if first else None,
            ("end", "lost-after"): CUT if first else None,
        }.get((stage, word))


class Stub(ThreadingTCPServer):
    """The server at `port`. `server` is what it does and has."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, server: MailServer, certificate: Path | None = None) -> None:
        self.server = server
        self.closing = Event()
        self.tls: ssl.SSLContext | None = None
        if certificate is not None:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificate)
        super().__init__(("127.0.0.1", 0), _Conversation)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        who = f"{USER}:{PASSWORD.replace('/', '%2F').replace(' ', '%20')}@" if self.server.log_in else ""
        return f"{self.server.security}://{who}localhost:{self.port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nothing to tell of."""


class _EndedError(Exception):
    """The connection is at its end."""


class _Conversation(StreamRequestHandler):
    server: Stub
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.does = self.server.server
        self.does.connections += 1
        self.sender = self.recipient = ""
        self.known = not self.does.log_in
        if self.does.security == "smtps":
            self._protect()
        with suppress(_EndedError, OSError):
            self._say("banner", "220 mail.example ESMTP")
            while line := self.rfile.readline(2000):
                self._answer(line.decode().strip())

    def _answer(self, line: str) -> None:
        self.does.said.append(line)
        verb = line.split()[0].upper()
        answer = getattr(self, f"_{verb.lower()}", None)
        if answer is None:
            self._say(verb, "502 5.5.2 Unknown")
        else:
            answer(line)

    def _ehlo(self, line: str) -> None:
        offers = [*self.does.offers]
        if self.does.security == "smtp+starttls" and not isinstance(self.connection, ssl.SSLSocket):
            offers.append("STARTTLS")
        elif self.does.log_in:
            offers.append("AUTH PLAIN LOGIN")
        lines = ["mail.example", *offers]
        said = [f"250{'-' if n < len(lines) - 1 else ' '}{one}" for n, one in enumerate(lines)]
        self._say("EHLO", "\r\n".join(said))

    def _starttls(self, line: str) -> None:
        if self._say("STARTTLS", "220 2.0.0 Go ahead"):
            self._protect()

    def _auth(self, line: str) -> None:
        _, _, shown = base64.b64decode(line.split()[2]).decode().partition("\0")
        self.known = shown == f"{USER}\0{PASSWORD}"
        self._say("AUTH", "235 2.7.0 Welcome" if self.known else "535 5.7.8 Bad credentials")

    def _mail(self, line: str) -> None:
        self.sender = line[line.index("<") + 1 : line.index(">")]
        self._say("MAIL", "250 2.1.0 Ok" if self.known else "530 5.7.0 Authentication required")

    def _rcpt(self, line: str) -> None:
        self.recipient = line[line.index("<") + 1 : line.index(">")]
        self.does.attempts[self.recipient] += 1
        self._say("RCPT", "250 2.1.5 Ok")

    def _data(self, line: str) -> None:
        if not self._say("DATA", "354 End data with <CR><LF>.<CR><LF>"):
            return
        content = b""
        while (said := self.rfile.readline()) != b".\r\n":
            if not said:
                raise _EndedError
            content += said.removeprefix(b".")
        if not self._say("end", ""):
            return
        self.does.taken.append(Taken(self.sender, self.recipient, content))
        self._say("answer", f"250 2.0.0 Ok: queued as Q{len(self.does.taken)}")

    def _rset(self, line: str) -> None:
        self._say("RSET", "250 2.0.0 Ok")

    def _quit(self, line: str) -> None:
        self._say("QUIT", "221 2.0.0 Bye")
        raise _EndedError

    def _say(self, stage: str, usual: str) -> bool:
        """Whether it was the usual answer."""
        instead = self.does.instead(stage, self.recipient)
        if instead is not None:
            self._do(instead)
        elif usual:
            self.wfile.write(usual.encode() + b"\r\n")
        return instead is None

    def _do(self, instead: str) -> None:
        if instead == CUT:
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            raise _EndedError
        if instead == SILENT:
            self.server.closing.wait(30)
            raise _EndedError
        if instead == DRIP:
            while not self.server.closing.wait(0.05):
                self.wfile.write(b"2")
            raise _EndedError
        self.wfile.write(instead.encode() + b"\r\n")
        if instead.startswith("421"):
            raise _EndedError

    def _protect(self) -> None:
        assert self.server.tls is not None
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.connection.close()


@contextmanager
def running(server: MailServer, certificate: Path | None = None) -> Iterator[Stub]:
    """The server in a thread, until the block ends."""
    with Stub(server, certificate) as stub:
        thread = Thread(target=stub.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield stub
        finally:
            stub.closing.set()
            stub.shutdown()
            thread.join()


def make_certificate(folder: Path, name: str = "localhost") -> Path:
    """A certificate of this name, with its key, signed by itself: in one file, which a client may trust too."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.2"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file
