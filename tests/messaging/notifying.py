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
from tests.notify_stub.service import EMAIL_TEMPLATE, KEY, TEXT_TEMPLATE

TOKEN = "a token that Notify shows 0123456789"


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
