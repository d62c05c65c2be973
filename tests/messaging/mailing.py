"""A mail server, and the settings of a portal that sends by it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from staffpassport.environment.values import mail_server
from staffpassport.messaging.providers import smtp
from tests import mail_stub

FROM = "passport@portal.example.nhs.uk"


@pytest.fixture
def post_office(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[mail_stub.Stub]:
    """A mail server on this machine, which the settings name. Patience is a second and not half a minute."""
    monkeypatch.setattr(smtp, "UNTIL_THE_DOT", 0.6)
    monkeypatch.setattr(smtp, "UNTIL_THE_ANSWER", 1.0)
    with mail_stub.running(mail_stub.MailServer()) as stub:
        point_at(stub, settings)
        yield stub


def point_at(stub: mail_stub.Stub, settings: Settings) -> None:
    """Makes the settings those of a portal that sends by this server."""
    settings.MESSAGE_PROVIDER = "smtp"
    settings.SMTP_URL = mail_server(stub.url)
    settings.SMTP_FROM = FROM
