"""Sessions that are over are cleared away: they hold drafts about people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from staffpassport.accounts import sessions
from staffpassport.work import duties
from tests.checking import CheckingClient


@pytest.mark.django_db
def test_sessions_that_have_ended_are_cleared_and_others_stay() -> None:
    now = timezone.now()
    for key, ends in (("over", now - timedelta(seconds=1)), ("going-on", now + timedelta(hours=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
    sessions.clear_ended()
    assert [session.session_key for session in Session.objects.all()] == ["going-on"]


def test_a_worker_has_the_duty() -> None:
    assert sessions.CLEARING in duties.registered()


@pytest.mark.django_db
@pytest.mark.parametrize("key", ['"\\000aaaaaaaaaaaaaaaa"', "a" * 33, "A" * 32, '"a\\012' + "a" * 30 + '"'])
def test_a_cookie_that_can_be_no_key_is_asked_of_no_database(visitor: CheckingClient, key: str) -> None:
    """Octal digits are a NUL in a cookie, which PostgreSQL refuses with an error."""
    with CaptureQueriesContext(connection) as queries:
        assert visitor.get("/log-in", headers={"cookie": f"session={key}"}).status_code == 200
        assert visitor.get("/", headers={"cookie": f"session={key}"}).status_code == 302
    assert not [query["sql"] for query in queries if "django_session" in query["sql"]]
