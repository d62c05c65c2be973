"""How many uploads workers have to do something about, and for how long the longest has not moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

from staffpassport.uploads.models import Upload
from staffpassport.uploads.states import AT_WORK, State


@dataclass(frozen=True, slots=True)
class Backlog:
    """Uploads of one state."""

    state: State
    uploads: int
    longest_still: timedelta


def backlog(now: datetime) -> list[Backlog]:
    """By state, for those in which a worker has something to do: one query over an index of them only."""
    rows = (
        Upload.everywhere.filter(state__in=AT_WORK)
        .order_by()
        .values_list("state")
        .annotate(Count("pk"), Min("progressed_at"))
    )
    return [Backlog(State(state), uploads, now - since) for state, uploads, since in rows]
