"""What the workers of one installation tell each other: who is alive, and who has which duty."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7


class WorkerHeartbeat(models.Model):
    """One running worker. The row goes when the worker stops; one that was killed goes stale."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    host = models.CharField(max_length=100)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    beaten_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"worker {self.pid} on {self.host}"


class DutyLease(models.Model):
    """Which worker has a duty, and until when. The row stays; nobody has the duty while `holder` is null."""

    name = models.CharField(primary_key=True, max_length=60)
    holder = models.UUIDField(null=True)
    held_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(holder=None, held_until=None) | Q(holder__isnull=False, held_until__isnull=False),
                name="duty_lease_holder_and_end",
            ),
        ]

    def __str__(self) -> str:
        return self.name
