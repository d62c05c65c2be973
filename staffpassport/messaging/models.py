"""The outbox's tables: messages, the budget of a provider, and what the practice provider delivered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from staffpassport.messaging.states import UNFINISHED, Channel, State, Urgency
from staffpassport.organisations.models import Organisation, OrganisationOwned


def _is_one_of(states: Sequence[State]) -> Q:
    """The states of a constraint, each compared: for a list, SQLite makes a table in memory at every row."""
    return reduce(or_, (Q(state=state) for state in states))


class Message(OrganisationOwned):
    """One e-mail or text that goes out once. Its words are not kept: a composer makes them when it is sent.

    `about` is the id of what it tells of, as text, because this room does not know whose ids they are.
    `recipient` is cleared as soon as it can no longer be sent. `attempts` counts the times it was claimed;
    an answer that comes late is known by it. `provider` is who was last asked to send it: nobody else can be
    asked whether they did.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Three rows for each person invited, and a seventh of what PostgreSQL spends on inviting: not checked by the
    # database. Whoever writes one has the trust at hand, and Django refuses to delete a trust that has any.
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    about = models.CharField(max_length=60)
    purpose = models.CharField(max_length=40)
    channel = models.CharField(max_length=5, choices=Channel)
    idempotency_key = models.CharField(max_length=120)
    recipient = models.CharField(max_length=254, null=True)
    urgency = models.PositiveSmallIntegerField(choices=Urgency)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField()
    state_changed_at = models.DateTimeField()
    # queued: not sent before. uncertain: looked up next. sent: asked about next.
    due_at = models.DateTimeField()
    # Cancelled instead of sent after this.
    not_after = models.DateTimeField(null=True)
    # Passing refusals count as a failure from here on.
    give_up_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    attempted_at = models.DateTimeField(null=True)
    provider = models.CharField(max_length=20, blank=True)
    provider_id = models.CharField(max_length=100, blank=True)
    failure = models.CharField(max_length=60, blank=True)

    class Meta:
        # Each index costs a bulk invitation of 100,000 people about 0.15 s.
        indexes = [
            # Claiming: the next of one trust's e-mails or texts of one urgency; also whether there is any.
            models.Index(
                fields=["urgency", "organisation", "channel", "due_at"],
                condition=Q(state=State.QUEUED),
                name="message_claim",
            ),
            # Two that stay empty unless something went wrong, and cost a bulk write nothing.
            models.Index(fields=["lease_until"], condition=Q(state=State.LEASED), name="message_lapsed"),
            models.Index(fields=["due_at"], condition=Q(state=State.UNCERTAIN), name="message_look_up"),
            # Whose state nobody has told. Messages are written queued, so this one costs a bulk write nothing either.
            models.Index(fields=["provider", "due_at"], condition=Q(state=State.SENT), name="message_ask"),
            # What failed of late, for those who watch. No message is written failed.
            models.Index(
                fields=["state_changed_at"],
                condition=_is_one_of((State.FAILED, State.MAYBE_SENT)),
                name="message_failed_at",
            ),
        ]
        constraints = [
            # Also finds the messages about something: a record shows them, and withdrawing cancels them.
            models.UniqueConstraint(fields=["about", "idempotency_key"], name="message_key"),
            models.CheckConstraint(
                condition=(_is_one_of(UNFINISHED) & Q(recipient__isnull=False))
                | (~_is_one_of(UNFINISHED) & Q(recipient=None)),
                name="message_recipient_while_unfinished",
            ),
            models.CheckConstraint(
                condition=Q(state=State.LEASED, lease_until__isnull=False)
                | (~Q(state=State.LEASED) & Q(lease_until=None)),
                name="message_lease_while_leased",
            ),
            models.CheckConstraint(
                condition=Q(attempts=0, attempted_at=None) | Q(attempts__gt=0, attempted_at__isnull=False),
                name="message_attempts_and_time",
            ),
            models.CheckConstraint(
                condition=~(_is_one_of((State.FAILED, State.CANCELLED, State.MAYBE_SENT)) & Q(failure="")),
                name="message_failure_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} by {self.channel}: {self.state}"

    def is_too_late(self, now: datetime) -> bool:
        """Whether it is to be cancelled instead of sent."""
        return self.not_after is not None and self.not_after <= now

    def move_to(self, state: State, failure: str = "") -> None:
        """Sets the state and what belongs to it.

        Whoever calls it writes the row and sets `state_changed_at`.
        """
        self.state = state
        self.lease_until = None
        self.failure = failure
        if state not in UNFINISHED:
            self.recipient = None


class ProviderBudget(models.Model):
    """What one provider still takes: one row, locked by whoever claims, so that all workers share it.

    `tokens` as of `refilled_at`; `email_used` and `text_used` on `day` (UTC). See budget.py for the
    arithmetic.
    """

    provider = models.CharField(primary_key=True, max_length=20)
    tokens = models.FloatField()
    refilled_at = models.DateTimeField()
    day = models.DateField()
    email_used = models.PositiveIntegerField(default=0)
    text_used = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True)
    # A Hurdle or a short word; kept after the pause, for those who look for what happened.
    paused_because = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"budget of {self.provider}"


class PracticeMessage(OrganisationOwned):
    """What the practice provider delivered in place of the outside world, words and all.

    `reference` is the message's id and not unique, as with a real provider: a message sent twice shows here
    twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.UUIDField(db_index=True)
    channel = models.CharField(max_length=5, choices=Channel)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    delivered_at = models.DateTimeField()
    # The receipt still to be given: delivered, or the reason why not.
    receipt_due_at = models.DateTimeField(null=True)
    receipt_failure = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(F("organisation"), F("id").desc(), name="practice_newest_first"),
            models.Index(
                fields=["receipt_due_at"], condition=Q(receipt_due_at__isnull=False), name="practice_receipts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.reference}"
