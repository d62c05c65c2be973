"""Listeners: the rooms above hear when messages change their state, in the transaction that changes it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction

from staffpassport.logs import describe
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel, State
from staffpassport.work.faults import PASSING

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Change:
    """One message that went from `old` to `new`.

    `failure` says why, for those that did not go out or arrive. `queued_at` is when the message was written.
    """

    message_id: UUID
    organisation_id: UUID
    about: str
    purpose: str
    channel: Channel
    old: State
    new: State
    failure: str
    queued_at: datetime | None = None


Listener = Callable[[Sequence[Change]], None]

_registered: list[tuple[Listener, frozenset[str] | None]] = []


def register(listener: Listener, purposes: Collection[str] | None = None) -> None:
    """Adds a listener, in AppConfig.ready(); with `purposes` it hears only of these.

    It gets the changes of a whole batch and writes with a few queries. It locks the rows that it writes in
    the order of their ids, so that two batches do not wait for each other.
    """
    _registered.append((listener, None if purposes is None else frozenset(purposes)))


def change(message: Message, old: State) -> Change:
    """What a message has become."""
    return Change(
        message_id=message.id,
        organisation_id=message.organisation_id,
        about=message.about,
        purpose=message.purpose,
        channel=Channel(message.channel),
        old=old,
        new=State(message.state),
        failure=message.failure,
        queued_at=message.created_at,
    )


def tell(changes: Sequence[Change]) -> None:
    """Tells every listener of what HR can see: being claimed is not news.

    A listener that fails is logged and its own writes are undone, while the states stand: what has been sent
    has been sent. The passing faults of the database are raised, for the whole batch to be written again.
    """
    news = [one for one in changes if one.new not in (one.old, State.LEASED)]
    for listener, purposes in _registered:
        concerned = [one for one in news if purposes is None or one.purpose in purposes]
        if not concerned:
            continue
        try:
            with transaction.atomic():
                listener(concerned)
        except PASSING:
            raise
        except Exception as fault:
            log.error("listener failed", changes=len(concerned), **describe(fault))
