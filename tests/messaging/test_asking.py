"""Where no receipt comes, Notify is asked: in pages, ever more rarely, and not for ever."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from staffpassport.messaging.asking import AT_ONCE, Asking, asking
from staffpassport.messaging.models import Message
from staffpassport.messaging.outbox import enqueue
from staffpassport.messaging.providers.notify import NotifyProvider
from staffpassport.messaging.receipts import record_receipt
from staffpassport.messaging.states import Channel, Failure, State
from staffpassport.organisations.models import Organisation
from tests.messaging.notifying import TOKEN
from tests.messaging.outbox import at, deliver_now, draft, queue
from tests.notify_stub import Stub
from tests.notify_stub.service import TEXT_TEMPLATE

NOON = at("2026-11-22T12:00:00+00:00")


SOMETHING_ELSE = {
    "phone_number": "+447700900123",
    "template_id": TEXT_TEMPLATE,
    "personalisation": {"body": "Your library book is due"},
}


def ask() -> None:
    loop = asking()
    while loop.step():
        pass


def states() -> set[str]:
    return set(Message.everywhere.values_list("state", flat=True))


def requests(stub: Stub) -> int:
    return stub.notify.answers["200"] + stub.notify.answers["404"]


def send_many(trust: Organisation, clock: time_machine.Traveller, number: int, word: str = "") -> None:
    """Half a second between any two, as when the rate is kept."""
    enqueue(draft(trust, str(one), recipient=f"{word}{one}@example.com") for one in range(number))
    while State.QUEUED in states():
        deliver_now()
        clock.shift(1)


def test_what_nobody_tells_is_asked_for_and_recorded_with_its_reason(stub: Stub, trust: Organisation) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        queue(trust, "fine")
        queue(trust, "wrong", recipient="permanent-failure.a@example.com")
        queue(trust, "full", recipient="+447700900801", channel=Channel.TEXT)
        deliver_now()
        ask()
        assert requests(stub) == 0, "not at once"
        clock.shift(121)
        ask()
    told = {message.idempotency_key: (message.state, message.failure) for message in Message.everywhere.all()}
    assert told == {
        "fine": (State.DELIVERED, ""),
        "wrong": (State.FAILED, Failure.NO_SUCH_ADDRESS),
        "full": (State.FAILED, Failure.PHONE_NOT_ACCEPTING),
    }


def test_many_are_asked_for_by_pages(stub: Stub, trust: Organisation, settings: Settings) -> None:
    settings.MESSAGES_A_MINUTE = 2_500
    with time_machine.travel(NOON, tick=False) as clock:
        send_many(trust, clock, 2 * AT_ONCE)
        # Of those handed over at the very same moment the page shows some, and the rest come with the next.
        for _ in range(4):
            clock.shift(121)
            ask()
        assert states() == {State.DELIVERED}
    assert requests(stub) < 50


def test_those_that_a_page_does_not_show_are_found_in_the_end(stub: Stub, trust: Organisation) -> None:
    """Between ours, the service sends others of its own: a page shows few of what is asked for."""
    stub.notify.behaviour.messages_a_minute = 10_000
    with time_machine.travel(NOON, tick=False) as clock:
        for part in range(12):
            queue(trust, str(part))
            deliver_now()
            clock.shift(1)
            for _ in range(AT_ONCE):
                stub.notify.send("sms", SOMETHING_ELSE, None)
        for _ in range(6):
            clock.shift(121)
            ask()
        assert states() == {State.DELIVERED}


def test_one_that_is_on_its_way_is_asked_for_ever_more_rarely_and_for_a_week(
    stub: Stub, trust: Organisation
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(trust, recipient="sending.ada@example.com")
        deliver_now()
        asked_at = []
        while timezone.now() < NOON + timedelta(days=9):
            before = requests(stub)
            ask()
            if requests(stub) > before:
                asked_at.append(timezone.now())
            clock.shift(timedelta(minutes=20))
        message.refresh_from_db()
    assert message.state == State.SENT
    waits = [later - earlier for earlier, later in pairwise(asked_at)]
    assert waits == sorted(waits)
    assert max(waits) <= timedelta(hours=6, minutes=20)
    assert len(asked_at) < 50
    assert asked_at[-1] <= NOON + timedelta(days=7, hours=1)


def test_one_that_notify_no_longer_has_is_let_be(stub: Stub, trust: Organisation) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(trust)
        deliver_now()
        stub.notify._by_id.clear()
        for _ in range(5):
            clock.shift(200)
            ask()
        message.refresh_from_db()
    assert message.state == State.SENT


def test_where_receipts_come_only_what_is_long_overdue_is_asked_for(
    stub: Stub, trust: Organisation, settings: Settings
) -> None:
    settings.NOTIFY_CALLBACK_TOKENS = [TOKEN]
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(trust)
        told = queue(trust, "told")
        deliver_now()
        record_receipt(str(told.id), State.DELIVERED)
        clock.shift(timedelta(hours=3.9))
        ask()
        assert requests(stub) == 0
        clock.shift(timedelta(hours=0.2))
        ask()
        message.refresh_from_db()
        assert message.state == State.DELIVERED
        assert requests(stub) == 1


@pytest.mark.parametrize("refusal", [(500, "Exception", "Internal server error"), (403, "AuthError", "x")])
def test_what_gets_no_answer_is_asked_for_again(
    stub: Stub, trust: Organisation, refusal: tuple[int, str, str]
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        queue(trust)
        deliver_now()
        stub.notify.refuse_all = refusal
        clock.shift(121)
        ask()
        assert states() == {State.SENT}
        stub.notify.refuse_all = None
        clock.shift(121)
        ask()
        assert states() == {State.DELIVERED}


def test_two_workers_do_not_ask_for_the_same(stub: Stub, trust: Organisation) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        queue(trust)
        deliver_now()
        clock.shift(121)
        stub.notify.refuse_all = (500, "Exception", "Internal server error")
        Asking(NotifyProvider).step()
        before = stub.notify.answers["500"]
        Asking(NotifyProvider).step()
        assert stub.notify.answers["500"] == before == 1


def test_a_batch_costs_few_statements(stub: Stub, trust: Organisation, settings: Settings) -> None:
    settings.MESSAGES_A_MINUTE = 30_000
    with time_machine.travel(NOON, tick=False) as clock:
        send_many(trust, clock, 200, word="sending.")
        clock.shift(121)
        loop = Asking(NotifyProvider)
        with CaptureQueriesContext(connection) as queries:
            loop.step()
            assert not loop.step()
    assert len(queries) <= 12


@pytest.mark.parametrize("provider", ["practice", "none"])
def test_a_provider_that_tells_nothing_is_not_asked(
    trust: Organisation, settings: Settings, provider: str
) -> None:
    settings.MESSAGE_PROVIDER = provider
    assert not asking().step()
