"""Composers: the rooms above say what a message says, when it is about to be sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from staffpassport.logs import describe
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel
from staffpassport.work.faults import PASSING

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ToCompose:
    """A message about to be sent, as its composer sees it."""

    id: UUID
    organisation_id: UUID
    about: str
    purpose: str
    channel: Channel
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Content:
    """What is sent: `body` is plain text (for e-mails with Notify's simple marks); a text has no subject."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class NoLongerWanted:
    """The message is cancelled.

    `reason` is a short word of the composer's room, such as `passport-deleted`.
    """

    reason: str


Composed = Content | NoLongerWanted
Composer = Callable[[Sequence[ToCompose]], Mapping[UUID, Composed]]

_registered: dict[str, Composer] = {}


def register(purpose: str, compose: Composer) -> None:
    """Names who composes the messages of a purpose, in AppConfig.ready(). ValueError if there is one.

    `compose` gets a batch of messages of this purpose, of any trusts, and answers for every id of it. A few
    queries a batch, never one a message. It is the last to say whether a message is still wanted: cancelling
    may come too late.
    """
    if purpose in _registered:
        raise ValueError(f"there is a composer for {purpose} already")
    _registered[purpose] = compose


def purposes() -> frozenset[str]:
    """The purposes that have a composer."""
    return frozenset(_registered)


def compose(messages: Sequence[Message]) -> dict[UUID, Composed]:
    """What each message says. One that could not be composed is missing; the reason is in the log.

    Raises the passing faults of the database.
    """
    by_purpose: dict[str, list[ToCompose]] = defaultdict(list)
    for message in messages:
        by_purpose[message.purpose].append(_as_seen(message))
    composed: dict[UUID, Composed] = {}
    for purpose, batch in by_purpose.items():
        composer = _registered.get(purpose)
        if composer is None:
            log.error("no composer", purpose=purpose, messages=len(batch))
            continue
        composed |= _ask(composer, batch)
    return composed


def _ask(composer: Composer, batch: Sequence[ToCompose]) -> dict[UUID, Composed]:
    try:
        answers = composer(batch)
    except PASSING:
        raise
    except Exception as fault:
        log.error("composer failed", purpose=batch[0].purpose, messages=len(batch), **describe(fault))
        if len(batch) == 1:
            return {}
        # One message that cannot be composed must not hold up those that were claimed with it.
        return {id_: said for one in batch for id_, said in _ask(composer, [one]).items()}
    return {one.id: answers[one.id] for one in batch if one.id in answers}


def _as_seen(message: Message) -> ToCompose:
    return ToCompose(
        id=message.id,
        organisation_id=message.organisation_id,
        about=message.about,
        purpose=message.purpose,
        channel=Channel(message.channel),
        created_at=message.created_at,
    )
