"""A stub of GOV.UK Notify, and the settings of a portal that sends by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from staffpassport.messaging.providers import notify
from staffpassport.messaging.providers.base import Outgoing
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from tests import notify_stub
from tests.notify_stub import Behaviour, Fault
from tests.notify_stub.service import EMAIL_TEMPLATE, KEY, TEXT_TEMPLATE

TOKEN = "a token that Notify shows 0123456789"


# What goes wrong on a bad day, besides that look-ups do not show a message at first, and receipts get lost.
_CHANCES = {
    Fault.ERROR: 0.03,
    Fault.RATE: 0.005,
    Fault.SLOW: 0.02,
    Fault.SILENT: 0.02,
    Fault.CUT_BEFORE: 0.04,
    Fault.CUT_AFTER: 0.04,
}


def worst_day(port: int, seed: int, **more: Any) -> Behaviour:
    """How Notify is on its worst day, for a portal at this port whose delays are those of worker_settings."""
    return Behaviour(
        latency=0.02,
        slow=0.8,
        silence=2,
        hidden=1,
        ends_after=0.2,
        chances=_CHANCES,
        seed=seed,
        callback_url=f"http://127.0.0.1:{port}/receipts/notify",
        callback_token=TOKEN,
        callbacks_lost=0.1,
        callbacks_repeated=0.2,
        callbacks_late=1.5,
        **more,
    )


def point_at(url: str) -> dict[str, str]:
    """The environment of a portal that sends by the stub at this address."""
    return {
        "MESSAGE_PROVIDER": "notify",
        "NOTIFY_BASE_URL": url,
        "NOTIFY_API_KEY": KEY,
        "NOTIFY_EMAIL_TEMPLATE": EMAIL_TEMPLATE,
        "NOTIFY_TEXT_TEMPLATE": TEXT_TEMPLATE,
    }


@pytest.fixture
def stub(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[notify_stub.Stub]:
    """Notify on this machine, which the settings name. A time-out takes half a second."""
    monkeypatch.setattr(notify, "SENDING", (0.5, 0.5))
    with notify_stub.running() as running:
        for name, value in point_at(running.url).items():
            setattr(settings, name, value)
        settings.NOTIFY_CALLBACK_TOKENS = []
        yield running


def outgoing(
    trust: Organisation, reference: Any, recipient: str = "ada@example.com", **other: Any
) -> Outgoing:
    """What is handed over; a text where the recipient is a phone."""
    wanted: dict[str, Any] = {
        "reference": reference,
        "organisation_id": trust.pk,
        "channel": Channel.TEXT if recipient.startswith("+") else Channel.EMAIL,
        "recipient": recipient,
        "subject": "Invitation",
        "body": "Come in",
        "attempt": 1,
        **other,
    }
    return Outgoing(**wanted)
