"""Security codes: six digits that show that somebody reads what is sent to an address."""

from __future__ import annotations

from django.db import models
from uuid_utils.compat import uuid7

from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import OrganisationOwned


class Proving(OrganisationOwned):
    """Somebody who proves a channel for something: the row that takes turns, so that no limit counts short.

    `about` is the id of whom, as text, and `purpose` what it opens: this room knows neither.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    about = models.CharField(max_length=60)
    purpose = models.CharField(max_length=40)
    channel = models.CharField(max_length=5, choices=Channel)

    class Meta(OrganisationOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["about", "purpose", "channel"], name="one_proving_a_purpose")
        ]

    def __str__(self) -> str:
        return f"{self.about} proves {self.channel} for {self.purpose}"


class SecurityCode(models.Model):
    """One code that was sent. Its digits are made of its id by a key outside the database, and stand nowhere.

    `address` is a digest of where it went, so that it proves no other address. `tries` counts wrong ones.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    proving = models.ForeignKey(Proving, on_delete=models.CASCADE, related_name="codes", db_index=False)
    address = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["proving", "made_at"], name="security_code_newest"),
            models.Index(fields=["made_at"], name="security_code_age"),
        ]

    def __str__(self) -> str:
        return f"code {self.pk}"
