"""The figures for a monitor: who may see them, what they say, what they cost, and what they must not tell."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings
from uuid_utils.compat import uuid7

from staffpassport.audit.sealing import seal
from staffpassport.messaging import figures
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel, Failure, State
from staffpassport.organisations.models import Organisation
from staffpassport.work import heartbeat
from staffpassport.work.models import WorkerHeartbeat
from tests import making
from tests.checking import CheckingClient

NEW, OLD = "a new token of the monitor 0123456789", "an old token of the monitor 0123456789"
Figures = dict[tuple[str, tuple[str, ...]], float]


@pytest.fixture(autouse=True)
def _tokens(settings: Settings) -> None:
    settings.METRICS_TOKENS = [NEW, OLD]


def scrape(visitor: CheckingClient, token: str = NEW) -> Figures:
    """Every figure, by its name and the values of its labels."""
    answer = visitor.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name.removeprefix("staffpassport_"), tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_only_who_shows_a_token_sees_them(visitor: CheckingClient, settings: Settings) -> None:
    scrape(visitor, OLD)
    for shown in ("", "Bearer", "Bearer wrong", f"Basic {NEW}", f"Bearer {NEW[:-1]}", "Bearer pässword"):
        answer = visitor.get("/metrics", headers={"Authorization": shown})
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer"), shown
        assert b"staffpassport_" not in answer.content
    settings.METRICS_TOKENS = []
    assert visitor.get("/metrics", headers={"Authorization": f"Bearer {NEW}"}).status_code == 404


def test_a_logged_in_user_does_not(portal: CheckingClient) -> None:
    assert portal.get("/metrics").status_code == 401


def test_what_waits_and_for_how_long(visitor: CheckingClient, trust: Organisation) -> None:
    making.passport(trust)
    Message.everywhere.update(due_at=timezone.now() - timedelta(seconds=90))
    Message.everywhere.filter(channel=Channel.TEXT).update(
        state=State.UNCERTAIN, attempts=1, attempted_at=timezone.now()
    )
    said = scrape(visitor)
    assert 90 <= said["oldest_due_message_age_seconds", ("single",)] < 120
    assert said["oldest_due_message_age_seconds", ("code",)] == 0
    assert said["messages_queued", ("single",)] == 1
    assert said["messages_in_hand", ("uncertain",)] == 1
    assert said["messages_written_last_hour", ("email", "queued")] == 1
    assert said["messages_written_last_hour", ("text", "uncertain")] == 1
    assert said["messages_left_today", ("email",)] == 250_000
    assert said["sending_paused", ("",)] == 0
    assert said["migrations_waiting", ()] == 0
    assert [labels[-1] for name, labels in said if name == "build_info"]


def test_failures_count_for_an_hour_by_reason(visitor: CheckingClient, trust: Organisation) -> None:
    for _ in range(3):
        making.passport(trust)
    now = timezone.now()
    emails = Message.everywhere.filter(channel=Channel.EMAIL)
    ended = {"recipient": None, "state": State.FAILED, "state_changed_at": now}
    emails.update(failure=Failure.NO_SUCH_ADDRESS, **ended)
    first, *_, last = emails.order_by("pk")
    emails.filter(pk=first.pk).update(failure="words of a provider 8151")
    emails.filter(pk=last.pk).update(state_changed_at=now - timedelta(minutes=61))
    said = scrape(visitor)
    assert said["messages_failed_last_hour", ("email", "no-such-address")] == 1
    assert said["messages_failed_last_hour", ("email", "other")] == 1


def test_workers_that_are_heard_of_and_one_that_is_not(visitor: CheckingClient, db: None) -> None:
    for _ in range(2):
        heartbeat.beat(uuid7(), timezone.now())
    lost = WorkerHeartbeat.objects.first()
    assert lost is not None
    WorkerHeartbeat.objects.filter(pk=lost.pk).update(beaten_at=timezone.now() - timedelta(minutes=5), pid=1)
    said = scrape(visitor)
    assert said["workers_alive", ()] == 1
    assert said["worker_heartbeat_age_seconds", (lost.host, "1")] >= 300


def test_how_long_events_wait_for_their_seal_and_seals_for_their_head(
    visitor: CheckingClient, trust: Organisation, tmp_path: Path, settings: Settings
) -> None:
    making.passport(trust)
    with time_machine.travel(timezone.now() + timedelta(minutes=7)):
        said = scrape(visitor)
    assert 420 <= said["audit_oldest_waiting_seconds", ("seal",)] < 500
    assert said["audit_oldest_waiting_seconds", ("head",)] == 0
    settings.AUDIT_HEADS_FILE = str(tmp_path)  # a folder, in which no line can be written
    with pytest.raises(OSError, match="directory"):
        seal()
    with time_machine.travel(timezone.now() + timedelta(minutes=7)):
        said = scrape(visitor)
    assert said["audit_oldest_waiting_seconds", ("seal",)] == 0
    assert 420 <= said["audit_oldest_waiting_seconds", ("head",)] < 500


def test_nothing_of_a_person_or_a_trust_is_told(visitor: CheckingClient, trust: Organisation) -> None:
    person = making.passport(trust)
    answer = visitor.get("/metrics", headers={"Authorization": f"Bearer {NEW}"}).content.decode()
    for private in (person.email, person.phone, person.first_name, trust.name, trust.ods_code, str(trust.pk)):
        assert private not in answer


def test_a_scrape_costs_the_same_few_queries_however_many_there_are(
    visitor: CheckingClient, trust: Organisation, other_trust: Organisation
) -> None:
    scrape(visitor)
    with CaptureQueriesContext(connection) as before:
        scrape(visitor)
    for whose in (trust, other_trust):
        for _ in range(5):
            making.passport(whose)
    with CaptureQueriesContext(connection) as after:
        scrape(visitor)
    assert len(before) == len(after) <= 17
    assert {query["sql"].split()[0] for query in after.captured_queries} <= {"SELECT"}


def test_nothing_is_counted_further_than_it_has_to(
    visitor: CheckingClient, trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "MOST", 3)
    for _ in range(4):
        making.passport(trust)
    said = scrape(visitor)
    assert said["messages_queued", ("single",)] == 3
    assert sum(value for (name, _), value in said.items() if name == "messages_written_last_hour") == 3
