"""That a staff member gets back in by less than what they had: from when on."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.organisations.models import OrganisationOwned


class Recovery(OrganisationOwned):
    """One each, until it is used, stopped or forgotten. `organisation` is in whose name the person was told.

    With a `phone` (E.164), the number on a record to which codes go from `effective_at` on, in place of the proved one.
    Without, a password that was chosen by a link, beside which a code to the same mailbox counts from then on.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField("accounts.User", on_delete=models.CASCADE, related_name="+")
    phone = models.CharField(max_length=16, null=True)
    started_at = models.DateTimeField()
    effective_at = models.DateTimeField()

    class Meta(OrganisationOwned.Meta):
        indexes = [models.Index(fields=["effective_at"], name="recovery_effective")]

    def __str__(self) -> str:
        return f"recovery of {self.user_id}"

    @property
    def waits(self) -> bool:
        """Whether it opens nothing yet."""
        return timezone.now() < self.effective_at
