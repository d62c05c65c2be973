"""Whether a worker is alive."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from uuid_utils.compat import uuid7

from staffpassport.work import heartbeat
from staffpassport.work.models import WorkerHeartbeat

pytestmark = pytest.mark.django_db


def test_a_worker_is_alive_until_it_has_been_silent_for_30_seconds() -> None:
    now = timezone.now()
    assert not heartbeat.anyone_alive()
    with time_machine.travel(now, tick=False):
        heartbeat.beat(uuid7(), now)
    assert heartbeat.anyone_alive(now + timedelta(seconds=30))
    assert not heartbeat.anyone_alive(now + timedelta(seconds=31))


def test_one_living_worker_among_dead_ones_is_enough() -> None:
    now = timezone.now()
    with time_machine.travel(now - timedelta(minutes=3), tick=False):
        heartbeat.beat(uuid7(), now)
    assert not heartbeat.anyone_alive(now)
    heartbeat.beat(uuid7(), now)
    assert heartbeat.anyone_alive(now)


def test_a_beat_is_one_row_a_worker_and_one_write() -> None:
    worker = uuid7()
    for _ in range(3):
        heartbeat.beat(worker, timezone.now())
    assert WorkerHeartbeat.objects.count() == 1


def test_a_worker_taken_for_dead_comes_back() -> None:
    worker = uuid7()
    heartbeat.beat(worker, timezone.now())
    WorkerHeartbeat.objects.all().delete()
    heartbeat.beat(worker, timezone.now())
    assert heartbeat.anyone_alive()


def test_rows_of_killed_workers_are_cleaned_away_and_others_stay(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    now = timezone.now()
    killed, alive = uuid7(), uuid7()
    with time_machine.travel(now - timedelta(minutes=11), tick=False):
        heartbeat.beat(killed, now)
    heartbeat.beat(alive, now)
    heartbeat.clean_away(now)
    assert list(WorkerHeartbeat.objects.values_list("pk", flat=True)) == [alive]
    with django_assert_num_queries(1):  # and when there are none, it only reads
        heartbeat.clean_away(now)


def test_a_worker_that_stops_is_no_longer_alive() -> None:
    worker = uuid7()
    heartbeat.beat(worker, timezone.now())
    heartbeat.stop(worker)
    assert not heartbeat.anyone_alive()
