"""How often something was tried in vain of late."""

from __future__ import annotations

from django.db import models


class Tries(models.Model):
    """Wrong tries at one thing, such as one account's password: its row makes those who try take turns.

    `what` is a digest: the table names neither an address nor a network. `count` were wrong since `since`; they have
    been used up `closings` times, the last time until `closed_until`.
    """

    what = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField()
    closings = models.PositiveSmallIntegerField(default=0)
    closed_until = models.DateTimeField(null=True)
    last_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} tries at {self.what}"
