"""Sessions that are over are cleared away: they hold drafts about people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from staffpassport.accounts import sessions
from staffpassport.work import duties


@pytest.mark.django_db
def test_sessions_that_have_ended_are_cleared_and_others_stay() -> None:
    now = timezone.now()
    for key, ends in (("over", now - timedelta(seconds=1)), ("going-on", now + timedelta(hours=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
    sessions.clear_ended()
    assert [session.session_key for session in Session.objects.all()] == ["going-on"]


def test_a_worker_has_the_duty() -> None:
    assert sessions.CLEARING in duties.registered()
