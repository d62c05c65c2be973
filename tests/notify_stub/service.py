"""What Notify knows, and what it answers to a request: no HTTP.

Answers and errors are in the form of docs.notifications.service.gov.uk/rest-api.html, whose words are the contract. As
at Notify, a request that is refused for the rate counts for the rate as well.
"""

from __future__ import annotations

import enum
import re
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from threading import Lock
from typing import Any
from uuid import UUID, uuid4

import jwt

SERVICE_ID = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"stub-{SERVICE_ID}-{SECRET}"
EMAIL_TEMPLATE = "9d751e0e-f929-4891-82a1-a3e1c3c18ee3"
TEXT_TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
REPLY_TO = "ca4fdde7-2a67-4a6c-8393-62aa7245751f"
SMOKE = ("07700900000", "07700900111", "07700900222", "simulate-delivered@notifications.service.gov.uk")
TEXT_SENDER = "8e222534-7f05-4972-86e3-17c5d9f894e2"
PAGE = 250
_CLOCKS_DIFFER = 30

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PHONE = re.compile(r"\+?[\d ()-]{7,20}")
_PLACEHOLDER = re.compile(r"\(\(([^()]+)\)\)")


class Fault(enum.Enum):
    """What goes wrong with a send. Of an e-mail address by its first word, as `error.ada@example.com`; of a phone by
    its last two digits, +4477009009NN, in this order from 00.

    The first three stay; the others happen to the first attempt only, so that the second shows how it goes on.
    """

    BAD_REQUEST = "bad-request"
    KEY_REFUSED = "key-refused"
    TEAM_ONLY = "team-only"
    RATE = "rate"
    DAY = "day"
    ERROR = "error"
    SLOW = "slow"
    CUT_BEFORE = "cut-before"
    CUT_AFTER = "cut-after"
    SILENT = "silent"

    @property
    def stays(self) -> bool:
        return self in (Fault.BAD_REQUEST, Fault.KEY_REFUSED, Fault.TEAM_ONLY)


# How the message of such a recipient ends, otherwise it is delivered; phones +4477009008NN.
ENDS = ("permanent-failure", "temporary-failure", "technical-failure", "sending", "pending", "sent")


@dataclass(slots=True)
class Behaviour:
    """How this Notify behaves. Seconds, and chances from 0 to 1; `chances` by fault, of any send."""

    messages_a_minute: int = 3000
    a_day: dict[str, int] = field(default_factory=lambda: {"email": 250_000, "sms": 250_000})
    latency: float = 0.0
    slow: float = 2.0
    silence: float = 60.0
    # An accepted message is shown to those who look it up only after so long.
    hidden: float = 0.0
    ends_after: float = 0.0
    chances: dict[Fault, float] = field(default_factory=dict)
    seed: int = 0
    callback_url: str = ""
    callback_token: str = ""
    callbacks_lost: float = 0.0
    callbacks_repeated: float = 0.0
    callbacks_late: float = 0.0
    callback_tries_again_after: float = 0.5
    clock: Callable[[], float] = time.time


@dataclass(slots=True)
class Notification:
    """One that was accepted, the `number`th."""

    id: str
    number: int
    type: str
    recipient: str
    reference: str | None
    template_id: str
    subject: str | None
    body: str
    created_at: float
    ends: str
    sender_id: str | None

    def status(self, now: float, ends_after: float) -> str:
        return self.ends if now >= self.created_at + ends_after else "sending"

    def as_json(self, now: float, ends_after: float) -> dict[str, Any]:
        status = self.status(now, ends_after)
        ended = status not in ("created", "sending", "pending", "sent")
        return {
            "id": self.id,
            "reference": self.reference,
            "email_address": self.recipient if self.type == "email" else None,
            "phone_number": self.recipient if self.type == "sms" else None,
            "type": self.type,
            "status": status,
            "template": {
                "version": 1,
                "id": self.template_id,
                "uri": f"/v2/template/{self.template_id}/version/1",
            },
            "body": self.body,
            "subject": self.subject,
            "created_at": _told(self.created_at),
            "created_by_name": None,
            "sent_at": _told(self.created_at),
            "completed_at": _told(self.created_at + ends_after) if ended else None,
            "scheduled_for": None,
            "is_cost_data_ready": True,
        }


