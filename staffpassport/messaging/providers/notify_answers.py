"""What GOV.UK Notify's answers mean for a message.

Its documentation is the contract: docs.notifications.service.gov.uk/python.html, "Error codes" and "status
descriptions". It asks to go by the status and the kind of an error and not by its words, which may change. Where words
decide here, because a kind stands for several things, an unknown sentence has the answer that is right for most.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, NamedTuple

import requests
from notifications_python_client.errors import APIError, InvalidResponse
from urllib3.exceptions import NewConnectionError

from staffpassport.messaging.providers.base import NoAnswer, Refused, SendAnswer, TryLater
from staffpassport.messaging.states import Channel, Failure, Hurdle, State

# While somebody has to put something right, one try a minute finds out when they have.
UNTIL_PUT_RIGHT = timedelta(minutes=1)

TYPES = {Channel.EMAIL: "email", Channel.TEXT: "sms"}
CHANNELS = {type_: channel for channel, type_ in TYPES.items()}


@dataclass(frozen=True, slots=True)
class Error:
    """The first error of an answer: its kind, such as BadRequestError, and its sentence."""

    kind: str
    sentence: str


class Became(NamedTuple):
    """What became of a message; `reason` is a Failure where it failed."""

    state: Literal[State.SENT, State.DELIVERED, State.FAILED]
    reason: str


def error_of(fault: APIError) -> Error | None:
    """What Notify says is wrong, None where it was not Notify that answered, or not in its documented form."""
    said: Any = fault.message
    first = said[0] if isinstance(said, list) and said else None
    if not isinstance(first, Mapping) or "error" not in first:
        return None
    return Error(str(first["error"]), str(first.get("message", "")))


def not_taken(fault: APIError, channel: Channel) -> SendAnswer:
    """What a send that raised means for its message."""
    if isinstance(fault, InvalidResponse):
        return NoAnswer("not JSON")  # after a 201: it may well have been taken
    if fault.response is None:
        # No connection at all: nothing can have been taken, so nothing needs to be looked up.
        return TryLater("not reached") if never_connected(fault) else NoAnswer("no answer")
    status, error = fault.status_code, error_of(fault)
    if status in (401, 403):
        return TryLater(access_refused(error), pause_all=True, after=UNTIL_PUT_RIGHT)
    if status == 429:
        if error is not None and error.kind == "TooManyRequestsError":
            return TryLater("daily limit", day_is_over=True)
        return TryLater("rate limit", pause_all=True)
    if status == 400 and error is not None:
        return _bad_request(error, channel)
    if status >= 500 or status == 408:
        return NoAnswer(f"status {status}")
    return TryLater(f"status {status}")


def never_connected(fault: APIError) -> bool:
    """Whether not even a connection was made."""
    cause = fault.__cause__
    if isinstance(cause, requests.ConnectTimeout):
        return True
    reason = getattr(cause.args[0], "reason", None) if cause is not None and cause.args else None
    return isinstance(reason, NewConnectionError)


def access_refused(error: Error | None) -> Hurdle:
    """Why nothing at all is taken from us. Never the fault of whom a message is for: it keeps its place."""
    return Hurdle.CLOCK_OFF if error is not None and "clock" in error.sentence else Hurdle.KEY_REFUSED


# A wrong template is a fault of ours in every message, like a wrong key: nobody's invitation fails for it.
_TEMPLATE = re.compile(
    r"template_id |Template (not found|has been deleted)|Missing personalisation|\w+ template is not suitable",
    re.I,
)
# One trust's sender, or one channel that the service may not send: its messages wait, others go on.
_SENDER = re.compile(
    r"(email_reply_to_id|sms_sender_id|reply_to_id) |Service is not allowed to send|Cannot send (emails|text messages)",
    re.I,
)
_RECIPIENT = re.compile(r"(email_address|phone_number) |.*international mobile numbers", re.I)
_TEAM_ONLY = re.compile(r".*(team-only|trial mode)", re.I)


def _bad_request(error: Error, channel: Channel) -> SendAnswer:
    if _TEMPLATE.match(error.sentence):
        return TryLater(Hurdle.TEMPLATES_WRONG, pause_all=True, after=UNTIL_PUT_RIGHT)
    if _SENDER.match(error.sentence):
        return TryLater("sender refused")
    if _TEAM_ONLY.match(error.sentence):
        return Refused(Failure.TEAM_ONLY)
    if _RECIPIENT.match(error.sentence):
        return Refused(Failure.ADDRESS_REFUSED if channel == Channel.EMAIL else Failure.PHONE_REFUSED)
    return Refused(Failure.REFUSED)


_ON_ITS_WAY = Became(State.SENT, "")
_FAILED = {
    ("permanent-failure", Channel.EMAIL): Failure.NO_SUCH_ADDRESS,
    ("permanent-failure", Channel.TEXT): Failure.NO_SUCH_PHONE,
    ("temporary-failure", Channel.EMAIL): Failure.MAILBOX_NOT_ACCEPTING,
    ("temporary-failure", Channel.TEXT): Failure.PHONE_NOT_ACCEPTING,
}
# Notify knows more words for the same; some only for letters.
_PROVIDER_FAULTS = ("technical-failure", "failed", "cancelled", "validation-failed", "virus-scan-failed")
_WORDS = (
    *("created", "sending", "pending", "sent", "delivered", "permanent-failure", "temporary-failure"),
    *("pending-virus-check", "accepted", "received"),
    *_PROVIDER_FAULTS,
)


def is_known(status: object) -> bool:
    """Whether Notify's documentation has this word for a state."""
    return status in _WORDS


def became(status: object, channel: Channel) -> Became:
    """What Notify's word for a state says. One that nobody knows says that Notify has the message, no more."""
    if status == "delivered":
        return Became(State.DELIVERED, "")
    if status in _PROVIDER_FAULTS:
        return Became(State.FAILED, Failure.PROVIDER_FAULT)
    failure = _FAILED.get((str(status), channel))
    return _ON_ITS_WAY if failure is None else Became(State.FAILED, failure)
