"""People chosen in a list, and what is done for all of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from staffpassport.batches.kinds import Kind, Reason, State
from staffpassport.organisations.models import Organisation, OrganisationOwned


class Batch(OrganisationOwned):
    """One thing that is done for many people: what, by whom, for how many. It stays; who they are does not.

    `done_through` is the id of the last passport that was seen to, in the order of their ids; `succeeded` counts those
    for whom it was done, `left_out` the others by Reason. Once it is done, people = succeeded + all that are left out.
    `told` counts whoever is told by e-mail that their passport was deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=20, choices=State, default=State.TO_CONFIRM)
    people = models.PositiveIntegerField()
    chosen_at = models.DateTimeField()

    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=60, blank=True)
    confirmed_by_name = models.CharField(max_length=200, blank=True)
    confirmed_from = models.GenericIPAddressField(null=True)

    done_through = models.UUIDField(null=True)
    progressed_at = models.DateTimeField(null=True)
    succeeded = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)
    # Who they are has been forgotten; the figures stay.
    cleared_at = models.DateTimeField(null=True)

    class Meta(OrganisationOwned.Meta):
        verbose_name_plural = "batches"
        indexes = [
            # What a worker looks for all the time, and what the list of people says of it: mostly nothing.
            models.Index(
                fields=["organisation", "id"], condition=Q(state=State.CONFIRMED), name="batch_at_work"
            ),
            # Whether somebody has to give a fresh code.
            models.Index(fields=["confirmed_by", "confirmed_at"], name="batch_lately"),
            # Retention: what still says who they are.
            models.Index(fields=["chosen_at"], condition=Q(cleared_at=None), name="batch_to_clear"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(people__gte=F("succeeded")), name="batch_does_no_more"),
            models.CheckConstraint(
                condition=Q(state__in=[State.TO_CONFIRM, State.DROPPED], confirmed_at=None)
                | (
                    Q(state__in=[State.CONFIRMED, State.DONE], confirmed_at__isnull=False)
                    & ~Q(confirmed_by="")
                ),
                name="batch_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DONE, done_at__isnull=False)
                | (~Q(state=State.DONE) & Q(done_at=None)),
                name="batch_done_with_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"batch {self.pk}: {self.kind}, {self.state}"

    @property
    def seen_to(self) -> int:
        """How many have had their turn."""
        left_out: dict[str, int] = self.left_out
        return self.succeeded + sum(left_out.values())

    @property
    def reasons(self) -> list[tuple[int, Reason]]:
        """How many were left out for which reason, in the order of the reasons."""
        return [(self.left_out[reason], reason) for reason in Reason if reason in self.left_out]


class BatchPerson(OrganisationOwned):
    """One of the people chosen, by the id of their passport; `left_out` says why nothing was done.

    Nothing of it is checked by the database: passports are deleted while they stand here, and checking costs more
    than writing the row. Retention deletes the rows.
    """

    pk = models.CompositePrimaryKey("batch_id", "passport_id")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    batch = models.ForeignKey(
        Batch, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    passport_id = models.UUIDField()
    left_out = models.CharField(max_length=20, choices=Reason, null=True)

    def __str__(self) -> str:
        return f"{self.passport_id} in {self.batch_id}"
