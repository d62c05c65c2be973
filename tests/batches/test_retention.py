"""It is forgotten who was chosen; how many they were and what was done stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from staffpassport.batches import retention
from staffpassport.batches.actions import confirm, drop
from staffpassport.batches.kinds import Kind, State
from staffpassport.batches.models import BatchPerson
from staffpassport.organisations.models import Organisation
from tests.batches.batches import BY, chosen, confirmed, done

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_AT_ONCE", 2)


def retire_after(**time: float) -> None:
    with time_machine.travel(timezone.now() + timedelta(**time)):
        while retention.retire():
            pass


def test_what_nobody_confirms_for_a_day_is_dropped_and_forgotten(trust: Organisation) -> None:
    batch = chosen(trust, Kind.RESEND, 5)
    retire_after(hours=23)
    assert BatchPerson.everywhere.count() == 5
    retire_after(hours=25)
    assert not BatchPerson.everywhere.exists()
    batch.refresh_from_db()
    assert (batch.state, batch.people) == (State.DROPPED, 5)
    assert not confirm(batch, by=BY)


def test_whoever_said_no_has_it_forgotten_at_once(trust: Organisation) -> None:
    batch = chosen(trust, Kind.RESEND, 5)
    drop(batch)
    retire_after(minutes=1)
    assert not BatchPerson.everywhere.exists()


def test_what_is_done_is_forgotten_after_a_week_and_its_figures_stay(trust: Organisation) -> None:
    batch = done(trust, Kind.WITHDRAW, 5)
    retire_after(days=6, hours=23)
    assert BatchPerson.everywhere.count() == 5
    retire_after(days=7, hours=1)
    assert not BatchPerson.everywhere.exists()
    batch.refresh_from_db()
    assert (batch.state, batch.people, batch.succeeded) == (State.DONE, 5, 5)


def test_what_waits_for_a_worker_is_never_forgotten(trust: Organisation) -> None:
    confirmed(trust, Kind.RESEND, 3)
    retire_after(days=30)
    assert BatchPerson.everywhere.count() == 3
