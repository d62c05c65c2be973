"""What is missing or wrong at GOV.UK Notify, in sentences, each with how to put it right.

It asks for the two templates and sends to Notify's own smoke-test recipients, which checks a message like any other and
delivers it to nobody (docs.notifications.service.gov.uk, "Smoke testing").
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from notifications_python_client.errors import APIError
from uuid_utils.compat import uuid7

from staffpassport.messaging.findings import Finding, Weight
from staffpassport.messaging.models import Message
from staffpassport.messaging.providers.base import Accepted, Outgoing, Refused
from staffpassport.messaging.providers.notify import ASKING, NotifyProvider, make_client
from staffpassport.messaging.providers.notify_answers import (
    TYPES,
    access_refused,
    error_of,
    never_connected,
    not_taken,
)
from staffpassport.messaging.states import Channel, Failure, Hurdle, State
from staffpassport.organisations.models import Organisation

SMOKE = {Channel.EMAIL: "simulate-delivered@notifications.service.gov.uk", Channel.TEXT: "07700900000"}
TEMPLATES = {Channel.EMAIL: "NOTIFY_EMAIL_TEMPLATE", Channel.TEXT: "NOTIFY_TEXT_TEMPLATE"}
_WANTED = {Channel.EMAIL: {"subject": "((subject))", "body": "((body))"}, Channel.TEXT: {"body": "((body))"}}
_WORDS = {Channel.EMAIL: "email", Channel.TEXT: "text message"}
_PART = {"subject": "subject", "body": "message"}
_PLACEHOLDER = re.compile(r"\(\(([^()]*)\)\)")
# Seconds. Notify takes 30; what drifts is told of in time.
_CLOCK_MAY_BE_OFF = 10
_RECEIPTS_TAKE = timedelta(hours=4)


def findings(email: str = "", phone: str = "") -> Iterator[Finding]:
    """Everything that can be known, in the order in which it is best put right. Real messages to `email` and `phone`.

    Stops where the rest would only repeat what is wrong already.
    """
    if not (settings.NOTIFY_API_KEY and settings.NOTIFY_EMAIL_TEMPLATE and settings.NOTIFY_TEXT_TEMPLATE):
        yield Finding(
            Weight.WRONG,
            "The key or the templates of GOV.UK Notify are not set.",
            "Set NOTIFY_API_KEY, NOTIFY_EMAIL_TEMPLATE and NOTIFY_TEXT_TEMPLATE: see docs/running-it.md.",
        )
        return
    if NotifyProvider.name != settings.MESSAGE_PROVIDER:
        yield Finding(
            Weight.NOTE,
            f"MESSAGE_PROVIDER is {settings.MESSAGE_PROVIDER}: the portal does not send by GOV.UK Notify.",
            "Set MESSAGE_PROVIDER=notify for the portal and its workers.",
        )
    service = _Service()
    try:
        templates = {channel: service.template(channel) for channel in Channel}
    except APIError as fault:
        yield _no_access(fault, service)
        return
    yield Finding(Weight.FINE, f"GOV.UK Notify at {settings.NOTIFY_BASE_URL} accepts the key.")
    if abs(service.clock_off) > _CLOCK_MAY_BE_OFF:
        yield Finding(Weight.NOTE, _clock(service.clock_off), _SET_THE_CLOCK)
    usable = []
    for channel, template in templates.items():
        found = list(_template(channel, template))
        usable += [channel] if not found else []
        yield from found or [Finding(Weight.FINE, f"The {_WORDS[channel]} template passes our words on.")]
    for channel in usable:
        yield from _smoke(channel)
    yield from _real(usable, {Channel.EMAIL: email, Channel.TEXT: phone})
    yield from _limits()
    yield from _receipts()


class _Service:
    """Asks for templates, and notices by the way how far this machine's clock is off."""

    def __init__(self) -> None:
        self.clock_off = 0.0
        self._client = make_client()
        self._client.timeout = ASKING
        self._client.request_session.hooks["response"].append(self._notice)

    def template(self, channel: Channel) -> Any:
        """As Notify tells it; None where there is none of this id."""
        try:
            return self._client.get_template(getattr(settings, TEMPLATES[channel]))
        except APIError as fault:
            if fault.status_code == 404 and error_of(fault) is not None:
                return None
            raise

    def _notice(self, response: Any, **other: Any) -> None:
        told = response.headers.get("Date")
        if told:
            self.clock_off = time.time() - parsedate_to_datetime(told).timestamp()


