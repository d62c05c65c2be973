"""GOV.UK Notify, by its official client.

Our words go out through two templates that pass them on, an e-mail whose subject is `((subject))` and whose message is
`((body))`, and a text that is `((body))`: so what the check page shows is what is sent. A message's id is its
`reference`, by which it is found again when an answer was lost.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from staffpassport.messaging.providers.base import (
    Accepted,
    Found,
    Handed,
    LookUpAnswer,
    NoAnswer,
    Outgoing,
    Provider,
    SendAnswer,
    Unknown,
)
from staffpassport.messaging.providers.notify_answers import CHANNELS, became, not_taken
from staffpassport.messaging.states import Channel, State

# Seconds to connect, and to answer. The first counts for each address of the host, of which there are a few, so that
# all in all an answer comes within 40 seconds or not at all.
SENDING = (3.05, 25.0)
ASKING = (3.05, 10.0)
# A connection that rested longer may have been closed at the other end, and what is written to it then is lost.
_CONNECTION_RESTS = 20.0
_ONE_BY_ONE = 5
# What a message failed of is told once it was tried again: of two of one reference, the better news counts.
_BETTER = {State.FAILED: 0, State.SENT: 1, State.DELIVERED: 2}


def make_client() -> Any:
    """A client of the settings. It has no types, is not thread-safe, and tries nothing again by itself."""
    client: Any = NotificationsAPIClient
    return client(settings.NOTIFY_API_KEY, base_url=settings.NOTIFY_BASE_URL, timeout=SENDING)


class NotifyProvider(Provider):
    """Delivers by GOV.UK Notify, which takes 3,000 messages in any 60 seconds and 250,000 of each channel a day."""

    name = "notify"
    channels = frozenset(Channel)
    can_be_asked = True
    tells_states = True
    daily_limits = {Channel.EMAIL: 250_000, Channel.TEXT: 250_000}

    def __init__(self) -> None:
        self._client = make_client()
        self._rested_since = time.monotonic()

    @classmethod
    def calls_back(cls) -> bool:
        """Where Notify was given a token to call back with."""
        return bool(settings.NOTIFY_CALLBACK_TOKENS)

    def send(self, outgoing: Outgoing) -> SendAnswer:
        try:
            answer = self.post(outgoing)
        except APIError as fault:
            return not_taken(fault, outgoing.channel)
        finally:
            self._rested_since = time.monotonic()
        id_ = answer.get("id") if isinstance(answer, Mapping) else None
        return Accepted(str(id_)) if id_ else NoAnswer("no id")

    def look_up(self, reference: UUID, channel: Channel) -> LookUpAnswer:
        try:
            page = self._ready().get_all_notifications(reference=str(reference))
            found = [_found(one) for one in _listed(page)]
        except APIError as fault:
            return NoAnswer(f"status {fault.status_code}")
        finally:
            self._rested_since = time.monotonic()
        return max(found, key=lambda one: _BETTER[one.state]) if found else Unknown()

    def states_of(self, handed: Sequence[Handed]) -> Mapping[UUID, Found]:
        """One page of 250 serves many that went out together; those not on it are asked for singly, a few."""
        if not handed:
            return {}
        client = self._ready()
        client.timeout = ASKING
        newest = max(handed, key=lambda one: one.attempted_at)
        told: dict[str, Found] = {}
        try:
            if len(handed) > _ONE_BY_ONE:
                page = client.get_all_notifications(older_than=newest.provider_id)
                told = {one.provider_id: one for one in map(_found, _listed(page))}
            singly = [one for one in (newest, *handed) if one.provider_id not in told]
            for one in list(dict.fromkeys(singly))[:_ONE_BY_ONE]:
                told.update(_one(client, one.provider_id))
        except APIError:
            pass  # What has been told counts; the others are asked about later.
        finally:
            client.timeout = SENDING
            self._rested_since = time.monotonic()
        return {one.reference: told[one.provider_id] for one in handed if one.provider_id in told}

    def post(self, outgoing: Outgoing) -> Any:
        """Notify's own answer to a message. APIError where it refuses or does not answer."""
        reference = str(outgoing.reference)
        sender = None if outgoing.sender_id is None else str(outgoing.sender_id)
        if outgoing.channel == Channel.EMAIL:
            return self._ready().send_email_notification(
                email_address=outgoing.recipient,
                template_id=settings.NOTIFY_EMAIL_TEMPLATE,
                personalisation={"subject": outgoing.subject, "body": outgoing.body},
                reference=reference,
                email_reply_to_id=sender,
            )
        return self._ready().send_sms_notification(
            phone_number=outgoing.recipient,
            template_id=settings.NOTIFY_TEXT_TEMPLATE,
            personalisation={"body": outgoing.body},
            reference=reference,
            sms_sender_id=sender,
        )

    def _ready(self) -> Any:
        if time.monotonic() - self._rested_since > _CONNECTION_RESTS:
            self._client.request_session.close()
        return self._client


def _one(client: Any, provider_id: str) -> dict[str, Found]:
    try:
        found = _found(client.get_notification_by_id(provider_id))
    except APIError as fault:
        if fault.status_code == 404:
            return {}  # older than Notify keeps
        raise
    return {found.provider_id: found}


def _listed(page: Any) -> Iterable[Mapping[str, Any]]:
    listed: Iterable[Mapping[str, Any]] = page["notifications"]
    return listed


def _found(told: Mapping[str, Any]) -> Found:
    state, reason = became(told["status"], CHANNELS.get(told["type"], Channel.EMAIL))
    return Found(state, told["id"], reason)
