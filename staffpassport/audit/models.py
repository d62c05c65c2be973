"""What happened: one row an event, written in the same transaction as what it tells of."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

# Whose chain holds the events that have no organisation: NULL would be unique to no index.
NO_TRUST = UUID(int=0)


class Kind(models.TextChoices):
    """The fixed list of what can happen. The label is what history shows."""

    # Signing in
    LOGGED_IN = "logged-in", "Logged in"
    LOG_IN_REFUSED = "log-in-refused", "Log in refused"
    LOGGED_OUT = "logged-out", "Logged out"
    NEW_DEVICE = "new-device", "Logged in on a new device"
    SESSIONS_ENDED = "sessions-ended", "Logged out on other devices"
    TRUST_ENTERED = "trust-entered", "Trust's portal entered"
    PASSWORD_SET = "password-set", "Password set"
    PASSWORD_FORGOTTEN = "password-forgotten", "Link to choose a new password asked for"
    FACTOR_ADDED = "factor-added", "Second factor added"
    RESET_STARTED = "reset-started", "Reset of second factors started"
    RESET_CONFIRMED = "reset-confirmed", "Reset of second factors confirmed"
    RESET_STOPPED = "reset-stopped", "Reset of second factors stopped"
    FACTORS_RESET = "factors-reset", "Second factors removed"
    RECOVERY_STARTED = "recovery-started", "Way back in started, with a wait"
    RECOVERY_STOPPED = "recovery-stopped", "Way back in stopped"
    RECOVERY_ENDED = "recovery-ended", "Way back in used or not needed"
    FACTOR_REMOVED = "factor-removed", "Second factor removed"
    PASSWORD_CHANGED = "password-changed", "Password changed"
    FACTOR_RENAMED = "factor-renamed", "Second factor renamed"
    RECOVERY_CODES_MADE = "recovery-codes-made", "New recovery codes made"
    RECOVERY_CODE_USED = "recovery-code-used", "Recovery code used"
    RECOVERY_CODES_KEPT = "recovery-codes-kept", "Recovery codes kept"
    CODE_GIVEN = "code-given", "Fresh security code given"
    CODE_REFUSED = "code-refused", "Fresh security code refused"
    ACCESS_REFUSED = "access-refused", "Access refused"
    # The trust and its users
    ORGANISATION_CREATED = "organisation-created", "Organisation created"
    SENDERS_SET = "senders-set", "Senders of messages set"
    SETTINGS_CHANGED = "settings-changed", "Settings changed"
    USER_CREATED = "user-created", "Portal user created"
    USER_RENAMED = "user-renamed", "Name of a portal user changed"
    USER_DISABLED = "user-disabled", "Portal user disabled"
    USER_ENABLED = "user-enabled", "Portal user enabled again"
    ROLE_CHANGED = "role-changed", "Role changed"
    LINK_SENT = "link-sent", "Link to the account sent again"
    # A staff passport, its invitation and the messages
    INVITED = "invited", "Passport created and invitation prepared"
    INVITATION_RESENT = "invitation-resent", "Invitation re-sent"
    INVITATION_WITHDRAWN = "invitation-withdrawn", "Invitation withdrawn"
    INVITATION_EXPIRED = "invitation-expired", "Invitation expired"
    REMINDED = "reminded", "Reminder prepared"
    PROFILE_CHANGED = "profile-changed", "Profile changed"
    PASSPORT_DELETED = "passport-deleted", "Passport deleted from records"
    PASSPORT_VIEWED = "passport-viewed", "Record looked at"
    # The staff member's own steps, and HR's answers to them
    APPLICATION_BEGUN = "application-begun", "Application started"
    TERMS_ACCEPTED = "terms-accepted", "Privacy notice and terms accepted"
    IDENTITY_ROUTE_CHOSEN = "identity-route-chosen", "Way to verify identity chosen"
    CHANNEL_PROVED = "channel-proved", "Contact detail proved by a security code"
    CONTACT_CORRECTED = "contact-corrected", "Contact detail corrected by the staff member"
    CONTACT_CONFIRMED = "contact-confirmed", "Corrected contact detail confirmed"
    CONTACT_REFUSED = "contact-refused", "Corrected contact detail refused"
    CONTACT_TAKEN_BACK = "contact-taken-back", "Corrected contact detail taken back"
    NOT_ME = "not-me", "Said that the invitation is not for them"
    NEW_INVITATION_ASKED = "new-invitation-asked", "Asked for a new invitation"
    SIGNED_UP = "signed-up", "Signed up"
    IDENTITY_CONFIRMED = "identity-confirmed", "Identity confirmed"
    ACCESS_DECLINED = "access-declined", "Access declined"
    ACCESS_RECONSIDERED = "access-reconsidered", "Declining access taken back"
    MESSAGE_SENT = "message-sent", "Message sent"
    MESSAGE_DELIVERED = "message-delivered", "Message delivered"
    MESSAGE_FAILED = "message-failed", "Message did not arrive"
    MESSAGE_UNCERTAIN = "message-uncertain", "Message may have been sent"
    MESSAGE_CANCELLED = "message-cancelled", "Message cancelled"
    # What leaves the portal
    LIST_DOWNLOADED = "list-downloaded", "List of people downloaded"
    HELD_DOWNLOADED = "held-downloaded", "Everything held about a person downloaded"
    REPORT_DOWNLOADED = "report-downloaded", "Report downloaded"
    UPLOAD_DOWNLOADED = "upload-downloaded", "Report on a list downloaded"
    AUDIT_READ = "audit-read", "Audit trail read"
    AUDIT_DOWNLOADED = "audit-downloaded", "Audit trail downloaded"
    AUDIT_RETIRED = "audit-retired", "Oldest part of the audit trail deleted"
    # Many people by a file
    UPLOAD_RECEIVED = "upload-received", "List uploaded"
    UPLOAD_CHECKED = "upload-checked", "List checked"
    UPLOAD_REFUSED = "upload-refused", "List could not be read"
    UPLOAD_CONFIRMED = "upload-confirmed", "Upload confirmed, invitations begun"
    UPLOAD_CANCELLED = "upload-cancelled", "Upload cancelled"
    UPLOAD_LAPSED = "upload-lapsed", "Upload lapsed"
    UPLOAD_STOPPED = "upload-stopped", "Sending stopped"
    UPLOAD_WITHDRAWN = "upload-withdrawn", "Invitations of the upload withdrawn"
    UPLOAD_DONE = "upload-done", "Everybody of the upload invited"
    UPLOAD_FAILED = "upload-failed", "Upload failed"
    # Many people chosen in the list
    BATCH_CONFIRMED = "batch-confirmed", "Change of many people confirmed"
    BATCH_DONE = "batch-done", "Change of many people carried out"


class Event(models.Model):
    """One thing that happened. Nothing personal of staff members: subjects are ids, details are words of ours.

    There are no foreign keys: an event outlives what it tells of, and a bulk write of 200,000 of them must not
    pay for checks. `actor` is a portal user's id (`user:…`), a staff member's passport (`holder:…`) or a named
    system task (`task:…`), never empty.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation_id = models.UUIDField(
        null=True
    )  # null: before anybody knows for whom, such as a refused log-in
    # One of Kind. Not as the field's choices: each new kind would be a migration that changes nothing.
    kind = models.CharField(max_length=40)
    actor = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=200)
    subject = models.CharField(max_length=60)
    detail = models.CharField(max_length=600, blank=True)
    at = models.DateTimeField()
    network_address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="event_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(actor=""), name="event_has_an_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind} {self.subject} by {self.actor}"


