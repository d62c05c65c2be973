"""What a mail server's answers mean for a message: RFC 5321 (codes), RFC 3463 (the finer codes, such as 5.1.1).

As with GOV.UK Notify, what is wrong with the set-up keeps everybody waiting and fails nobody's message; what is wrong
with a recipient ends that message.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from datetime import timedelta

from staffpassport.messaging.providers.base import Refused, SendAnswer, TryLater
from staffpassport.messaging.states import Failure, Hurdle

# While somebody has to put something right, one try a minute finds out when they have.
UNTIL_PUT_RIGHT = timedelta(minutes=1)
# It wants a password or a protected connection first: RFC 4954, RFC 3207.
_LOG_IN_FIRST = (530, 534, 535, 538)
_FINER = re.compile(rb"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# "Relaying denied", "relay access denied", "unable to relay": nobody's address is at fault, all are refused.
_NO_RELAY = re.compile(rb"\brelay", re.IGNORECASE)

_NO_SUCH_ADDRESS = ("1.0", "1.1", "1.2", "1.6", "1.10")
_NOT_ACCEPTING = ("2.0", "2.1", "2.2", "4.1", "4.4", "4.7")


def no_conversation(fault: Exception) -> SendAnswer:
    """Why not even the first word about the message could be said: certainly not taken."""
    if isinstance(fault, ssl.SSLCertVerificationError):
        return _nobody(Hurdle.CERTIFICATE_WRONG)
    if isinstance(fault, smtplib.SMTPNotSupportedError):
        return _nobody(Hurdle.NOT_PROTECTED)
    if isinstance(fault, smtplib.SMTPAuthenticationError) and fault.smtp_code >= 500:
        return _nobody(Hurdle.MAIL_LOG_IN_REFUSED)
    if isinstance(fault, smtplib.SMTPResponseException) and fault.smtp_code > 0:
        return TryLater(f"status {fault.smtp_code}")
    return TryLater("not reached")


def at_sender(code: int, said: bytes) -> SendAnswer:
    """It does not begin: MAIL was not answered by 250."""
    if code in _LOG_IN_FIRST:
        return _nobody(Hurdle.MAIL_LOG_IN_REFUSED)
    return _nobody(Hurdle.SENDER_REFUSED) if code >= 500 else TryLater(f"status {code}")


def at_recipient(code: int, said: bytes) -> SendAnswer:
    """It does not take this recipient."""
    if code in _LOG_IN_FIRST:
        return _nobody(Hurdle.MAIL_LOG_IN_REFUSED)
    if code < 500:
        return TryLater(f"status {code}")
    return _nobody(Hurdle.RELAY_REFUSED) if _NO_RELAY.search(said) else Refused(_failure(said))


def at_content(code: int, said: bytes) -> SendAnswer:
    """It does not take the message itself, at DATA or after its end."""
    if code < 500:
        return TryLater(f"status {code}")
    finer = _FINER.search(said)
    of_the_mailbox = finer is not None and finer[2] in (b"1", b"2")
    return Refused(_failure(said) if of_the_mailbox else Failure.REFUSED)


def _failure(said: bytes) -> Failure:
    finer = _FINER.search(said)
    detail = f"{int(finer[2])}.{int(finer[3])}" if finer else ""
    if detail in _NO_SUCH_ADDRESS:
        return Failure.NO_SUCH_ADDRESS
    return Failure.MAILBOX_NOT_ACCEPTING if detail in _NOT_ACCEPTING else Failure.ADDRESS_REFUSED


def _nobody(because: Hurdle) -> TryLater:
    return TryLater(because, pause_all=True, after=UNTIL_PUT_RIGHT)
