"""The invitation: an e-mail and a text that ask one person to sign up with one trust; and who invited how many."""

from __future__ import annotations

import secrets
import time

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation, OrganisationOwned

LINK_ID_BYTES = 8


def new_link_id() -> bytes:
    """What a link names its invitation by: eight bytes, good for nothing without the MAC beside them.

    Two are of the hour and six are random: those of one list stand together in the index, which keeps a large list
    from touching every page of it.
    """
    hour = int(time.time()) // 3600 % 2**16
    return hour.to_bytes(2, "big") + secrets.token_bytes(LINK_ID_BYTES - 2)


class Invitation(OrganisationOwned):
    """Sent to one person; re-sending makes a new one and ends the old.

    There is no foreign key to the passport: deleting one erases the person and keeps what was sent, for reports.
    """

    class EndedReason(models.TextChoices):
        REPLACED = "replaced", "Replaced by a newer invitation"
        WITHDRAWN = "withdrawn", "Withdrawn"
        DELETED = "deleted", "Passport deleted"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Not checked by the database, as in messages: see there.
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    passport_id = models.UUIDField()
    sequence = models.PositiveSmallIntegerField(default=1)
    link_id = models.BinaryField(max_length=LINK_ID_BYTES, unique=True, default=new_link_id)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=20, choices=EndedReason, null=True)
    # Somebody whom it reached by this channel has said that it is not meant for them.
    not_me_at = models.DateTimeField(null=True)
    not_me_by = models.CharField(max_length=5, choices=Channel, null=True)

    class Meta(OrganisationOwned.Meta):
        indexes = [
            # Those that nobody has answered, by when they end. A chunk ends together, so they are written in order.
            models.Index(
                fields=["expires_at"],
                condition=Q(accepted_at=None, ended_at=None),
                name="invitation_open_until",
            ),
            # Reports: a trust's invitations of some days. A chunk is one moment, so that it is cheap to write.
            models.Index(fields=["organisation", "created_at"], name="invitation_made_at"),
            # For HR to look at: few, and none is written so, so that a bulk write pays nothing for it.
            models.Index(
                fields=["organisation", "not_me_at"],
                condition=Q(not_me_at__isnull=False, ended_at=None),
                name="invitation_not_me",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["passport_id", "sequence"], name="invitations_in_order"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_reason=None)
                | (Q(ended_at__isnull=False) & Q(ended_reason__isnull=False)),
                name="invitation_ended_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(not_me_at=None, not_me_by=None)
                | (Q(not_me_at__isnull=False) & Q(not_me_by__isnull=False)),
                name="invitation_not_me_by_a_channel",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class ReminderRound(models.Model):
    """How far the reminders of one day have come, for those invited `days_after` days before, over all trusts.

    `through` is the last invitation looked at. At most a few rows a day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    on = models.DateField()
    days_after = models.PositiveSmallIntegerField()
    through = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["on", "days_after"], name="one_round_of_reminders")]

    def __str__(self) -> str:
        return f"reminders of {self.on}, {self.days_after} days after"


class ExpiryMark(models.Model):
    """Up to which invitation expiries have been recorded, in the order in which they end. One row."""

    name = models.CharField(primary_key=True, max_length=10, default="expiries", editable=False)
    moment = models.DateTimeField()
    invitation = models.UUIDField()

    def __str__(self) -> str:
        return f"expired until {self.moment}"


class InvitedCount(OrganisationOwned):
    """So many people were invited by somebody at one go: a line a chunk. Kept for two days; see tally.py.

    Counting the events instead would read every line of a bulk upload, and needs an index on the largest table.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    actor = models.CharField(max_length=60)
    at = models.DateTimeField()
    people = models.PositiveIntegerField()

    class Meta(OrganisationOwned.Meta):
        indexes = [models.Index(fields=["actor", "at"], name="invited_count_lately")]

    def __str__(self) -> str:
        return f"{self.people} by {self.actor}"


class Erasure(OrganisationOwned):
    """A passport that was deleted and has yet to be noted outside the database (erasures.py); written with it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    passport_id = models.UUIDField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"passport {self.passport_id} was deleted"
