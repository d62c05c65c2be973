"""Leases on duties: one worker at a time has a duty; it is taken over when that worker is gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from staffpassport.work.models import DutyLease

LENGTH = timedelta(seconds=60)


class Leases:
    """The leases of one worker. Safe to use from several threads: one does the duties, another renews.

    A lease is kept while the worker lives and renewed in its second half, so an idle worker writes twice a
    minute.
    """

    def __init__(self, worker: UUID, length: timedelta = LENGTH) -> None:
        self._worker = worker
        self._length = length
        self._until: dict[str, datetime] = {}
        self._lock = Lock()

    def take(self, name: str) -> bool:
        """Whether this worker has the duty now: it had it already, or it was free and is taken."""
        now = timezone.now()
        with self._lock:
            until = self._until.get(name)
            if until is not None and now < until:
                return True
        row = DutyLease.objects.filter(pk=name).first()
        if row is None:
            DutyLease.objects.bulk_create([DutyLease(name=name)], ignore_conflicts=True)
        elif row.held_until is not None and row.held_until > now and row.holder != self._worker:
            return False
        free = Q(holder=None) | Q(holder=self._worker) | Q(held_until__lte=now)
        return self._write(name, free, now)

    def renew(self) -> None:
        """Renews what is past the half of its time. A duty that somebody else has taken is let go."""
        now = timezone.now()
        with self._lock:
            due = [name for name, until in self._until.items() if until - now < self._length / 2]
        for name in due:
            self._write(name, Q(holder=self._worker), now)

    def hand_back(self) -> None:
        """Frees all duties at once, so that no other worker waits for the leases to lapse."""
        with self._lock:
            names = list(self._until)
        DutyLease.objects.filter(pk__in=names, holder=self._worker).update(holder=None, held_until=None)
        with self._lock:
            self._until.clear()

    def _write(self, name: str, condition: Q, now: datetime) -> bool:
        until = now + self._length
        won = DutyLease.objects.filter(condition, pk=name).update(holder=self._worker, held_until=until)
        with self._lock:
            if won:
                self._until[name] = until
            else:
                self._until.pop(name, None)
        return bool(won)
