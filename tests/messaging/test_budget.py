"""All workers together keep the provider's limits."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from pytest_django import Settings

from staffpassport.messaging import budget
from staffpassport.messaging.budget import Pace
from staffpassport.messaging.claim import Turns, claim
from staffpassport.messaging.deliver import CODES, THE_REST
from staffpassport.messaging.models import Message, ProviderBudget
from staffpassport.messaging.outbox import enqueue
from staffpassport.messaging.providers.base import Accepted, Outgoing, SendAnswer, TryLater
from staffpassport.messaging.states import Channel, State, Urgency
from staffpassport.messaging.timing import Timing
from staffpassport.organisations.models import Organisation
from tests.messaging.outbox import Recorder, at, delivery, draft, queue, run

NOON = at("2026-11-22T12:00:00+00:00")


def _most_in_any_minute(draws: list[tuple[datetime, int]]) -> int:
    return max(
        sum(count for when, count in draws if start <= when < start + timedelta(minutes=1))
        for start, _ in draws
    )


@pytest.mark.parametrize("limit", [1, 60, 3000])
def test_two_claimers_together_never_pass_the_limit_in_any_rolling_minute(
    db: None, settings: Settings, limit: int
) -> None:
    settings.MESSAGES_A_MINUTE = limit
    chance = random.Random(limit)
    draws: list[tuple[datetime, int]] = []
    now = NOON
    while now < NOON + timedelta(minutes=3):
        # Two workers, whose clocks differ by up to a second, look in at odd moments and take all that they get.
        theirs = now + timedelta(seconds=chance.random()) if chance.random() < 0.5 else now
        with transaction.atomic():
            purse = budget.locked(Recorder, theirs)
            taken = purse.tokens(Urgency.CODE)
            purse.draw(Channel.EMAIL, taken)
            purse.row.save()
        draws.append((now, taken))
        # Mostly busy; now and then nothing waits for a while, and the bucket fills.
        now += timedelta(seconds=15 if chance.random() < 0.004 else chance.choice([0.05, 0.5]))

    # A clock that runs ahead by a second is worth a second's messages once, not every time.
    allowance = Pace.of(limit).rate
    assert _most_in_any_minute(draws) <= limit + allowance
    assert sum(count for _, count in draws) > 1.8 * limit, "and what the provider takes is used"


@pytest.mark.parametrize("limit", [0, 1, 2, 49, 50, 3000, 10_000])
def test_a_burst_and_a_minute_of_refilling_stay_below_one_more_than_the_limit(limit: int) -> None:
    pace = Pace.of(limit)
    assert pace.burst + 60 * pace.rate < limit + 1


def test_the_steady_rate_is_nearly_all_that_the_provider_takes() -> None:
    assert Pace.of(3000).rate > 0.97 * 50


def test_delivery_keeps_the_rate_and_goes_on_when_there_is_budget_again(
    trust: Organisation, settings: Settings
) -> None:
    settings.MESSAGES_A_MINUTE = 60
    with time_machine.travel(NOON, tick=False) as clock:
        enqueue(draft(trust, str(number)) for number in range(200))
        loop = delivery()

        def work_for(seconds: int) -> None:
            for _ in range(seconds * 4):
                while loop.step():
                    pass
                clock.shift(0.25)

        work_for(60)
        assert 45 <= len(Recorder.taken) <= 60
        work_for(20)
        assert len(Recorder.taken) > 60


def test_a_loop_that_waits_for_budget_looks_again_soon(trust: Organisation, settings: Settings) -> None:
    settings.MESSAGES_A_MINUTE = 0
    queue(trust)
    loop = delivery()
    assert not loop.step()
    assert loop.idle <= 0.1


def test_a_429_pauses_everybody_and_costs_the_message_no_extra_wait(trust: Organisation) -> None:
    def too_many(outgoing: Outgoing) -> SendAnswer:
        return TryLater("rate-limit", pause_all=True, after=timedelta(seconds=30))

    Recorder.answer = too_many
    with time_machine.travel(NOON, tick=False) as clock:
        queue(trust, "a", urgency=Urgency.SINGLE)
        run(delivery())
        Recorder.answer = lambda outgoing: Accepted("1")
        queue(trust, "b", urgency=Urgency.CODE)
        for _ in range(29):
            run(delivery())
            run(delivery(urgencies=CODES))
            clock.shift(1)
        assert len(Recorder.taken) == 1, "the pause holds for other loops and for codes too"
        clock.shift(2)
        run(delivery())
        run(delivery(urgencies=CODES))
    assert set(Message.everywhere.values_list("state", flat=True)) == {State.SENT}


def test_the_daily_limit_of_a_channel_holds_till_midnight_utc_and_not_for_the_other(
    trust: Organisation,
) -> None:
    Recorder.daily_limits = {Channel.EMAIL: 100}
    # British summer time: midnight UTC is one o'clock in London.
    with time_machine.travel(at("2026-07-01T22:00:00+00:00"), tick=False) as clock:
        enqueue(draft(trust, f"e-{number}") for number in range(120))
        enqueue(draft(trust, f"t-{number}", channel=Channel.TEXT) for number in range(5))
        for _ in range(20):
            run(delivery())
            clock.shift(10)
        assert _taken(Channel.EMAIL) == 99, "the last hundredth is kept for codes and single invitations"
        assert _taken(Channel.TEXT) == 5
        queue(trust, "single", urgency=Urgency.SINGLE)
        queue(trust, "single-2", urgency=Urgency.SINGLE)
        run(delivery())
        assert _taken(Channel.EMAIL) == 100
        clock.move_to(at("2026-07-01T23:59:59+00:00"))
        run(delivery())
        assert _taken(Channel.EMAIL) == 100
        clock.move_to(at("2026-07-02T00:00:00+00:00"))
        run(delivery())
        assert _taken(Channel.EMAIL) == 122


def test_a_provider_that_says_the_day_is_over_is_believed(trust: Organisation) -> None:
    Recorder.daily_limits = {Channel.EMAIL: 1000}
    Recorder.answer = lambda outgoing: (
        TryLater("daily-limit", day_is_over=True) if outgoing.channel == "email" else Accepted("1")
    )
    with time_machine.travel(NOON, tick=False) as clock:
        queue(trust, "a")
        run(delivery())
        queue(trust, "b")
        queue(trust, "t", channel=Channel.TEXT)
        run(delivery())
        assert (_taken(Channel.EMAIL), _taken(Channel.TEXT)) == (1, 1)
        Recorder.answer = lambda outgoing: Accepted("1")
        clock.move_to(at("2026-11-23T00:00:01+00:00"))
        run(delivery())
    assert set(Message.everywhere.values_list("state", flat=True)) == {State.SENT}


def test_bulk_leaves_some_of_the_burst_to_codes(trust: Organisation) -> None:
    with time_machine.travel(NOON, tick=False):
        enqueue(draft(trust, str(number)) for number in range(200))
        enqueue(draft(trust, f"code-{number}", urgency=Urgency.CODE) for number in range(5))
        while claim(THE_REST, 24, Turns(), Recorder, Timing()).messages:
            pass
        assert len(claim(CODES, 24, Turns(), Recorder, Timing()).messages) == 5
    assert ProviderBudget.objects.get().tokens >= 0


def _taken(channel: Channel) -> int:
    return sum(outgoing.channel == channel for outgoing in Recorder.taken)
