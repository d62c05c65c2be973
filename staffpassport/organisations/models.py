"""Trusts, and the manager through which every query for a trust's own things starts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Generic, TypeVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from uuid_utils.compat import uuid7

M = TypeVar("M", bound=models.Model)


# Minutes. In less nobody would read the e-mail and stop what they have not asked for.
SHORTEST_DELAY, LONGEST_DELAY = 15, 72 * 60


def default_reminder_days() -> list[int]:
    """A reminder on each of the three days after the invitation, as the original sent them."""
    return [1, 2, 3]


class Organisation(models.Model):
    """An NHS trust. `hr_email` and `hr_phone` are shown to the people it invites."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100)
    descriptor = models.CharField(max_length=60)
    ods_code = models.CharField(
        max_length=3,
        unique=True,
        validators=[
            RegexValidator(
                r"^[A-Z][A-Z0-9]{2}\Z",
                "An ODS code is a letter and two letters or digits, such as RHQ",
            )
        ],
    )
    hr_email = models.EmailField()
    hr_phone = models.CharField(max_length=30)
    invitation_days = models.PositiveSmallIntegerField(
        default=14, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    reminder_days = models.JSONField(default=default_reminder_days)
    # Between the second administrator's confirmation and the removal of somebody's second factors.
    reset_delay_minutes = models.PositiveIntegerField(
        default=60, validators=[MinValueValidator(SHORTEST_DELAY), MaxValueValidator(LONGEST_DELAY)]
    )
    # Days after which people who have never answered are deleted; None: never.
    delete_unanswered_days = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(30), MaxValueValidator(730)]
    )
    # E-mails of what waits to be done, and the Monday of the last week of which they were sent.
    weekly_summary = models.BooleanField(default=False)
    summary_week = models.DateField(null=True, editable=False)
    # GOV.UK Notify's ids of the trust's own reply-to address and text sender; without them, the service's usual ones.
    notify_reply_to_id = models.UUIDField(null=True, blank=True)
    notify_text_sender_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} {self.descriptor}"


class UnscopedQueryError(RuntimeError):
    """A query for a trust's own things that did not say which trust."""


class ScopedManager(models.Manager[M], Generic[M]):
    """Starts every query from an organisation: `StaffPassport.objects.of(organisation)`.

    Anything else on `objects` raises UnscopedQueryError, so that a view cannot reach another trust's people by
    forgetting a filter. What works across trusts, such as the worker, says so: `StaffPassport.everywhere`.
    """

    def of(self, organisation: Organisation) -> models.QuerySet[M]:
        """The organisation's own rows."""
        return super().get_queryset().filter(organisation=organisation)

    def get_queryset(self) -> models.QuerySet[M]:
        raise UnscopedQueryError(
            f"Say whose: {self.model.__name__}.objects.of(organisation), or .everywhere across trusts"
        )


class OrganisationOwned(models.Model):
    """What belongs to one trust and to nobody else."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)

    everywhere: ClassVar[models.Manager[Any]] = models.Manager()
    objects: ClassVar[ScopedManager[Any]] = ScopedManager()

    class Meta:
        abstract = True
        # Django's own look-ups (foreign keys, refresh, uniqueness) go by the default manager.
        default_manager_name = "everywhere"

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet[Any] | None = None,
    ) -> None:
        """As Django's, from the rows of its own trust."""
        if from_queryset is None and "organisation_id" not in self.get_deferred_fields():
            from_queryset = type(self).everywhere.filter(organisation=self.organisation_id)
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)
