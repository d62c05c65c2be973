"""Security codes: six digits, five minutes, five tries, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from staffpassport.codes import digits, retention
from staffpassport.codes.actions import Receiver, Sending, Trying, seconds_until_next, send_code, try_code
from staffpassport.codes.mails import compose
from staffpassport.codes.models import Proving, SecurityCode
from staffpassport.messaging.composers import Content, NoLongerWanted, ToCompose
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel, Urgency
from staffpassport.organisations.models import Organisation
from tests import making

PHONE = "+447946000001"
START = timezone.now()


@pytest.fixture
def receiver(trust: Organisation) -> Receiver:
    return Receiver(trust, str(uuid4()), "sign-up", Channel.TEXT)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as clock:
        yield clock


def newest() -> str:
    return digits.of(SecurityCode.objects.latest("made_at").pk)


def wrong() -> str:
    return f"{(int(newest()) + 1) % 10**6:06}"


def test_a_code_goes_before_everything_else_and_is_not_sent_late(
    receiver: Receiver, clock: time_machine.Traveller
) -> None:
    assert send_code(receiver, address=PHONE) == Sending.SENT
    message = Message.everywhere.get()
    assert (message.recipient, message.channel, message.urgency) == (PHONE, Channel.TEXT, Urgency.CODE)
    assert message.not_after == START + timedelta(minutes=5)


def test_the_right_code_is_good_once(receiver: Receiver) -> None:
    send_code(receiver, address=PHONE)
    code = newest()
    assert try_code(receiver, address=PHONE, typed=f" {code[:3]} {code[3:]}") == Trying.RIGHT
    assert try_code(receiver, address=PHONE, typed=code) == Trying.SPENT


def test_a_code_proves_no_other_address_and_nothing_else(receiver: Receiver, trust: Organisation) -> None:
    send_code(receiver, address=PHONE)
    elsewhere = Receiver(trust, receiver.about, "log-in", Channel.TEXT)
    assert try_code(receiver, address="+447946000002", typed=newest()) == Trying.SPENT
    assert try_code(elsewhere, address=PHONE, typed=newest()) == Trying.SPENT


def test_a_code_ends_after_five_minutes(receiver: Receiver, clock: time_machine.Traveller) -> None:
    send_code(receiver, address=PHONE)
    clock.shift(timedelta(minutes=5))
    assert try_code(receiver, address=PHONE, typed=newest()) == Trying.SPENT


def test_five_wrong_tries_end_a_code(receiver: Receiver) -> None:
    send_code(receiver, address=PHONE)
    tries = [try_code(receiver, address=PHONE, typed=wrong()) for _ in range(5)]
    assert tries == [*[Trying.WRONG] * 4, Trying.SPENT]
    assert try_code(receiver, address=PHONE, typed=newest()) == Trying.SPENT


def test_ten_wrong_tries_an_hour_end_all_codes_for_a_while(
    receiver: Receiver, clock: time_machine.Traveller
) -> None:
    for _ in range(2):
        send_code(receiver, address=PHONE)
        for _ in range(5):
            try_code(receiver, address=PHONE, typed=wrong())
        clock.shift(timedelta(seconds=30))
    assert send_code(receiver, address=PHONE) == Sending.SENT
    assert try_code(receiver, address=PHONE, typed=newest()) == Trying.TOO_MANY
    clock.shift(timedelta(minutes=66))
    assert send_code(receiver, address=PHONE) == Sending.SENT
    assert try_code(receiver, address=PHONE, typed=newest()) == Trying.RIGHT


def test_a_new_code_comes_after_30_seconds_and_ends_the_one_before(
    receiver: Receiver, clock: time_machine.Traveller
) -> None:
    send_code(receiver, address=PHONE)
    before = newest()
    clock.shift(timedelta(seconds=29))
    assert seconds_until_next(receiver) == 1
    assert send_code(receiver, address=PHONE) == Sending.TOO_SOON
    clock.shift(timedelta(seconds=1))
    assert seconds_until_next(receiver) == 0
    assert send_code(receiver, address=PHONE) == Sending.SENT
    assert try_code(receiver, address=PHONE, typed=before) == Trying.WRONG
    assert try_code(receiver, address=PHONE, typed=newest()) == Trying.RIGHT


def test_ten_codes_an_hour(receiver: Receiver, clock: time_machine.Traveller) -> None:
    for _ in range(10):
        assert send_code(receiver, address=PHONE) == Sending.SENT
        clock.shift(timedelta(minutes=1))
    assert send_code(receiver, address=PHONE) == Sending.TOO_MANY


def test_a_rotated_key_fits_a_code_that_is_out(receiver: Receiver, settings: Settings) -> None:
    send_code(receiver, address=PHONE)
    sent = newest()
    settings.LINK_KEYS = ["a newer key of the tests, long enough", *settings.LINK_KEYS]
    assert newest() != sent
    assert try_code(receiver, address=PHONE, typed=sent) == Trying.RIGHT


def test_the_words_are_made_when_they_are_sent(receiver: Receiver) -> None:
    send_code(receiver, address=PHONE)
    message = Message.everywhere.get()
    asked = ToCompose(
        id=message.id,
        organisation_id=message.organisation_id,
        about=message.about,
        purpose=message.purpose,
        channel=Channel.TEXT,
        created_at=message.created_at,
    )
    said = compose([asked])[message.id]
    assert isinstance(said, Content)
    assert said.body.startswith(newest())
    assert said.body.endswith(f"#{newest()}")
    assert len(said.body) <= 160
    assert try_code(receiver, address=PHONE, typed=newest()) == Trying.RIGHT
    assert compose([asked])[message.id] == NoLongerWanted("code-gone")


def test_old_codes_are_forgotten(receiver: Receiver, clock: time_machine.Traveller) -> None:
    send_code(receiver, address=PHONE)
    clock.shift(timedelta(hours=1))
    retention.clear_old()
    assert SecurityCode.objects.count() == 1
    clock.shift(timedelta(hours=1, seconds=1))
    retention.clear_old()
    assert (SecurityCode.objects.count(), Proving.everywhere.count()) == (0, 0)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_moment_all_count() -> None:
    """Twenty guesses sent at once must not get past the five of a code."""
    receiver = Receiver(making.organisation(), str(uuid4()), "sign-up", Channel.TEXT)
    send_code(receiver, address=PHONE)
    guess, answers = wrong(), []

    def try_it() -> None:
        answers.append(try_code(receiver, address=PHONE, typed=guess))
        connection.close()

    threads = [Thread(target=try_it) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [*[Trying.SPENT] * 16, *[Trying.WRONG] * 4]
    assert SecurityCode.objects.get().tries == 5
