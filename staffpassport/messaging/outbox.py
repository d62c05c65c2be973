"""Putting messages into the outbox, in the transaction of what they tell of, and taking them out again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from staffpassport.bulk import insert
from staffpassport.messaging import listeners, timing
from staffpassport.messaging.models import Message
from staffpassport.messaging.providers import carried
from staffpassport.messaging.states import Channel, Failure, State, Urgency
from staffpassport.organisations.models import Organisation

_AT_ONCE = 1000
_INCOMPLETE = "a message needs a recipient, a purpose, a key and something that it is about"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message to be queued.

    `about` is the id of what it tells of. `idempotency_key` names the message among all that there ever were
    about the same, such as `invitation:<id>:email`: a second draft with the same key is no second message.
    `due_at` None means now; after `not_after` it is cancelled instead of sent. ValueError for what could not be
    sent to anybody.
    """

    organisation_id: UUID
    about: str
    purpose: str
    channel: Channel
    idempotency_key: str
    recipient: str
    urgency: Urgency
    due_at: datetime | None = None
    not_after: datetime | None = None

    def __post_init__(self) -> None:
        if not (self.recipient and self.about and self.purpose and self.idempotency_key):
            raise ValueError(_INCOMPLETE)


def enqueue(drafts: Iterable[Draft]) -> None:
    """Queues any number of messages, in the caller's transaction.

    Keys that are known already change nothing. What this installation has nobody to send by, such as texts by a mail
    server, is not queued.
    """
    now, channels = timezone.now(), carried()
    give_up_after = timing.current().give_up_after
    insert(
        Message,
        _COLUMNS,
        (
            (
                draft.organisation_id,
                draft.about,
                draft.purpose,
                draft.channel,
                draft.idempotency_key,
                draft.recipient,
                draft.urgency,
                draft.due_at or now,
                draft.not_after,
                (draft.due_at or now) + give_up_after,
            )
            for draft in drafts
            if draft.channel in channels
        ),
        same={"created_at": now, "state_changed_at": now},
        unless_known=["about", "idempotency_key"],
    )


_COLUMNS = (
    "organisation_id",
    "about",
    "purpose",
    "channel",
    "idempotency_key",
    "recipient",
    "urgency",
    "due_at",
    "not_after",
    "give_up_at",
)


def enqueue_each(
    messages: Iterable[tuple[str, Channel, str]],
    *,
    organisation_id: UUID,
    purpose: str,
    urgency: Urgency,
    not_after: datetime | None = None,
    occasion: str = "",
) -> None:
    """Queues many messages of one purpose: (about, channel, recipient). One of each channel about each.

    Otherwise as `enqueue`, at a third of the time. The key of each is `purpose:about:channel`. What is sent more
    than once about the same names the `occasion`, `reminder:2:about:channel`.
    """
    named = f"{purpose}:{occasion}" if occasion else purpose
    now, channels = timezone.now(), carried()
    insert(
        Message,
        ["about", "channel", "recipient", "idempotency_key"],
        (_row(named, *message) for message in messages if message[1] in channels),
        same={
            "organisation_id": organisation_id,
            "purpose": purpose,
            "urgency": urgency,
            "created_at": now,
            "state_changed_at": now,
            "due_at": now,
            "not_after": not_after,
            "give_up_at": now + timing.current().give_up_after,
        },
        unless_known=["about", "idempotency_key"],
    )


def enqueue_to_one(
    addresses: Iterable[tuple[Channel, str]],
    *,
    organisation_id: UUID,
    about: UUID,
    purpose: str,
    occasion: str = "",
) -> None:
    """Queues the same message to one person at each of their addresses, of which several may be of one channel.

    In the caller's transaction. `occasion` is that of `enqueue_each`.
    """
    named = f"{purpose}:{occasion}" if occasion else purpose
    enqueue(
        Draft(
            organisation_id=organisation_id,
            about=str(about),
            purpose=purpose,
            channel=channel,
            idempotency_key=f"{named}:{number}",
            recipient=recipient,
            urgency=Urgency.SINGLE,
        )
        for number, (channel, recipient) in enumerate(addresses)
    )


def _row(named: str, about: str, channel: Channel, recipient: str) -> tuple[str, str, str, str]:
    if not (named and about and recipient):
        raise ValueError(_INCOMPLETE)
    word = channel.value
    return about, word, recipient, f"{named}:{about}:{word}"


def cancel(
    about: Collection[str],
    purposes: Collection[str] | None = None,
    reason: str = "",
    channels: Collection[Channel] = tuple(Channel),
    organisation: Organisation | None = None,
) -> int:
    """Cancels what waits about these, in the caller's transaction; listeners hear of it. Returns how many.

    `reason` is a short word of the caller's room; `organisation` is left out by tasks across trusts. A message that
    a worker has in hand may still go out; it is not sent again. Never waits for a worker, so a message that one is
    claiming at this moment is not touched: its composer answers NoLongerWanted.
    """
    now = timezone.now()
    cancelled = 0
    for some in _in_parts(about):
        which = Q(about__in=some)
        if organisation is not None:
            which &= Q(organisation=organisation)
        if purposes is not None:
            which &= Q(purpose__in=purposes)
        if len(channels) < len(Channel):
            which &= Q(channel__in=channels)
        with transaction.atomic():
            cancelled += _cancel_queued(which, reason or Failure.WITHDRAWN, now)
            in_hand = Message.everywhere.filter(which, state__in=[State.LEASED, State.UNCERTAIN])
            ids = [message.id for message in in_hand.select_for_update(skip_locked=True).only("id")]
            if ids:
                later = Q(not_after=None) | Q(not_after__gt=now)
                Message.everywhere.filter(later, id__in=ids).update(not_after=now)
    return cancelled


def _cancel_queued(which: Q, reason: str, now: datetime) -> int:
    queued = Message.everywhere.filter(which, state=State.QUEUED).order_by("id")
    messages = list(queued.select_for_update(skip_locked=True))
    for message in messages:
        message.move_to(State.CANCELLED, reason)
    if messages:
        Message.everywhere.filter(id__in=[message.id for message in messages]).update(
            state=State.CANCELLED, failure=reason, recipient=None, state_changed_at=now
        )
        listeners.tell([listeners.change(message, State.QUEUED) for message in messages])
    return len(messages)


def _in_parts(about: Collection[str]) -> Iterator[list[str]]:
    everything = iter(about)
    while some := list(islice(everything, _AT_ONCE)):
        yield some