_SET_THE_CLOCK = (
    "Set it by NTP, for example with systemd-timesyncd or chrony; Notify refuses more than 30 seconds."
)


def _clock(off: float) -> str:
    return f"This machine's clock is about {abs(off):.0f} seconds {'fast' if off > 0 else 'slow'}."


def _no_access(fault: APIError, service: _Service) -> Finding:
    error = error_of(fault)
    if never_connected(fault):
        return Finding(
            Weight.WRONG,
            f"No connection to {settings.NOTIFY_BASE_URL} could be made.",
            "Check NOTIFY_BASE_URL and the firewall; behind a proxy set HTTPS_PROXY for the workers.",
        )
    if fault.response is not None and fault.status_code in (401, 403):
        if access_refused(error) == Hurdle.CLOCK_OFF:
            return Finding(Weight.WRONG, _clock(service.clock_off), _SET_THE_CLOCK)
        return Finding(
            Weight.WRONG,
            f"GOV.UK Notify does not accept the key{_said(fault)}.",
            "In Notify, API integration, API keys: make a key of the type Live, set it as NOTIFY_API_KEY, and start "
            "the portal and its workers again.",
        )
    return Finding(
        Weight.WRONG,
        f"GOV.UK Notify at {settings.NOTIFY_BASE_URL} gave no usable answer{_said(fault)}.",
        "Check NOTIFY_BASE_URL. If it is right, look at https://status.notifications.service.gov.uk and try again.",
    )


def _said(fault: APIError) -> str:
    error = error_of(fault)
    return f" (it says: {error.sentence})" if error is not None else f" (status {fault.status_code})"


def _template(channel: Channel, template: Any) -> Iterator[Finding]:
    """What is wrong with a template; nothing where it is as it has to be."""
    name, words = TEMPLATES[channel], _WORDS[channel]
    id_ = getattr(settings, name)
    if template is None:
        yield Finding(
            Weight.WRONG,
            f"The service of this key has no template {id_}, which {name} names.",
            f"In Notify, Templates: open or make the {words} template, copy its id, and set it as {name}.",
        )
        return
    if template["type"] != TYPES[channel]:
        yield Finding(
            Weight.WRONG,
            f"The template that {name} names is of the type {template['type']}, not {TYPES[channel]}.",
            f"Set the id of the {words} template as {name}. Are the two swapped?",
        )
        return
    for part, wanted in _WANTED[channel].items():
        held = str(template.get(part) or "").strip()
        if held == wanted:
            continue
        extra = [name for name in _PLACEHOLDER.findall(held) if f"(({name}))" != wanted]
        if wanted not in held:
            wrong = f"does not have the placeholder {wanted}"
        elif extra:
            wrong = f"has a placeholder that the portal does not fill: {', '.join(f'(({name}))' for name in extra)}"
        else:
            wrong = "has words of its own beside the placeholder"
        yield Finding(
            Weight.WRONG,
            f"The {_PART[part]} of the {words} template {wrong}.",
            f"In Notify, Templates: make its {_PART[part]} {wanted} and nothing else.",
        )


def _smoke(channel: Channel) -> Iterator[Finding]:
    """One message in the service's usual name, and one in that of each trust that has its own."""
    column = "notify_reply_to_id" if channel == Channel.EMAIL else "notify_text_sender_id"
    answer = _try(channel, SMOKE[channel], None)
    if answer.weight is not Weight.FINE:
        yield answer
        return
    yield answer
    for trust in Organisation.objects.exclude(**{column: None}):
        answer = _try(channel, SMOKE[channel], getattr(trust, column))
        if answer.weight is not Weight.FINE:
            yield Finding(
                Weight.WRONG,
                f"GOV.UK Notify does not know the sender of {trust}'s {_WORDS[channel]}s: {getattr(trust, column)}.",
                f"In Notify, Settings: copy the id of the trust's sender, and set {column} by manage.py set_senders.",
            )


