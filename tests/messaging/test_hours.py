"""By night nothing goes out that nobody waits for; in the morning it goes on by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.conf import LazySettings

from staffpassport.messaging import health, hours
from staffpassport.messaging.deliver import CODES
from staffpassport.messaging.models import Message
from staffpassport.messaging.outbox import enqueue
from staffpassport.messaging.providers.base import Accepted, Outgoing, SendAnswer, TryLater
from staffpassport.messaging.states import Channel, State, Urgency
from staffpassport.organisations.models import Organisation
from tests.messaging.outbox import Recorder, at, delivery, draft, queue, run

# In London it is GMT in November, and an hour later than GMT in July.
EVENING = "2026-11-27T20:00:00+00:00"
MORNING = "2026-11-28T08:00:00+00:00"


@pytest.fixture(autouse=True)
def _by_day(settings: LazySettings) -> None:
    settings.SENDING_HOURS = (8 * 60, 20 * 60)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(EVENING, tick=False) as traveller:
        yield traveller


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-11-27T07:59:59+00:00", False),
        ("2026-11-27T08:00:00+00:00", True),
        ("2026-11-27T19:59:59+00:00", True),
        ("2026-11-27T20:00:00+00:00", False),
        ("2026-11-27T00:00:00+00:00", False),
        ("2026-07-01T06:59:59+00:00", False),
        ("2026-07-01T07:00:00+00:00", True),
        ("2026-07-01T18:59:59+00:00", True),
        ("2026-07-01T19:00:00+00:00", False),
        ("2026-07-01T23:00:00+00:00", False),  # midnight in London
        # The days on which summer time begins and ends.
        ("2026-03-28T08:00:00+00:00", True),
        ("2026-03-29T06:59:59+00:00", False),
        ("2026-03-29T07:00:00+00:00", True),
        ("2026-03-29T19:00:00+00:00", False),
        ("2026-10-24T19:00:00+00:00", False),
        ("2026-10-25T07:59:59+00:00", False),
        ("2026-10-25T08:00:00+00:00", True),
        ("2026-10-25T19:59:59+00:00", True),
    ],
)
def test_hours_are_those_of_clocks_in_london(moment: str, open_: bool) -> None:
    assert hours.are_open(at(moment)) is open_
    assert hours.may_go(Urgency, at(moment)) == (list(Urgency) if open_ else [Urgency.CODE, Urgency.SINGLE])


def test_a_day_on_which_the_clocks_change_has_twelve_hours_too() -> None:
    for day in (date(2026, 3, 29), date(2026, 10, 25), date(2026, 12, 31)):
        opens, closes = hours.window(day)
        assert closes - opens == timedelta(hours=12)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-27T12:00:00+00:00", None),
        ("2026-11-27T20:00:00+00:00", "8am tomorrow"),
        ("2026-11-27T23:59:59+00:00", "8am tomorrow"),
        ("2026-11-28T00:00:00+00:00", "8am today"),
        ("2026-07-01T23:30:00+00:00", "8am today"),  # half past midnight in London
    ],
)
def test_what_hr_is_told(moment: str, said: str | None) -> None:
    assert hours.closed_until(at(moment)) == said
    assert hours.in_words(at(moment)) == "between 8am and 8pm"


def test_where_messages_go_out_always_nothing_is_said_of_hours(settings: LazySettings) -> None:
    settings.SENDING_HOURS = (0, 24 * 60)
    for hour in range(48):
        moment = at("2026-03-28T13:00:00+00:00") + timedelta(hours=hour)
        assert hours.are_open(moment)
        assert hours.closed_until(moment) is None
        assert hours.in_words(moment) is None
        assert hours.waiting_since(Urgency.BULK, moment, moment + timedelta(days=1)) == moment


def test_minutes_are_said_where_there_are_any(settings: LazySettings) -> None:
    settings.SENDING_HOURS = (9 * 60 + 30, 12 * 60)
    assert hours.in_words(at(EVENING)) == "between 9:30am and 12pm"


def test_lists_and_reminders_wait_for_the_morning_and_hold_up_nobody(
    trust: Organisation, clock: time_machine.Traveller
) -> None:
    for urgency in Urgency:
        queue(trust, urgency.name, urgency=urgency)
    run(delivery(urgencies=CODES))
    run(delivery())
    assert [one.recipient for one in Recorder.taken] == ["CODE@example.com", "SINGLE@example.com"]
    clock.move_to(at(MORNING) - timedelta(seconds=1), tick=False)
    run(delivery())
    assert len(Recorder.taken) == 2
    clock.move_to(at(MORNING), tick=False)
    run(delivery())
    assert [one.recipient for one in Recorder.taken[2:]] == ["BULK@example.com", "REMINDER@example.com"]


def test_a_list_that_is_being_sent_in_the_evening_goes_on_in_the_morning(
    trust: Organisation, clock: time_machine.Traveller
) -> None:
    clock.move_to(at(EVENING) - timedelta(seconds=1), tick=False)
    enqueue(draft(trust, str(number)) for number in range(60))
    loop = delivery()

    def evening_comes() -> bool:
        if len(Recorder.taken) >= 24:
            clock.move_to(at(EVENING), tick=False)
        return False

    run(loop, until=evening_comes)
    assert 24 <= len(Recorder.taken) < 60
    clock.move_to(at(MORNING), tick=False)
    run(delivery())
    assert len({one.reference for one in Recorder.taken}) == len(Recorder.taken) == 60


def test_what_was_claimed_in_the_last_second_and_not_begun_is_handed_back(
    trust: Organisation, clock: time_machine.Traveller
) -> None:
    clock.move_to(at(EVENING) - timedelta(seconds=1), tick=False)
    queue(trust)
    queue(trust, "single", urgency=Urgency.SINGLE)
    loop = delivery()
    loop.step()  # claimed
    clock.move_to(at(EVENING), tick=False)
    run(loop)
    assert [one.recipient for one in Recorder.taken] == ["single@example.com"]
    assert Message.everywhere.get(idempotency_key="one").state == State.QUEUED


def test_what_was_put_off_in_the_evening_is_tried_again_in_the_morning(
    trust: Organisation, clock: time_machine.Traveller
) -> None:
    answers: list[SendAnswer] = [TryLater("busy"), Accepted("id")]

    def answer(outgoing: Outgoing) -> SendAnswer:
        return answers.pop(0)

    Recorder.answer = answer
    clock.move_to(at(EVENING) - timedelta(seconds=1), tick=False)
    queue(trust)
    run(delivery())
    clock.move_to(at(EVENING) + timedelta(hours=1), tick=False)
    run(delivery())
    assert len(Recorder.taken) == 1
    clock.move_to(at(MORNING), tick=False)
    run(delivery())
    assert Message.everywhere.get().state == State.SENT


def test_what_was_not_sent_by_its_last_moment_is_cancelled_and_draws_nothing_from_the_budget(
    trust: Organisation, clock: time_machine.Traveller, settings: LazySettings
) -> None:
    settings.MESSAGES_A_MINUTE = 2
    late = at(EVENING)
    enqueue(draft(trust, f"late {n}", urgency=Urgency.REMINDER, not_after=late) for n in range(5))
    clock.move_to(at(MORNING), tick=False)
    Recorder.daily_limits = {Channel.EMAIL: 100}
    queue(trust, "in time", urgency=Urgency.REMINDER)
    run(delivery())
    for _ in range(4):
        clock.shift(60)
        run(delivery())
    assert [one.recipient for one in Recorder.taken] == ["in time@example.com"]
    assert Message.everywhere.filter(state=State.CANCELLED, failure="too-late").count() == 5


def test_a_night_is_no_delay_to_be_alarmed_by(trust: Organisation, clock: time_machine.Traveller) -> None:
    queue(trust, due_at=at(EVENING) - timedelta(minutes=30))
    assert health.oldest_waiting() is None
    clock.move_to(at(MORNING) + timedelta(minutes=5), tick=False)
    assert health.oldest_waiting() == timedelta(minutes=5)
    queue(trust, "code", urgency=Urgency.CODE, due_at=at(MORNING) - timedelta(hours=1))
    assert health.oldest_waiting() == timedelta(minutes=65)