class Unsealed(models.Model):
    """What one transaction wrote for one trust and the sealer has yet to seal: the ids of the events, 16 bytes each.

    Written with the events, so it is seen when they are, however late they commit: the sealer needs no clock and no
    index of events to find them, and a bulk write pays one row. An event written past our own code has none.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation_id = models.UUIDField(default=NO_TRUST)
    events = models.BinaryField()

    def __str__(self) -> str:
        return f"{len(self.events) // 16} events to seal"


class SealedEvent(models.Model):
    """An event's place in the chain of its trust, and its MAC (chain.py). Events themselves are never changed."""

    event = models.OneToOneField(
        Event, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="sealed"
    )
    organisation_id = models.UUIDField()
    number = models.BigIntegerField()
    mac = models.BinaryField()

    class Meta:
        constraints = [
            # Also the way in which the trail is read.
            models.UniqueConstraint(fields=["organisation_id", "number"], name="sealed_event_one_a_number"),
        ]

    def __str__(self) -> str:
        return f"event {self.number}"


class AuditSeal(models.Model):
    """One batch of sealed events, chained to the one before by its MAC (chain.py)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation_id = models.UUIDField()
    first_number = models.BigIntegerField()
    last_number = models.BigIntegerField()
    previous = models.BinaryField()
    mac = models.BinaryField()
    key_id = models.CharField(max_length=16)
    sealed_at = models.DateTimeField()
    # Whether its head stands in a file outside the database (heads.py): written there after the seal has committed.
    head_written = models.BooleanField(default=False)

    class Meta:
        constraints = [
            # Two sealers at once: the second finds its place taken, and does nothing.
            models.UniqueConstraint(
                fields=["organisation_id", "first_number"], name="audit_seal_one_a_number"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(head_written=False), name="audit_seal_head_to_write"),
        ]

    def __str__(self) -> str:
        return f"events {self.first_number} to {self.last_number}"


class TrailContents(models.Model):
    """A line of the table of contents of a trust's trail (contents.py): that a thousand numbers hold events of this
    kind by this person, and from when to when. Empty stands for any kind, and for anybody.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation_id = models.UUIDField()
    block = models.BigIntegerField()
    kind = models.CharField(max_length=40, blank=True)
    who = models.CharField(max_length=60, blank=True)
    earliest = models.DateTimeField()
    latest = models.DateTimeField()

    class Meta:
        constraints = [
            # Also the way in which it is read.
            models.UniqueConstraint(
                fields=["organisation_id", "kind", "who", "block"], name="trail_contents_one_line_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind or 'any kind'} by {self.who or 'anybody'} in block {self.block}"


class Retirement(models.Model):
    """Where the chain of a trust begins since its oldest events were deleted for their age (retiring.py)."""

    organisation_id = models.UUIDField(primary_key=True)
    last_number = models.BigIntegerField()
    # The MAC of the last seal that was deleted, to which the first that is left is chained.
    head = models.BinaryField()
    key_id = models.CharField(max_length=16)
    retired_at = models.DateTimeField()
    mac = models.BinaryField()

    def __str__(self) -> str:
        return f"events up to {self.last_number} were deleted"
