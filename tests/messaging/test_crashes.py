"""`kill -9` of real workers: nothing is lost and nothing is delivered twice."""

from __future__ import annotations

import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from staffpassport.messaging.models import Message, PracticeMessage
from staffpassport.messaging.outbox import enqueue
from staffpassport.messaging.states import Channel, State, Urgency
from tests.messaging.outbox import draft, organisation
from tests.work.workers import Workers, stop, wait_for


def _queue(number: int) -> None:
    trust = organisation()
    enqueue(
        draft(
            trust,
            f"person-{one}",
            channel=Channel.EMAIL if one % 2 else Channel.TEXT,
            urgency=Urgency.SINGLE,
        )
        for one in range(number)
    )


def _all_sent() -> bool:
    """Receipts come later, when the lease of the killed worker on that duty lapses."""
    return not Message.everywhere.exclude(state__in=[State.SENT, State.DELIVERED]).exists()


def _copies() -> Counter[int]:
    """How many messages were delivered how many times."""
    references = Counter(PracticeMessage.everywhere.values_list("reference", flat=True))
    assert set(references) <= set(Message.everywhere.values_list("id", flat=True))
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
    kept = Message.everywhere.filter(recipient__isnull=False)
    assert not kept.exists()


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
