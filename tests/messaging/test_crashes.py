"""`kill -9` of real workers: nothing is lost and nothing is delivered twice, whatever the provider does meanwhile."""

from __future__ import annotations

import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from random import Random

import pytest
from django.db import connection

from staffpassport.messaging.models import Message, PracticeMessage
from staffpassport.messaging.outbox import enqueue
from staffpassport.messaging.states import Channel, State, Urgency
from tests import notify_stub
from tests.messaging.notifying import TOKEN, point_at, worst_day
from tests.messaging.outbox import draft, organisation
from tests.notify_stub import Stub
from tests.runs import examples
from tests.work.workers import Workers, free_port, stop, wait_for


def _queue(number: int) -> None:
    trust = organisation()
    enqueue(
        draft(
            trust,
            f"person-{one}",
            channel=Channel.EMAIL if one % 2 else Channel.TEXT,
            recipient=f"{one}@example.com" if one % 2 else f"+447700900{one:03}",
            urgency=Urgency.SINGLE,
        )
        for one in range(number)
    )


def _all_sent() -> bool:
    """Receipts come later, when the lease of the killed worker on that duty lapses."""
    return not Message.everywhere.exclude(state__in=[State.SENT, State.DELIVERED]).exists()


def _all_delivered() -> bool:
    return not Message.everywhere.exclude(state=State.DELIVERED).exists()


def _copies(stub: Stub | None = None) -> Counter[int]:
    """How many messages were delivered how many times: by the practice provider, or by Notify."""
    references = (
        Counter(map(str, PracticeMessage.everywhere.values_list("reference", flat=True)))
        if stub is None
        else stub.notify.copies()
    )
    assert set(references) <= set(map(str, Message.everywhere.values_list("id", flat=True)))
    return Counter(references.values())


@pytest.mark.parametrize(
    "point", ["between claim and send", "before the send", "during the send", "between send and finish"]
)
def test_a_worker_killed_at_any_point_loses_nothing_and_sends_nothing_twice(
    workers: Workers, point: str
) -> None:
    _queue(40)
    with workers.running(CRASH_AT=point) as first:
        first.wait(30)
        assert first.returncode == -signal.SIGKILL, "the test means nothing if it was not killed"
    assert not _all_sent()

    with workers.running() as second:
        wait_for(_all_sent, "all messages to be sent")
        stop(second)

    assert _copies() == {1: 40}
    _no_recipient_is_kept()


def _no_recipient_is_kept() -> None:
    assert not Message.everywhere.filter(recipient__isnull=False).exists()


MANY = 160
DEATHS = 2


@pytest.mark.parametrize("round_", range(examples(3)))
def test_whoever_dies_on_notifys_worst_day_everybody_gets_one_message(workers: Workers, round_: int) -> None:
    chance, port, give_up = Random(f"{connection.vendor} {round_}"), free_port(), time.monotonic() + 150
    _queue(MANY)
    # Two workers at a time, of whom one dies at such a moment and is followed by another.
    deaths = sorted(chance.sample(range(5, MANY - 40), DEATHS))
    with notify_stub.running(worst_day(port, round_)) as stub, ExitStack() as everybody:
        environment = {
            **point_at(stub.url),
            "NOTIFY_CALLBACK_TOKENS": TOKEN,
            "SENDING_THREADS": "6",
            "LOOK_UP_LAST": "4",
            "LOG_LEVEL": "ERROR",
        }
        everybody.enter_context(workers.serving(port, **environment))
        alive = [everybody.enter_context(workers.running(**environment)) for _ in range(2)]
        for death in deaths:
            while len(stub.notify.notifications) < death:
                assert time.monotonic() < give_up, "the workers do not get to the end"
                time.sleep(0.002)
            dying = alive.pop(chance.randrange(2))
            time.sleep(chance.uniform(0, 0.02))
            dying.kill()
            alive.append(everybody.enter_context(workers.running(**environment)))
        wait_for(_all_delivered, "all messages to be delivered", patience=give_up - time.monotonic())
        assert _copies(stub) == {1: MANY}
        assert sum(stub.notify.answers[status] for status in ("429", "500")), "the day was bad"
    _no_recipient_is_kept()


def test_a_worker_stopped_in_the_middle_finishes_what_it_has_in_hand_and_hands_back_the_rest(
    workers: Workers,
) -> None:
    _queue(60)
    with workers.running(SEND_TAKES="0.3") as worker:
        wait_for(PracticeMessage.everywhere.exists, "the first message to be handed over")
        stop(worker)
    states = Counter(Message.everywhere.values_list("state", flat=True))
    assert set(states) <= {State.QUEUED, State.SENT, State.DELIVERED}, "nothing is left in between"
    sent = states[State.SENT] + states[State.DELIVERED]
    assert _copies() == {1: sent}
    assert 0 < sent < 60


@pytest.mark.postgresql
def test_several_workers_at_once_deliver_each_message_once(workers: Workers) -> None:
    _queue(300)
    with workers.running() as one, workers.running() as two, workers.running() as three:
        wait_for(_all_sent, "all messages to be sent")
        with ThreadPoolExecutor() as pool:
            logs = list(pool.map(stop, (one, two, three)))
    assert _copies() == {1: 300}
    assert sum('"outcome": "Accepted"' in log for log in logs) >= 2, "more than one took part"
