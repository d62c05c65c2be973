"""What a provider is. Made for GOV.UK Notify; the practice provider and others keep the same contract."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal
from uuid import UUID

from staffpassport.messaging.states import Channel, State


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it is handed over. `reference` is the message's id and the same at every attempt.

    `sender_id` is the trust's own reply-to address (e-mail) or sender's name (text), by the id that the provider
    gave it; None means the provider's usual one. `trust` and `reply_to` are its full name and its HR's e-mail
    address, for a provider that knows no such ids.
    """

    reference: UUID
    organisation_id: UUID
    channel: Channel
    recipient: str
    subject: str
    body: str
    attempt: int
    sender_id: UUID | None = None
    trust: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has taken the message."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider has not taken it and never will. `reason` is a Failure, or a short word."""

    reason: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """The provider has **certainly** not taken it now, and may later. Anything less certain is NoAnswer.

    `pause_all`: nobody is to send anything for `after` (a 429, or a key that is refused); `reason` is then a Hurdle
    or a short word. `day_is_over`: this channel's limit of today is used up, whatever we counted. Without either
    the message alone waits, for `after` or ever longer.
    """

    reason: str
    pause_all: bool = False
    after: timedelta | None = None
    day_is_over: bool = False


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nobody knows whether the provider has taken it: a time-out, a cut connection, a 5xx."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The provider has the message, in this state; `reason` is a Failure where it failed."""

    state: Literal[State.SENT, State.DELIVERED, State.FAILED]
    provider_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The provider has no message of this reference."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A message that the provider has taken and has told no more of."""

    reference: UUID
    channel: Channel
    provider_id: str
    attempted_at: datetime


SendAnswer = Accepted | Refused | TryLater | NoAnswer
LookUpAnswer = Found | Unknown | NoAnswer


class Provider(ABC):
    """Delivers messages. One instance a sending thread, made in it, so that clients need not be thread-safe.

    Both methods answer within 40 seconds (time-outs are the provider's affair) and raise nothing they
    foresee; what they raise all the same counts as NoAnswer. They hold no database transaction.
    """

    name: ClassVar[str]
    channels: ClassVar[frozenset[Channel]]
    # Whether look_up works. Where it does not, a message without an answer is not sent again by itself.
    can_be_asked: ClassVar[bool]
    # Whether states_of works: what became of messages can be asked for, should nobody tell.
    tells_states: ClassVar[bool] = False
    # Messages a day, from midnight to midnight UTC; a channel that is missing has no limit.
    daily_limits: ClassVar[Mapping[Channel, int]] = {}

    @abstractmethod
    def send(self, outgoing: Outgoing) -> SendAnswer:
        """Hands one message over."""

    def look_up(self, reference: UUID, channel: Channel) -> LookUpAnswer:
        """What became of the message of this reference. Only called where `can_be_asked`."""
        raise NotImplementedError

    @classmethod
    def calls_back(cls) -> bool:
        """Whether receipts come by themselves. Where they do, states are asked for only when one is long overdue."""
        return True

    def states_of(self, handed: Sequence[Handed]) -> Mapping[UUID, Found]:
        """What became of these, by reference, as far as few requests tell. Only called where `tells_states`."""
        raise NotImplementedError

    def close(self) -> None:  # noqa: B027  # most have nothing to give up
        """Gives up its connections, when its thread ends."""
