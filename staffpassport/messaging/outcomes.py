"""What an attempt to send or look up a message makes of it.

The rules of "never twice, never lost" are here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from staffpassport.messaging import budget
from staffpassport.messaging.models import Message
from staffpassport.messaging.providers.base import (
    Accepted,
    Found,
    LookUpAnswer,
    NoAnswer,
    Provider,
    Refused,
    SendAnswer,
    TryLater,
)
from staffpassport.messaging.states import Channel, Failure, State, moves_up
from staffpassport.messaging.timing import Timing


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider was asked to send it."""

    answer: SendAnswer


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The provider was asked whether it has it."""

    answer: LookUpAnswer


@dataclass(frozen=True, slots=True)
class Unwanted:
    """It is not to be sent after all: its composer says so, or it is too late for it."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotComposed:
    """Its composer failed; nothing was sent."""


@dataclass(frozen=True, slots=True)
class HandedBack:
    """Nothing was sent: the worker stops, or the lease had too little left."""


Outcome = Sent | LookedUp | Unwanted | NotComposed | HandedBack


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one attempt. `began_at` is when the provider was asked."""

    message_id: UUID
    channel: Channel
    attempt: int
    outcome: Outcome
    began_at: datetime
    milliseconds: int = 0


def apply(message: Message, result: Result, provider: type[Provider], now: datetime, timing: Timing) -> bool:
    """Makes of the message what the result says; whether anything changed. Only the object, not its row.

    A result counts only for the attempt that it belongs to. That the message was taken is true whenever it
    is heard.
    """
    outcome = result.outcome
    if isinstance(outcome, Sent) and isinstance(outcome.answer, Accepted):
        return _taken(message, State.SENT, outcome.answer.provider_id, ask_at=_ask_at(provider, now, timing))
    if isinstance(outcome, LookedUp) and isinstance(outcome.answer, Found):
        found = outcome.answer
        ask_at = _ask_at(provider, now, timing)
        return _taken(message, found.state, found.provider_id, found.reason, ask_at=ask_at)
    if message.attempts != result.attempt or message.state not in (State.LEASED, State.UNCERTAIN):
        return False
    match outcome:
        case Sent(answer):
            _not_accepted(message, answer, provider, result.began_at, now, timing)
        case LookedUp(answer):
            _not_found(message, answer, result.began_at, now, timing)
        case Unwanted(reason):
            message.move_to(State.CANCELLED, reason)
        case NotComposed():
            _again_later(message, now + timing.back_off(message.attempts), now)
        case HandedBack():
            _again(message, now)
    return True


def without_answer(message: Message, provider: type[Provider], now: datetime, timing: Timing) -> None:
    """It may have been taken. Asked about later, where whoever had it can be asked; else nobody knows."""
    if provider.can_be_asked and message.provider == provider.name:
        message.move_to(State.UNCERTAIN)
        message.due_at = max(now, _attempted_at(message) + timing.look_up_first)
    else:
        message.move_to(State.MAYBE_SENT, Failure.NO_ANSWER)


def _ask_at(provider: type[Provider], now: datetime, timing: Timing) -> datetime:
    return now + (timing.ask_overdue if provider.calls_back() else timing.ask_first)


def _taken(message: Message, state: State, provider_id: str, reason: str = "", *, ask_at: datetime) -> bool:
    if not moves_up(State(message.state), state):
        return False
    failed = state == State.FAILED
    message.move_to(state, (reason or Failure.PROVIDER_FAULT) if failed else "")
    message.provider_id = provider_id
    message.due_at = ask_at
    return True


def _not_accepted(
    message: Message,
    answer: SendAnswer,
    provider: type[Provider],
    began_at: datetime,
    now: datetime,
    timing: Timing,
) -> None:
    match answer:
        case Refused(reason):
            message.move_to(State.FAILED, reason or Failure.REFUSED)
        case TryLater(day_is_over=True):
            _again(message, budget.next_day(now))
        case TryLater(pause_all=True, after=after):
            # Not the message's own trouble, so it waits no longer than all others.
            _again(message, now + (after or timing.pause))
        case TryLater(after=after):
            _again_later(message, now + max(after or timedelta(0), timing.back_off(message.attempts)), now)
        case _:
            message.attempted_at = began_at
            without_answer(message, provider, now, timing)


def _not_found(
    message: Message, answer: LookUpAnswer, asked_at: datetime, now: datetime, timing: Timing
) -> None:
    since_attempt = asked_at - _attempted_at(message)
    if isinstance(answer, NoAnswer):
        if now >= message.give_up_at:
            message.move_to(State.MAYBE_SENT, Failure.NO_ANSWER)
        else:
            wait = max(timing.look_up_first, min(since_attempt / 2, timing.back_off_longest))
            message.due_at = now + wait
    elif since_attempt < timing.look_up_last:
        message.due_at = _attempted_at(message) + timing.look_up_last
    else:
        # Whoever claims it next asks whether it is still wanted, and cancels it if it is too late.
        _again_later(message, now, now)


def _again(message: Message, due_at: datetime) -> None:
    message.move_to(State.QUEUED)
    message.due_at = due_at


def _again_later(message: Message, due_at: datetime, now: datetime) -> None:
    if now >= message.give_up_at:
        message.move_to(State.FAILED, Failure.GAVE_UP)
    else:
        _again(message, due_at)


def _attempted_at(message: Message) -> datetime:
    assert message.attempted_at is not None, "the database holds that whoever was attempted has a time"
    return message.attempted_at
