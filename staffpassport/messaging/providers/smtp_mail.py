"""A message as an e-mail of its own: headers, plain text, and the same words as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.utils import timezone
from django.utils.encoding import punycode

from staffpassport.messaging.providers.base import Outgoing
from staffpassport.messaging.providers.letter import as_html


@dataclass(frozen=True, slots=True)
class Mail:
    """What the mail server is told: from whom, to whom, and the whole of it, with line ends of CR LF."""

    sender: str
    recipient: str
    content: bytes


def mail_of(outgoing: Outgoing) -> Mail:
    """The e-mail of a message, the same at every attempt but for its date.

    It comes from SMTP_FROM, in the name of the trust unless SMTP_FROM has a name. Answers go to the trust's HR, whose
    address stands in the words too: a real mailbox, while SMTP_FROM's may be one for returned mail.
    """
    name, sender = parseaddr(settings.SMTP_FROM)
    sender, recipient = _in_ascii(sender), _in_ascii(outgoing.recipient)
    subject = " ".join(outgoing.subject.split())
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(display_name=name or outgoing.trust, addr_spec=sender)
    mail["To"] = Address(addr_spec=recipient)
    if outgoing.reply_to:
        mail["Reply-To"] = Address(addr_spec=_in_ascii(outgoing.reply_to))
    mail["Subject"] = subject
    mail["Date"] = format_datetime(timezone.localtime())
    # Found again by it in a mail server's log; two of one message are one to whoever sorts them.
    mail["Message-ID"] = f"<{outgoing.reference}@{sender.rpartition('@')[2]}>"
    # Out-of-office notes of a hundred thousand people are of use to nobody: RFC 3834, and Exchange's own word.
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    mail["Content-Language"] = "en-GB"
    mail.set_content(outgoing.body, cte="quoted-printable")
    mail.add_alternative(as_html(subject, outgoing.body), subtype="html", cte="quoted-printable")
    return Mail(sender, recipient, mail.as_bytes())


def _in_ascii(address: str) -> str:
    """The domain in IDNA: mail servers need not know other letters. Before the @ there are none (roster/emails.py)."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{punycode(domain)}"
