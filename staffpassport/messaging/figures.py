"""How the outbox stands, in figures for those who run it. None costs more with millions of messages than with few.

What is counted is counted to MOST and no further: "10,000 and more" says enough, and a scrape every 15 seconds must not
be what the database is busy with. Nothing here is of a person or a trust.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Failure, State, Urgency

MOST = 10_000
LATELY = timedelta(hours=1)


def queued() -> dict[Urgency, int]:
    """What waits, by urgency, each counted to MOST: a part of an index that holds what is queued only."""
    waiting = Message.everywhere.filter(state=State.QUEUED).order_by()
    return {urgency: _capped(waiting.filter(urgency=urgency)) for urgency in Urgency}


def in_hand() -> dict[State, int]:
    """What workers are sending, and what may have gone out and is looked up: indexes that are nearly empty."""
    return {
        state: _capped(Message.everywhere.filter(state=state).order_by())
        for state in (State.LEASED, State.UNCERTAIN)
    }


def written_lately(now: datetime) -> Counter[tuple[str, str]]:
    """What became of the newest MOST messages of the last hour: (channel, state). Read along the primary key."""
    since = UUID(int=int((now - LATELY).timestamp() * 1000) << 80)
    newest = Message.everywhere.filter(pk__gte=since).order_by("-pk").values_list("channel", "state")
    return Counter(newest[:MOST])


def failed_lately(now: datetime) -> Counter[tuple[str, str]]:
    """What came to nothing, or may have, in the last hour: (channel, reason), of MOST; an index of those only."""
    # In the words of the index: for a list of states SQLite would not use it.
    came_to_nothing = Q(state=State.FAILED) | Q(state=State.MAYBE_SENT)
    failed = Message.everywhere.filter(came_to_nothing, state_changed_at__gte=now - LATELY)
    reasons = failed.order_by("-state_changed_at").values_list("channel", "failure")[:MOST]
    # A provider may give words of its own; they are not to become series without end.
    return Counter((channel, reason if reason in Failure.values else "other") for channel, reason in reasons)


def _capped(found: QuerySet[Message]) -> int:
    return found[:MOST].count()
