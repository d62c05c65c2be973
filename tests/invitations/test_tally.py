"""How many people somebody has invited in the last 24 hours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from staffpassport.audit.record import Actor
from staffpassport.invitations import tally
from staffpassport.invitations.models import InvitedCount
from staffpassport.organisations.models import Organisation
from staffpassport.work import duties

pytestmark = pytest.mark.django_db

ALEX = Actor.person(UUID(int=7), "Alex Morgan", "192.0.2.1")
SAM = Actor.person(UUID(int=8), "Sam Price")


def test_nobody_invited_counts_as_none_and_leaves_no_line(trust: Organisation) -> None:
    tally.add(trust, ALEX, 0)
    assert tally.lately(ALEX, timezone.now()) == 0
    assert not InvitedCount.everywhere.exists()


def test_all_that_somebody_invited_adds_up_in_all_trusts_and_from_any_address(
    trust: Organisation, other_trust: Organisation
) -> None:
    tally.add(trust, ALEX, 480)
    tally.add(other_trust, ALEX, 20)
    tally.add(trust, Actor.person(UUID(int=7), "Alex Morgan-Lee", "198.51.100.9"), 1)
    tally.add(trust, SAM, 3)
    assert tally.lately(ALEX, timezone.now()) == 501
    assert tally.lately(SAM, timezone.now()) == 3


def test_after_24_hours_they_count_no_more(trust: Organisation) -> None:
    with time_machine.travel("2026-11-02 12:00:00+00:00", tick=False) as clock:
        tally.add(trust, ALEX, 10)
        clock.shift(3600)
        tally.add(trust, ALEX, 5)
        clock.shift(23 * 3600 - 1)
        assert tally.lately(ALEX, timezone.now()) == 15
        clock.shift(1)
        assert tally.lately(ALEX, timezone.now()) == 5


def test_what_was_rolled_back_was_not_invited(trust: Organisation) -> None:
    with transaction.atomic():
        tally.add(trust, ALEX, 10)
        transaction.set_rollback(True)
    assert tally.lately(ALEX, timezone.now()) == 0


def test_asking_costs_one_query(trust: Organisation, django_assert_num_queries: Any) -> None:
    for _ in range(50):
        tally.add(trust, ALEX, 500)
    with django_assert_num_queries(1):
        assert tally.lately(ALEX, timezone.now()) == 25_000


def test_lines_are_forgotten_after_two_days_and_not_before(
    trust: Organisation, django_assert_num_queries: Any
) -> None:
    now = timezone.now()
    for hours in (1, 47, 49, 200):
        InvitedCount.everywhere.create(
            organisation=trust, actor=ALEX.key, at=now - timedelta(hours=hours), people=hours
        )
    assert tally.forget() is False
    assert sorted(InvitedCount.everywhere.values_list("people", flat=True)) == [1, 47]
    with django_assert_num_queries(1):
        tally.forget()


def test_a_worker_does_the_forgetting() -> None:
    assert tally.FORGETTING in duties.registered()
