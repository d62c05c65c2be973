"""A telephone that gets a code by text, as a second factor beside a stronger one."""

from __future__ import annotations

from django.db import models
from uuid_utils.compat import uuid7

LONGEST_NAME = 50


class TextFactor(models.Model):
    """The number (E.164) of a portal user, which they have proved by a code. One each."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE, related_name="text_factor")
    phone = models.CharField(max_length=16)
    name = models.CharField(max_length=LONGEST_NAME)
    proved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"a telephone of {self.user_id}"