class RefusedError(Exception):
    """An answer that is an error, in Notify's form."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        self.status = status
        self.kind = kind
        self.body = {"status_code": status, "errors": [{"error": kind, "message": message}]}


class Notify:
    """The service. Thread-safe.

    Tests read `notifications` and `answers` (by status and by kind of error), change `templates`, and have every
    request refused by `refuse_all`: status, kind, sentence.
    """

    def __init__(self, behaviour: Behaviour | None = None) -> None:
        self.behaviour = behaviour or Behaviour()
        self.notifications: list[Notification] = []
        self.templates: dict[str, dict[str, str]] = {
            EMAIL_TEMPLATE: {"type": "email", "subject": "((subject))", "body": "((body))"},
            TEXT_TEMPLATE: {"type": "sms", "body": "((body))"},
        }
        self.refuse_all: tuple[int, str, str] | None = None
        self.answers: Counter[str] = Counter()
        self.accepted_at: list[float] = []
        self._by_id: dict[str, Notification] = {}
        self._by_reference: defaultdict[str, list[Notification]] = defaultdict(list)
        self._sends: deque[float] = deque()
        self._today: Counter[tuple[str, str]] = Counter()
        self._attempts: Counter[str] = Counter()
        self._chance = Random(self.behaviour.seed)
        self._lock = Lock()

    def copies(self) -> Counter[str]:
        """How often each reference was accepted."""
        with self._lock:
            return Counter({reference: len(them) for reference, them in self._by_reference.items()})

    def fault_of(self, recipient: str, reference: str | None) -> Fault | None:
        """What is to go wrong with this attempt."""
        with self._lock:
            self._attempts[str(reference)] += 1
            attempt = self._attempts[str(reference)]
            fault: Fault | None = _named_in(recipient, list(Fault), "+4477009009")
            if fault is not None and (fault.stays or attempt == 1):
                return fault
            throw = self._chance.random()
            for chosen, chance in self.behaviour.chances.items():
                if throw < chance:
                    return chosen
                throw -= chance
        return None

    def chance(self) -> float:
        with self._lock:
            return self._chance.random()

    def check_token(self, header: str) -> None:
        """RefusedError unless the request is signed as it has to be."""
        if self.refuse_all is not None:
            raise RefusedError(*self.refuse_all)
        scheme, _, token = header.partition(" ")
        if scheme != "Bearer":
            raise RefusedError(401, "AuthError", "Unauthorized: authentication bearer scheme must be used")
        try:
            claims = jwt.decode(
                token, SECRET, algorithms=["HS256"], options={"verify_iat": False, "require": ["iss", "iat"]}
            )
        except jwt.PyJWTError:
            raise RefusedError(403, "AuthError", "Invalid token: API key not found") from None
        if claims["iss"] != SERVICE_ID:
            raise RefusedError(403, "AuthError", "Invalid token: service not found")
        if abs(self.behaviour.clock() - claims["iat"]) > _CLOCKS_DIFFER:
            raise RefusedError(
                403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds"
            )

    def send(self, type_: str, asked: Mapping[str, Any], fault: Fault | None) -> tuple[Notification, Any]:
        """Accepts a message, or RefusedError."""
        recipient = _checked(type_, asked)
        now = self.behaviour.clock()
        with self._lock:
            self._keep_the_rate(now)
            _refuse(fault)
            today = (datetime.fromtimestamp(now, UTC).date().isoformat(), type_)
            limit = self.behaviour.a_day[type_]
            if self._today[today] >= limit or fault is Fault.DAY:
                raise RefusedError(
                    429, "TooManyRequestsError", f"Exceeded send limits ({type_}: {limit}) for today"
                )
            sent = self._made(type_, recipient, asked, now)
            if recipient in SMOKE:
                return sent, _accepted(sent)
            self._today[today] += 1
            self.notifications.append(sent)
            self.accepted_at.append(now)
            self._by_id[sent.id] = sent
            if sent.reference:
                self._by_reference[sent.reference].append(sent)
        return sent, _accepted(sent)

    def by_id(self, id_: str) -> Any:
        try:
            UUID(id_)
        except ValueError:
            raise RefusedError(400, "ValidationError", "id is not a valid UUID") from None
        now = self.behaviour.clock()
        with self._lock:
            found = self._by_id.get(id_)
        if found is None or not self._shown(found, now):
            raise RefusedError(404, "NoResultFound", "No result found")
        return found.as_json(now, self.behaviour.ends_after)

    def listed(self, query: Mapping[str, Sequence[str]]) -> Any:
        """A page, newest first."""
        now = self.behaviour.clock()
        with self._lock:
            reference = query.get("reference")
            found = list(
                self.notifications if reference is None else self._by_reference.get(reference[0], [])
            )
            older_than = query.get("older_than")
            if older_than is not None:
                last = self._by_id.get(older_than[0])
                found = [] if last is None else [one for one in found if one.number < last.number]
        page = [
            told
            for one in reversed(found)
            if self._shown(one, now)
            for told in [one.as_json(now, self.behaviour.ends_after)]
            if told["type"] in query.get("template_type", [told["type"]])
            and told["status"] in query.get("status", [told["status"]])
        ][:PAGE]
        links = {"current": "/v2/notifications"}
        if page:
            links["next"] = f"/v2/notifications?older_than={page[-1]['id']}"
        return {"notifications": page, "links": links}

    def template(self, id_: str) -> Any:
        held = self.templates.get(id_)
        if held is None:
            raise RefusedError(404, "NoResultFound", "No result found")
        return {
            "id": id_,
            "name": f"Pass {held['type']} on",
            "type": held["type"],
            "created_at": "2026-11-01T00:00:00.000000Z",
            "updated_at": None,
            "version": 1,
            "created_by": "somebody@example.com",
            "body": held["body"],
            "subject": held.get("subject"),
            "letter_contact_block": None,
        }

    def _shown(self, one: Notification, now: float) -> bool:
        return now >= one.created_at + self.behaviour.hidden

    def _keep_the_rate(self, now: float) -> None:
        self._sends.append(now)
        while self._sends[0] <= now - 60:
            self._sends.popleft()
        limit = self.behaviour.messages_a_minute
        if len(self._sends) > limit:
            raise RefusedError(
                429,
                "RateLimitError",
                f"Exceeded rate limit for key type LIVE of {limit} requests per 60 seconds",
            )

    def _made(self, type_: str, recipient: str, asked: Mapping[str, Any], now: float) -> Notification:
        template = self.templates.get(str(asked["template_id"]))
        if template is None:
            raise RefusedError(400, "BadRequestError", "Template not found")
        if template["type"] != type_:
            raise RefusedError(
                400,
                "BadRequestError",
                f"{template['type']} template is not suitable for {type_} notification",
            )
        values = asked.get("personalisation", {})
        wanted = set(_PLACEHOLDER.findall(template["body"] + template.get("subject", "")))
        if missing := sorted(wanted - set(values)):
            raise RefusedError(400, "BadRequestError", f"Missing personalisation: {', '.join(missing)}")
        sender = asked.get("email_reply_to_id" if type_ == "email" else "sms_sender_id")
        if sender is not None and sender not in (REPLY_TO, TEXT_SENDER):
            name = "email_reply_to_id" if type_ == "email" else "sms_sender_id"
            raise RefusedError(
                400,
                "BadRequestError",
                f"{name} {sender} does not exist in database for service id {SERVICE_ID}",
            )

        def filled(text: str) -> str:
            return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), text)

        subject = template.get("subject")
        return Notification(
            id=str(uuid4()),
            number=len(self.notifications),
            type=type_,
            recipient=recipient,
            reference=asked.get("reference"),
            template_id=str(asked["template_id"]),
            subject=None if subject is None else filled(subject),
            body=filled(template["body"]),
            created_at=now,
            ends=_named_in(recipient, ENDS, "+4477009008") or "delivered",
            sender_id=sender,
        )


def _checked(type_: str, asked: Mapping[str, Any]) -> str:
    name, pattern = ("email_address", _EMAIL) if type_ == "email" else ("phone_number", _PHONE)
    for needed in (name, "template_id"):
        if needed not in asked:
            raise RefusedError(400, "ValidationError", f"{needed} is a required property")
    recipient = asked[name]
    if not isinstance(recipient, str) or not pattern.fullmatch(recipient):
        words = "is not a valid email address" if type_ == "email" else "Not a UK mobile number"
        raise RefusedError(400, "ValidationError", f"{name} {words}")
    try:
        UUID(str(asked["template_id"]))
    except ValueError:
        raise RefusedError(400, "ValidationError", "template_id is not a valid UUID") from None
    return recipient


def _refuse(fault: Fault | None) -> None:
    errors = {
        Fault.BAD_REQUEST: (400, "BadRequestError", "Your message is empty."),
        Fault.TEAM_ONLY: (
            400,
            "BadRequestError",
            "Can’t send to this recipient when service is in trial mode – see https://www.notifications.service.gov.uk",
        ),
        Fault.KEY_REFUSED: (403, "AuthError", "Invalid token: API key not found"),
        Fault.RATE: (
            429,
            "RateLimitError",
            "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds",
        ),
        Fault.ERROR: (500, "Exception", "Internal server error"),
    }
    if fault in errors:
        raise RefusedError(*errors[fault])


def _accepted(sent: Notification) -> Any:
    email = sent.type == "email"
    return {
        "id": sent.id,
        "reference": sent.reference,
        "content": {
            "body": sent.body,
            **(
                {"subject": sent.subject, "from_email": "stub@notifications.service.gov.uk"}
                if email
                else {"from_number": "GOVUK"}
            ),
        },
        "uri": f"https://api.notifications.service.gov.uk/v2/notifications/{sent.id}",
        "template": {
            "id": sent.template_id,
            "version": 1,
            "uri": f"https://api.notifications.service.gov.uk/v2/template/{sent.template_id}",
        },
    }


def _named_in(recipient: str, words: Sequence[Any], phones: str) -> Any:
    """The word that the recipient asks for: at the beginning of an e-mail address, or by number."""
    for number, word in enumerate(words):
        name = word.value if isinstance(word, Fault) else word
        if recipient.startswith(f"{name}.") or recipient == f"{phones}{number:02}":
            return word
    return None


def _told(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
