"""The practice provider: what it delivers, and the recipients that practise faults."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from staffpassport.messaging.models import Message, PracticeMessage
from staffpassport.messaging.providers.practice import PracticeProvider
from staffpassport.messaging.states import Channel, State, reason_in_words
from staffpassport.organisations.models import Organisation
from tests.messaging.outbox import at, deliver_now, queue

NOON = at("2026-11-22T12:00:00+00:00")


def _pass_the_time(clock: time_machine.Traveller) -> None:
    for _ in range(40):
        deliver_now()
        clock.shift(timedelta(seconds=10))


def test_what_it_delivers_is_kept_with_its_words_and_marked_delivered(trust: Organisation) -> None:
    message = queue(trust, "ada")
    deliver_now()
    [delivered] = PracticeMessage.objects.of(trust)
    assert (delivered.reference, delivered.recipient) == (message.id, "ada@example.com")
    assert (delivered.subject, delivered.body) == ("Subject", "About about-ada")
    message.refresh_from_db()
    assert message.state == State.DELIVERED


@pytest.mark.parametrize(
    ("word", "digit", "state", "copies", "words"),
    [
        (
            "does-not-exist",
            0,
            State.FAILED,
            1,
            {"This email address does not exist", "This phone number does not exist"},
        ),
        (
            "mailbox-full",
            1,
            State.FAILED,
            1,
            {"This mailbox is not accepting messages", "This phone is not accepting messages"},
        ),
        ("refused", 2, State.FAILED, 0, {"The provider refused to send it"}),
        ("busy", 3, State.DELIVERED, 1, {""}),
        ("no-answer", 4, State.DELIVERED, 1, {""}),
        ("lost", 5, State.DELIVERED, 1, {""}),
        ("no-receipt", 6, State.SENT, 1, {""}),
    ],
)
def test_recipients_that_practise_faults(
    trust: Organisation, word: str, digit: int, state: State, copies: int, words: set[str]
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        queue(trust, "mail", recipient=f"{word}.smith@example.com")
        queue(trust, "text", recipient=f"+44770090099{digit}", channel=Channel.TEXT)
        _pass_the_time(clock)
    messages = Message.everywhere.all()
    assert {message.state for message in messages} == {state}
    assert {reason_in_words(message.failure) for message in messages} == words
    for message in messages:
        assert PracticeMessage.everywhere.filter(reference=message.id).count() == copies


def test_it_keeps_notifys_daily_limits(trust: Organisation) -> None:
    assert PracticeProvider.daily_limits == {Channel.EMAIL: 250_000, Channel.TEXT: 250_000}
