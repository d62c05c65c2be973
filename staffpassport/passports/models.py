"""The staff passport: one staff member in one trust's portal."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from staffpassport.accounts.models import User
from staffpassport.messaging.states import Channel, State
from staffpassport.organisations.models import OrganisationOwned
from staffpassport.roster.cohort import (
    EmploymentStatus,
    EmploymentType,
    JobRole,
    StaffGroup,
    job_roles,
)


class Status(models.TextChoices):
    """How far a passport has come. The label is the tag that lists show."""

    INVITATION_SENT = "invitation-sent", "Invitation sent"
    APPOINTMENT_NEEDED = "appointment-needed", "Appointment needed"
    IDENTITY_SHARED = "identity-shared", "Identity shared"
    CREDENTIALS_PENDING = "credentials-pending", "Credentials pending"
    ACTIVE = "active", "Active"
    ACCESS_DECLINED = "access-declined", "Access declined"
    DISABLED = "disabled", "Disabled"


class Origin(models.TextChoices):
    """How a passport began."""

    INVITED = "invited", "Invited"
    SELF_SIGN_UP = "self-sign-up", "Self sign-up"


class StaffPassport(OrganisationOwned):
    """The record of one person in one trust.

    `email_key` and `phone` are what makes somebody a duplicate, each unique within the trust. `search_key` holds
    what can be searched for, folded, with a space before each word, so that the beginning of a word can be asked
    for. What lists filter by (`email_state`, `text_state`, `invitation_expires_at`) is repeated here from the
    invitation's messages, because a list of 20,000 people must not join three tables.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    preferred_name = models.CharField(max_length=100, null=True)
    date_of_birth = models.DateField(null=True)
    email = models.CharField(max_length=254)
    email_key = models.CharField(
        max_length=320
    )  # longer than the address where its domain is written in IDNA
    phone = models.CharField(max_length=16)  # E.164
    staff_group = models.CharField(max_length=60, choices=[(g.value, g.label) for g in StaffGroup])
    job_role_key = models.CharField(max_length=80, null=True)
    employment_type = models.CharField(max_length=30, choices=[(t.value, t.label) for t in EmploymentType])
    employment_status = models.CharField(
        max_length=30, choices=[(s.value, s.label) for s in EmploymentStatus]
    )
    oriel_pin = models.CharField(max_length=20, null=True)
    esr_assignment_number = models.CharField(max_length=12, null=True)
    origin = models.CharField(max_length=20, choices=Origin)
    status = models.CharField(max_length=30, choices=Status)
    created_at = models.DateTimeField()
    professional_body = models.CharField(max_length=100, null=True)
    registration_number = models.CharField(max_length=30, null=True)
    search_key = models.TextField()
    email_state = models.CharField(max_length=20, choices=State, null=True)
    text_state = models.CharField(max_length=20, choices=State, null=True)
    invitation_expires_at = models.DateTimeField(null=True)
    # When HR corrected the address; None where it has stood here from the beginning. Messages queued before are
    # not sent any more, and what becomes of them tells nothing of the address that stands here now.
    email_since = models.DateTimeField(null=True)
    phone_since = models.DateTimeField(null=True)
    # The upload that the person came with. No foreign key: uploads are a room above. No index either: the
    # list of one upload's people goes along `passport_newest`, between the first and the last id of them.
    upload_id = models.UUIDField(null=True, editable=False)
    # The account of the person, once they have signed up. One account can hold the passports of several trusts.
    holder = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta(OrganisationOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organisation", "email_key"], name="one_passport_an_email"),
            models.UniqueConstraint(fields=["organisation", "phone"], name="one_passport_a_phone"),
            models.CheckConstraint(
                condition=~Q(first_name="") & ~Q(last_name=""), name="passport_has_a_name"
            ),
        ]
        indexes = [
            # The list: a trust's people, newest first, page by page. On PostgreSQL with what is searched for beside
            # each, so that a search reads this index alone. SQLite knows no such columns, and reads the rows.
            models.Index(fields=["organisation", "id"], include=["search_key"], name="passport_newest"),
            # The counters of home and the filters by state.
            models.Index(fields=["organisation", "status", "id"], name="passport_status"),
            # Those whom an e-mail or a text did not reach: few, so that a bulk write pays nothing for it.
            models.Index(
                fields=["organisation", "id"],
                condition=Q(email_state=State.FAILED) | Q(text_state=State.FAILED),
                name="passport_not_reached",
            ),
            # A person's own passports. No passport is written with a holder, so a bulk write pays nothing for it.
            models.Index(fields=["holder"], condition=Q(holder__isnull=False), name="passport_holder"),
        ]

    def __str__(self) -> str:
        return f"passport {self.pk}"

    @property
    def full_name(self) -> str:
        """First and last name, as lists show it."""
        return f"{self.first_name} {self.last_name}"

    @property
    def job_role(self) -> JobRole | None:
        """The job role, where one was chosen."""
        return job_roles().get(self.job_role_key) if self.job_role_key else None

    def address_since(self, channel: Channel) -> datetime | None:
        """When HR corrected the address of this channel, None where nobody did."""
        return self.email_since if channel == Channel.EMAIL else self.phone_since


class ProfileChange(OrganisationOwned):
    """One answer of a profile that somebody of HR changed. Erased with the passport; the event of it holds no values.

    `field` is the column of the passport; `old` and `new` are its values as text, None where there was none.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    passport = models.ForeignKey(StaffPassport, on_delete=models.CASCADE, related_name="+", db_index=False)
    field = models.CharField(max_length=40)
    old = models.TextField(null=True)
    new = models.TextField(null=True)
    by = models.CharField(max_length=60)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta(OrganisationOwned.Meta):
        indexes = [models.Index(fields=["passport", "id"], name="profile_change_newest")]

    def __str__(self) -> str:
        return f"change of {self.field} of {self.passport_id}"
