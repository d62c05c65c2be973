"""What a staff member has done to sign up, what they have corrected, and that they asked for a new invitation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import OrganisationOwned
from staffpassport.passports.models import StaffPassport


class IdentityRoute(models.TextChoices):
    """How the person wants their identity to be verified."""

    APP = "app", _("A digital identity app")
    APPOINTMENT = "appointment", _("An appointment with HR")


class Application(OrganisationOwned):
    """One person's sign-up with one trust, from the moment at which they have proved who reads their messages.

    It goes on where it stopped, on whatever device. `answers` are the columns of the passport that the person wants
    otherwise than they stand there; they are written to it when the application is sent. Which addresses were proved
    is kept with the proof: it says nothing of an address that HR writes there later.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    passport = models.OneToOneField(StaffPassport, on_delete=models.CASCADE, related_name="+")
    begun_at = models.DateTimeField()
    has_another = models.BooleanField()  # "Do you already have a Digital Staff Passport?"
    notices = models.JSONField()  # the version of each that was accepted, by its name
    notices_at = models.DateTimeField()
    identity_route = models.CharField(max_length=12, choices=IdentityRoute)
    email_proved = models.CharField(max_length=320, null=True)  # as a passport's email_key
    email_proved_at = models.DateTimeField(null=True)
    phone_proved = models.CharField(max_length=16, null=True)
    phone_proved_at = models.DateTimeField(null=True)
    answers = models.JSONField(default=dict)
    details_at = models.DateTimeField(null=True)  # names and date of birth were answered
    numbers_at = models.DateTimeField(null=True)  # ESR assignment number and Oriel PIN were
    sent_at = models.DateTimeField(null=True)

    class Meta(OrganisationOwned.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(email_proved=None, email_proved_at=None)
                | Q(email_proved__isnull=False, email_proved_at__isnull=False),
                name="application_email_proved_when",
            ),
            models.CheckConstraint(
                condition=Q(phone_proved=None, phone_proved_at=None)
                | Q(phone_proved__isnull=False, phone_proved_at__isnull=False),
                name="application_phone_proved_when",
            ),
            models.CheckConstraint(
                condition=Q(email_proved__isnull=False) | Q(phone_proved__isnull=False),
                name="application_of_somebody_proved",
            ),
        ]

    def __str__(self) -> str:
        return f"application for {self.passport_id}"


class ContactCorrection(OrganisationOwned):
    """Another e-mail address or number that the person has given and proved, for HR to confirm or refuse.

    `told_by` is the channel that they can be told by: the one that was right. Erased with the passport.
    """

    class Decision(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        REFUSED = "refused", "Refused"
        TAKEN_BACK = "taken-back", "Taken back by the staff member"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    passport = models.ForeignKey(StaffPassport, on_delete=models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=5, choices=Channel)
    value = models.CharField(max_length=254)
    told_by = models.CharField(max_length=5, choices=Channel)
    proved_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=12, choices=Decision, null=True)
    decided_by = models.CharField(max_length=200, blank=True)  # the name that the trust knows

    class Meta(OrganisationOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["passport", "channel"],
                condition=Q(decided_at=None),
                name="one_correction_waits_a_channel",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decision=None)
                | (Q(decided_at__isnull=False) & Q(decision__isnull=False)),
                name="correction_decided_how",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "id"], condition=Q(decided_at=None), name="correction_waiting"
            ),
            models.Index(fields=["passport", "id"], name="correction_of"),
        ]

    def __str__(self) -> str:
        return f"another {self.channel} for {self.passport_id}"


class NewInvitationRequest(OrganisationOwned):
    """Somebody with a link that no longer works has asked for a new one.

    A page writes one such line whoever asks, and a worker does what can be done: so its answer tells nothing. There
    is no foreign key to the passport, which may have been deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    passport_id = models.UUIDField()
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta(OrganisationOwned.Meta):
        indexes = [
            models.Index(fields=["passport_id", "asked_at"], name="new_invitation_asked"),
            models.Index(fields=["id"], condition=Q(done_at=None), name="new_invitation_to_do"),
        ]

    def __str__(self) -> str:
        return f"new invitation for {self.passport_id}"
