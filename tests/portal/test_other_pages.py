"""Sent messages, the pages of the footer, the sign of life, and the notice that nothing is being sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.messaging.models import PracticeMessage
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from staffpassport.work import heartbeat
from tests import making
from tests.checking import CheckingClient
from tests.reading import text

pytestmark = pytest.mark.django_db


def delivered(trust: Organisation, body: str) -> None:
    PracticeMessage.everywhere.create(
        organisation=trust,
        reference=uuid7(),
        channel=Channel.TEXT,
        recipient="+447946000777",
        body=body,
        delivered_at=timezone.now(),
    )


def test_sent_messages_are_the_trusts_own_with_links_to_follow(
    portal: CheckingClient, trust: Organisation, other_trust: Organisation
) -> None:
    delivered(trust, "Sign up: http://localhost:8000/i/abc")
    delivered(other_trust, "A stranger's message")
    page = portal.get("/sent-messages")
    assert "Sign up:" in text(page)
    assert 'href="http://localhost:8000/i/abc"' in page.content.decode()
    assert "stranger" not in text(page)


def test_nothing_sent_yet_says_what_will_be_here(portal: CheckingClient) -> None:
    assert "Nothing has been sent yet" in text(portal.get("/sent-messages"))


def test_a_message_that_looks_like_html_is_shown_as_text(portal: CheckingClient, trust: Organisation) -> None:
    delivered(trust, "Hello <script>alert(1)</script>")
    assert "<script>alert" not in portal.get("/sent-messages").content.decode()


def test_outside_practice_mode_there_are_no_sent_messages(
    portal: CheckingClient, trust: Organisation, settings: LazySettings
) -> None:
    settings.PRACTICE_MODE = False
    assert portal.get("/sent-messages").status_code == 404


@pytest.mark.parametrize("page", ["accessibility", "contact", "cookies", "privacy", "terms"])
def test_the_pages_of_the_footer_are_there_for_anybody(visitor: CheckingClient, page: str) -> None:
    assert visitor.get(f"/{page}").status_code == 200


def test_the_page_on_cookies_names_those_that_are_set(visitor: CheckingClient) -> None:
    visitor.get("/log-in")
    page = text(visitor.get("/cookies"))
    assert visitor.cookies
    for name in visitor.cookies:
        assert f" {name} " in page


def test_pages_say_that_messages_are_not_being_sent_while_no_worker_is_alive(portal: CheckingClient) -> None:
    assert "Messages are not being sent" in text(portal.get("/people"))
    heartbeat.beat(uuid7(), timezone.now())
    assert "Messages are not being sent" not in text(portal.get("/people"))


def test_health_is_200_when_the_database_answers_and_all_migrations_are_applied(
    visitor: CheckingClient,
) -> None:
    assert visitor.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("plan", "said"),
    [(lambda *_: ["0002_more"], "Migrations are waiting"), (None, "The database does not answer")],
)
def test_health_is_503_and_says_why(
    visitor: CheckingClient, monkeypatch: pytest.MonkeyPatch, plan: Any, said: str
) -> None:
    def fails(*_: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(MigrationExecutor, "migration_plan", plan or fails)
    answer = visitor.get("/healthz")
    assert answer.status_code == 503
    assert said in answer.content.decode()


def test_home_shows_the_role_and_opens_the_search(portal: CheckingClient, trust: Organisation) -> None:
    making.passport(trust)
    page = portal.get("/")
    assert "HR user" in text(page)
    assert "1 invitation pending" in text(page)
