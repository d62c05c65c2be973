"""Where somebody is logged in, and on which devices they have been."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7


class Because(models.TextChoices):
    """Why a session is over."""

    IDLE = "idle", "Nothing was done for a while"
    LONG = "long", "The log-in was long ago"
    LOGGED_OUT = "logged-out", "Logged out"
    ELSEWHERE = "elsewhere", "Ended from another device, or by a change of how one logs in"
    CHANGED = "changed", "Disabled, or given another role"


class UserSession(models.Model):
    """One log-in of a user. Django's session names it, and is over when this one is.

    Not Django's own table: that one knows neither whose a session is nor where, and loses the key with each new one.
    `device` is what the browser says of itself, in plain words. `last_seen_at` is written once a minute at most.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="user_sessions")
    device = models.CharField(max_length=60)
    network_address = models.GenericIPAddressField(null=True)
    began_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=12, choices=Because.choices, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_because="")
                | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
                name="ended_session_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.device}"


class KnownDevice(models.Model):
    """A device on which somebody has logged in. `digest` is made of the word in its browser's cookie and of the user:
    nobody can tell by it that two users share one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="known_devices", db_index=False
    )
    digest = models.BinaryField(max_length=32)
    last_used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="a_device_of_a_user_once"),
        ]

    def __str__(self) -> str:
        return f"a device of {self.user_id}"
