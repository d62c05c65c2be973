"""What HR has answered to a person who signed up: the identity check, or why access was declined."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from uuid_utils.compat import uuid7

from staffpassport.organisations.models import OrganisationOwned
from staffpassport.passports.models import StaffPassport

MOST_WORDS = 300  # characters that HR can write to a person


class Document(models.TextChoices):
    """What shows who somebody is, as the NHS's identity checks use it."""

    PASSPORT = "passport", "Passport"
    RESIDENCE_PERMIT = "residence-permit", "UK biometric residence permit or eVisa share code"
    DRIVING_LICENCE = "driving-licence", "UK driving licence photocard"
    OTHER = "other", "Another document"


class How(models.TextChoices):
    """How the person was seen."""

    IN_PERSON = "in-person", "In person"
    BY_VIDEO = "by-video", "By video call"


class Reason(models.TextChoices):
    """Why access is declined. The person reads it."""

    NOT_A_NEW_STARTER = (
        "not-a-new-starter",
        "Not able to identify the individual as a new starter at this organisation",
    )
    NOT_CONFIRMED = "not-confirmed", "Unable to confirm identity"
    OTHER = "other", "Other"


class IdentityCheck(OrganisationOwned):
    """That somebody's identity was confirmed: what was seen, how, when and by whom. Erased with the passport.

    `checked_by` is the colleague who saw the person, as HR names them; `by` is who wrote it down. `documents` are
    values of Document; what `other_document` was is said in words.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    passport = models.ForeignKey(StaffPassport, on_delete=models.CASCADE, related_name="+", db_index=False)
    documents = models.JSONField()
    other_document = models.CharField(max_length=100, blank=True)
    how = models.CharField(max_length=20, choices=How)
    checked_on = models.DateField()
    checked_by = models.CharField(max_length=200)
    by = models.CharField(max_length=60)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta(OrganisationOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["passport"], name="an_identity_is_confirmed_once")]

    def __str__(self) -> str:
        return f"identity check of {self.passport_id}"

    @property
    def seen(self) -> str:
        """The documents in words, "Passport, UK driving licence photocard"."""
        words = [gettext(Document(one).label) for one in self.documents if one != Document.OTHER]
        return ", ".join([*words, self.other_document] if self.other_document else words)


class Decline(OrganisationOwned):
    """That somebody was declined, and why. Erased with the passport; `words` are HR's own, for the reason "Other".

    One that was taken back stays, with who did so.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    passport = models.ForeignKey(StaffPassport, on_delete=models.CASCADE, related_name="+", db_index=False)
    reason = models.CharField(max_length=30, choices=Reason)
    words = models.CharField(max_length=MOST_WORDS, blank=True)
    by = models.CharField(max_length=60)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta(OrganisationOwned.Meta):
        indexes = [models.Index(fields=["passport", "id"], name="decline_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["passport"], condition=Q(taken_back_at=None), name="one_decline_that_holds"
            ),
            models.CheckConstraint(
                condition=(Q(reason=Reason.OTHER) & ~Q(words="")) | (~Q(reason=Reason.OTHER) & Q(words="")),
                name="words_for_the_reason_other",
            ),
        ]

    def __str__(self) -> str:
        return f"decline of {self.passport_id}"

    @property
    def in_words(self) -> str:
        """The reason as HR and the person read it."""
        return self.words or gettext(Reason(self.reason).label)
