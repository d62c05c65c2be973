"""What the portal says when messages do not go out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from uuid_utils.compat import uuid7

from staffpassport.messaging import health
from staffpassport.messaging.outbox import enqueue
from staffpassport.messaging.states import Channel, Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.work import heartbeat
from tests.messaging.outbox import Recorder, delivery, draft, organisation, queue, run


@pytest.fixture
def alive(db: None, settings: Settings) -> None:
    settings.MESSAGE_PROVIDER = Recorder.name
    heartbeat.beat(uuid7(), timezone.now())


@pytest.mark.usefixtures("alive")
def test_nothing_is_said_while_messages_go_out(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(2):
        assert health.notice(RequestFactory().get("/")) is None


def test_it_is_said_when_no_worker_is_alive(db: None, settings: Settings) -> None:
    settings.MESSAGE_PROVIDER = Recorder.name
    sentence = health.problem()
    assert sentence is not None
    assert sentence.startswith("Messages are not being sent")


@pytest.mark.usefixtures("alive")
def test_it_is_said_when_no_provider_is_set_up(settings: Settings) -> None:
    settings.MESSAGE_PROVIDER = "none"
    assert health.problem() == health.NO_PROVIDER


@pytest.mark.usefixtures("alive")
def test_it_is_said_when_a_channel_is_not_carried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Recorder, "channels", frozenset({Channel.EMAIL}))
    assert health.problem() == "This service cannot send texts: only emails go out."


@pytest.mark.usefixtures("alive")
def test_it_is_said_when_todays_messages_are_used_up_until_the_next_day(trust: Organisation) -> None:
    Recorder.daily_limits = {Channel.EMAIL: 5}
    enqueue(draft(trust, str(number)) for number in range(6))
    run(delivery())
    sentence = health.problem()
    assert sentence is not None
    assert sentence.startswith("Today's limit of emails has been reached.")
    tomorrow = timezone.now() + timedelta(days=1)
    heartbeat.beat(uuid7(), timezone.now())
    assert health.channels_used_up(Recorder, tomorrow) == []


def test_the_oldest_waiting_message_is_found_over_trusts_and_urgencies(trust: Organisation) -> None:
    now = timezone.now()
    assert health.oldest_waiting(now) is None
    queue(trust, "new", due_at=now - timedelta(minutes=1))
    queue(organisation("RBB"), "old", due_at=now - timedelta(minutes=9), urgency=Urgency.REMINDER)
    queue(trust, "later", due_at=now + timedelta(minutes=9))
    assert health.oldest_waiting(now) == timedelta(minutes=9)
