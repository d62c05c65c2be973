"""That somebody's second factor is to be reset: who started it, who confirmed it, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from staffpassport.organisations.models import OrganisationOwned


class Reason(models.TextChoices):
    """Why somebody cannot give their second factor."""

    LOST = "lost", "The phone or security key is lost or stolen"
    BROKEN = "broken", "The phone or security key is broken"
    REPLACED = "replaced", "There is a new phone, and the old one is gone"


OPEN = Q(stopped_at=None, done_at=None)


class SecondFactorReset(OrganisationOwned):
    """Started by one senior administrator of a trust, confirmed by a second one, carried out after the trust's delay.

    Open until it is stopped or done. `effective_at` stands from the confirmation on.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    started_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    started_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    confirmed_at = models.DateTimeField(null=True)
    effective_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta(OrganisationOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], condition=OPEN, name="one_open_reset_of_a_user_in_a_trust"
            ),
            models.CheckConstraint(
                condition=~Q(started_by=F("user")) & (Q(confirmed_by=None) | ~Q(confirmed_by=F("user"))),
                name="nobody_resets_their_own_factor",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("started_by")),
                name="two_people_reset_a_factor",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None, effective_at=None, done_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, effective_at__isnull=False),
                name="only_a_confirmed_reset_is_done",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(done_at=None), name="a_stopped_reset_is_not_done"
            ),
        ]
        indexes = [models.Index(fields=["effective_at"], condition=OPEN, name="reset_due")]

    def __str__(self) -> str:
        return f"reset of {self.user_id}"
