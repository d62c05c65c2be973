"""The heartbeat: each worker says often that it is alive, so that the portal can say when none is."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from staffpassport.work.models import WorkerHeartbeat

BEAT_EVERY = timedelta(seconds=5)
ALIVE_WITHIN = timedelta(seconds=30)
_FORGOTTEN_AFTER = timedelta(minutes=10)


def anyone_alive(now: datetime | None = None) -> bool:
    """Whether any worker has beaten within 30 seconds. One query on a table of a few rows."""
    since = (now or timezone.now()) - ALIVE_WITHIN
    return WorkerHeartbeat.objects.filter(beaten_at__gte=since).exists()


def ages(now: datetime | None = None) -> list[tuple[str, int, timedelta]]:
    """Each worker's host and process, and how long ago it was heard of; those that stopped cleanly are not there."""
    now = now or timezone.now()
    rows = WorkerHeartbeat.objects.order_by("host", "pid").values_list("host", "pid", "beaten_at")
    return [(host, pid, now - beaten_at) for host, pid, beaten_at in rows]


def beat(worker: UUID, started_at: datetime) -> None:
    """Says that this worker is alive. Writes the row again should another have taken it for dead."""
    now = timezone.now()
    if not WorkerHeartbeat.objects.filter(pk=worker).update(beaten_at=now):
        WorkerHeartbeat.objects.create(
            id=worker,
            host=socket.gethostname()[:100],
            pid=os.getpid(),
            started_at=started_at,
            beaten_at=now,
        )


def clean_away(now: datetime | None = None) -> None:
    """Removes the rows of workers that were killed. Reads first, because mostly there are none."""
    stale = WorkerHeartbeat.objects.filter(beaten_at__lt=(now or timezone.now()) - _FORGOTTEN_AFTER)
    if stale.exists():
        stale.delete()


def stop(worker: UUID) -> None:
    """Takes the row away: this worker has stopped cleanly."""
    WorkerHeartbeat.objects.filter(pk=worker).delete()