def _real(usable: list[Channel], recipients: dict[Channel, str]) -> Iterator[Finding]:
    for channel in usable:
        if recipients[channel]:
            yield _try(channel, recipients[channel], None)
    if not any(recipients.values()):
        yield Finding(
            Weight.NOTE,
            "Whether the service is live, and the key of the type Live, shows only with a real message.",
            "Run this again with --email and --phone of somebody who is not in the service's team.",
        )


def _try(channel: Channel, recipient: str, sender_id: Any) -> Finding:
    provider, words = NotifyProvider(), _WORDS[channel]
    outgoing = Outgoing(
        # Nobody's: a receipt for it finds no message.
        reference=uuid7(),
        organisation_id=uuid7(),
        channel=channel,
        recipient=recipient,
        subject="A test of the Digital Staff Passport",
        body="This is a test. There is nothing to do.",
        attempt=1,
        sender_id=sender_id,
    )
    try:
        provider.post(outgoing)
        answer: Any = Accepted("")
        said = ""
    except APIError as fault:
        answer, said = not_taken(fault, channel), _said(fault)
    if isinstance(answer, Accepted):
        smoke = recipient == SMOKE[channel]
        taken = "would take" if smoke else "has taken"
        return Finding(Weight.FINE, f"GOV.UK Notify {taken} {words}s{'' if smoke else f' to {recipient}'}.")
    if answer == Refused(Failure.TEAM_ONLY):
        return Finding(
            Weight.WRONG,
            "The service is in trial mode, or the key is for its team only: nobody else can be reached, and there are "
            "50 messages a day.",
            "In Notify, Settings: request to go live. Then make a key of the type Live and set it as NOTIFY_API_KEY.",
        )
    return Finding(
        Weight.WRONG,
        f"GOV.UK Notify does not take {words}s{said}.",
        "See https://docs.notifications.service.gov.uk/python.html, Error codes; then run this again.",
    )


def _limits() -> Iterator[Finding]:
    if settings.MESSAGES_A_MINUTE > 3000:
        yield Finding(
            Weight.NOTE,
            f"MESSAGES_A_MINUTE is {settings.MESSAGES_A_MINUTE}; GOV.UK Notify takes 3,000 unless agreed otherwise.",
            "Set it to what was agreed, or leave it out.",
        )


def _receipts() -> Iterator[Finding]:
    address = settings.BASE_URL + reverse("notify-receipt")
    if not settings.NOTIFY_CALLBACK_TOKENS:
        yield Finding(
            Weight.NOTE,
            "GOV.UK Notify does not tell the portal what became of messages: the portal asks, some minutes later.",
            "To be told at once, set NOTIFY_CALLBACK_TOKENS, and in Notify, API integration, Callbacks, "
            f"{address} with the same token.",
        )
        return
    if urlsplit(settings.BASE_URL).hostname in ("localhost", "127.0.0.1"):
        yield Finding(
            Weight.WRONG,
            f"GOV.UK Notify cannot call back to {settings.BASE_URL}.",
            "Unset NOTIFY_CALLBACK_TOKENS, and the portal asks by itself.",
        )
        return
    # By the index over what was sent and has had no news since.
    silent = Message.everywhere.filter(
        state=State.SENT, provider=NotifyProvider.name, attempted_at__lt=timezone.now() - _RECEIPTS_TAKE
    ).count()
    if silent:
        yield Finding(
            Weight.NOTE,
            f"For {silent:,} messages sent more than 4 hours ago no receipt has come. Phones that are switched off "
            "explain a few, not many.",
            f"In Notify, API integration, Callbacks: is it {address}, with the first of NOTIFY_CALLBACK_TOKENS?",
        )
        return
    yield Finding(
        Weight.NOTE,
        "Notify does not tell whether its callback is set; no message lacks its receipt.",
        f"In Notify, API integration, Callbacks: {address}, with the first of NOTIFY_CALLBACK_TOKENS.",
    )
