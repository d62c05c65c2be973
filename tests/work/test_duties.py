"""Duties: one worker at a time, each in its turn, taken over when a worker is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, OperationalError, transaction
from pytest_django import DjangoAssertNumQueries
from uuid_utils.compat import uuid7

from staffpassport.work import duties, pauses
from staffpassport.work.duties import Duty
from staffpassport.work.leases import Leases
from staffpassport.work.models import DutyLease
from staffpassport.work.rounds import Rounds

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-22T12:00:00+00:00", tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "ON_SQLITE", 0)


def _leases() -> Leases:
    return Leases(uuid7(), timedelta(seconds=60))


def _duty(run: Callable[[], bool], name: str = "duty", every: float = 0) -> Duty:
    return Duty(name, run=run, every=timedelta(seconds=every))


def test_a_duty_is_had_by_one_worker_at_a_time() -> None:
    mine, yours = _leases(), _leases()
    assert mine.take("seal")
    assert mine.take("seal")
    assert not yours.take("seal")
    assert yours.take("remind"), "while another duty is free"


def test_of_two_workers_that_find_a_duty_free_one_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    mine, yours = _leases(), _leases()
    create = DutyLease.objects.bulk_create

    def overtaken(*args: Any, **options: Any) -> None:
        create(*args, **options)
        monkeypatch.undo()
        assert yours.take("seal")

    monkeypatch.setattr(DutyLease.objects, "bulk_create", overtaken)
    assert not mine.take("seal")


def test_a_duty_of_a_killed_worker_is_taken_over_when_its_lease_lapses(clock: time_machine.Traveller) -> None:
    killed, other = _leases(), _leases()
    killed.take("seal")
    clock.shift(59)
    assert not other.take("seal")
    clock.shift(2)
    assert other.take("seal")
    assert not killed.take("seal"), "and it would notice, were it only frozen"


def test_a_living_worker_keeps_its_duty_by_renewing(clock: time_machine.Traveller) -> None:
    mine, other = _leases(), _leases()
    mine.take("seal")
    for _ in range(20):
        clock.shift(10)
        mine.renew()
        assert mine.take("seal")
        assert not other.take("seal")


def test_a_lease_lost_is_not_renewed(clock: time_machine.Traveller) -> None:
    frozen, other = _leases(), _leases()
    frozen.take("seal")
    clock.shift(61)
    other.take("seal")
    frozen.renew()
    assert not frozen.take("seal")
    assert other.take("seal")


def test_a_duty_handed_back_is_free_at_once() -> None:
    mine, other = _leases(), _leases()
    mine.take("seal")
    mine.hand_back()
    assert other.take("seal")
    mine.hand_back()
    assert DutyLease.objects.get().holder is not None, "what is another's is not handed back"


def test_a_duty_that_one_has_costs_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    mine, other = _leases(), _leases()
    mine.take("seal")
    with django_assert_num_queries(0):
        mine.take("seal")
        mine.renew()
    with django_assert_num_queries(1):  # and one that another has is only read
        other.take("seal")


def test_a_holder_and_an_end_belong_together() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyLease.objects.create(name="x", holder=uuid7())


def test_duties_take_turns_bit_by_bit() -> None:
    done: list[str] = []

    def bit(name: str) -> Callable[[], bool]:
        def run() -> bool:
            done.append(name)
            return done.count(name) < 3

        return run

    loop = Rounds([_duty(bit("a"), "a", 60), _duty(bit("b"), "b", 60)], _leases())
    while loop.step():
        pass
    assert done == ["a", "b", "a", "b", "a", "b"]


def test_a_duty_waits_for_its_time() -> None:
    runs: list[int] = []

    def run() -> bool:
        runs.append(1)
        return False

    loop = Rounds([_duty(run, every=60)], _leases())
    loop.step()
    loop.step()
    assert len(runs) == 1
    assert 0 < loop.idle <= 1


@pytest.mark.parametrize("fault", [RuntimeError("Ada"), OperationalError("Ada")])
def test_a_duty_that_fails_is_logged_and_tried_later_while_others_go_on(
    fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    runs: list[str] = []

    def fail() -> bool:
        runs.append("bad")
        raise fault

    def succeed() -> bool:
        runs.append("good")
        return False

    loop = Rounds([_duty(fail, "bad"), _duty(succeed, "good")], _leases())
    for _ in range(3):
        loop.step()
    assert runs == ["bad", "good", "good", "good"]
    assert "duty failed" in caplog.text
    assert "Ada" not in caplog.text


def test_a_name_is_given_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duties, "_registered", {})
    duties.register(_duty(lambda: False))
    with pytest.raises(ValueError, match="already"):
        duties.register(_duty(lambda: False))
