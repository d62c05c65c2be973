"""What every provider keeps, expected of the practice provider and, by its real client, of GOV.UK Notify."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from staffpassport.messaging.providers.base import (
    Accepted,
    Found,
    NoAnswer,
    Provider,
    Refused,
    TryLater,
    Unknown,
)
from staffpassport.messaging.providers.notify import NotifyProvider
from staffpassport.messaging.providers.practice import PracticeProvider
from staffpassport.messaging.states import Channel, Failure, State
from staffpassport.organisations.models import Organisation
from tests.messaging.notifying import outgoing


@dataclass(frozen=True)
class Kind:
    """A provider, and the recipients that it treats in a special way."""

    provider: type[Provider]
    refused: str
    busy: str
    answer_lost: str
    message_lost: str


KINDS = [
    Kind(
        PracticeProvider,
        refused="refused@example.com",
        busy="busy@example.com",
        answer_lost="no-answer@example.com",
        message_lost="lost@example.com",
    ),
    Kind(
        NotifyProvider,
        refused="bad-request.ada@example.com",
        busy="rate.ada@example.com",
        answer_lost="cut-after.ada@example.com",
        message_lost="cut-before.ada@example.com",
    ),
]

pytestmark = [
    pytest.mark.usefixtures("stub"),
    pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.provider.name),
]


@pytest.fixture
def reference() -> UUID:
    return uuid7()


@pytest.mark.parametrize("recipient", ["ada@example.com", "+447700900123"])
def test_what_it_takes_it_knows_by_our_reference(
    kind: Kind, trust: Organisation, reference: UUID, recipient: str
) -> None:
    provider = kind.provider()
    handed = outgoing(trust, reference, recipient)
    assert provider.look_up(reference, handed.channel) == Unknown()
    taken = provider.send(handed)
    assert isinstance(taken, Accepted)
    found = provider.look_up(reference, handed.channel)
    assert isinstance(found, Found)
    assert (found.provider_id, found.state in (State.SENT, State.DELIVERED)) == (taken.provider_id, True)


def test_what_it_refuses_it_never_has(kind: Kind, trust: Organisation, reference: UUID) -> None:
    provider = kind.provider()
    answer = provider.send(outgoing(trust, reference, kind.refused))
    assert isinstance(answer, Refused)
    assert answer.reason in Failure.values
    assert provider.look_up(reference, Channel.EMAIL) == Unknown()


def test_what_it_puts_off_it_has_not_taken_and_takes_later(
    kind: Kind, trust: Organisation, reference: UUID
) -> None:
    provider = kind.provider()
    assert isinstance(provider.send(outgoing(trust, reference, kind.busy)), TryLater)
    assert provider.look_up(reference, Channel.EMAIL) == Unknown()
    assert isinstance(provider.send(outgoing(trust, reference, kind.busy, attempt=2)), Accepted)


def test_a_look_up_finds_what_was_taken_without_an_answer(
    kind: Kind, trust: Organisation, reference: UUID
) -> None:
    provider = kind.provider()
    assert isinstance(provider.send(outgoing(trust, reference, kind.answer_lost)), NoAnswer)
    assert isinstance(provider.look_up(reference, Channel.EMAIL), Found)


def test_a_look_up_does_not_find_what_got_lost_and_it_can_be_sent_again(
    kind: Kind, trust: Organisation, reference: UUID
) -> None:
    provider = kind.provider()
    assert isinstance(provider.send(outgoing(trust, reference, kind.message_lost)), NoAnswer)
    assert provider.look_up(reference, Channel.EMAIL) == Unknown()
    assert isinstance(provider.send(outgoing(trust, reference, kind.message_lost, attempt=2)), Accepted)


def test_a_message_sent_twice_is_one_that_is_found(kind: Kind, trust: Organisation, reference: UUID) -> None:
    provider = kind.provider()
    for attempt in (1, 2):
        provider.send(outgoing(trust, reference, attempt=attempt))
    assert isinstance(provider.look_up(reference, Channel.EMAIL), Found)


def test_it_has_notifys_daily_limits_and_can_be_asked(kind: Kind) -> None:
    assert kind.provider.daily_limits == {Channel.EMAIL: 250_000, Channel.TEXT: 250_000}
    assert kind.provider.can_be_asked
    assert kind.provider.channels == frozenset(Channel)
