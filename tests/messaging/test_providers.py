"""What every provider keeps, expected of practice and, by their real clients, of GOV.UK Notify and a mail server."""

from __future__ import annotations

from collections.abc import Iterator
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
from staffpassport.messaging.providers.smtp import SmtpProvider
from staffpassport.messaging.states import Channel, Failure, State
from staffpassport.organisations.models import Organisation
from tests.mail_stub import Stub as PostOffice
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
    Kind(
        SmtpProvider,
        refused="refused.ada@example.com",
        busy="busy.ada@example.com",
        answer_lost="cut-after.ada@example.com",
        message_lost="lost-after.ada@example.com",
    ),
]
ASKED = [kind for kind in KINDS if kind.provider.can_be_asked]

pytestmark = pytest.mark.usefixtures("stub", "post_office")
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.provider.name)
each_that_can_be_asked = pytest.mark.parametrize("kind", ASKED, ids=lambda kind: kind.provider.name)


@pytest.fixture
def reference() -> UUID:
    return uuid7()


@pytest.fixture
def provider(kind: Kind) -> Iterator[Provider]:
    made = kind.provider()
    yield made
    made.close()


@each_that_can_be_asked
@pytest.mark.parametrize("recipient", ["ada@example.com", "+447700900123"])
def test_what_it_takes_it_knows_by_our_reference(
    provider: Provider, trust: Organisation, reference: UUID, recipient: str
) -> None:
    handed = outgoing(trust, reference, recipient)
    assert provider.look_up(reference, handed.channel) == Unknown()
    taken = provider.send(handed)
    assert isinstance(taken, Accepted)
    found = provider.look_up(reference, handed.channel)
    assert isinstance(found, Found)
    assert (found.provider_id, found.state in (State.SENT, State.DELIVERED)) == (taken.provider_id, True)


@each_kind
def test_what_it_refuses_it_never_has(
    kind: Kind, provider: Provider, trust: Organisation, reference: UUID, post_office: PostOffice
) -> None:
    answer = provider.send(outgoing(trust, reference, kind.refused))
    assert isinstance(answer, Refused)
    assert answer.reason in Failure.values
    assert not has(provider, reference, post_office)


@each_kind
def test_what_it_puts_off_it_has_not_taken_and_takes_later(
    kind: Kind, provider: Provider, trust: Organisation, reference: UUID, post_office: PostOffice
) -> None:
    assert isinstance(provider.send(outgoing(trust, reference, kind.busy)), TryLater)
    assert not has(provider, reference, post_office)
    assert isinstance(provider.send(outgoing(trust, reference, kind.busy, attempt=2)), Accepted)
    assert has(provider, reference, post_office)


@each_kind
def test_what_was_taken_without_an_answer_is_not_said_to_be_lost(
    kind: Kind, provider: Provider, trust: Organisation, reference: UUID, post_office: PostOffice
) -> None:
    assert isinstance(provider.send(outgoing(trust, reference, kind.answer_lost)), NoAnswer)
    assert has(provider, reference, post_office)


@each_kind
def test_what_got_lost_without_an_answer_is_not_said_to_be_taken(
    kind: Kind, provider: Provider, trust: Organisation, reference: UUID, post_office: PostOffice
) -> None:
    assert isinstance(provider.send(outgoing(trust, reference, kind.message_lost)), NoAnswer)
    assert not has(provider, reference, post_office)
    assert isinstance(provider.send(outgoing(trust, reference, kind.message_lost, attempt=2)), Accepted)


@each_that_can_be_asked
def test_a_message_sent_twice_is_one_that_is_found(
    provider: Provider, trust: Organisation, reference: UUID
) -> None:
    for attempt in (1, 2):
        provider.send(outgoing(trust, reference, attempt=attempt))
    assert isinstance(provider.look_up(reference, Channel.EMAIL), Found)


@each_that_can_be_asked
def test_who_can_be_asked_has_both_channels_and_notifys_daily_limits(kind: Kind) -> None:
    assert kind.provider.daily_limits == {Channel.EMAIL: 250_000, Channel.TEXT: 250_000}
    assert kind.provider.channels == frozenset(Channel)


def has(provider: Provider, reference: UUID, post_office: PostOffice) -> bool:
    """Whether it has a message: as it says itself, or as the mail server's own shelf shows."""
    if provider.can_be_asked:
        return provider.look_up(reference, Channel.EMAIL) != Unknown()
    return any(str(reference) in taken.mail["Message-ID"] for taken in post_office.server.taken)
