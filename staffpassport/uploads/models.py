"""Lists of people that HR uploads: the file while it waits, its rows, and what became of them."""

from __future__ import annotations

from functools import cached_property

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from staffpassport.organisations.models import OrganisationOwned
from staffpassport.roster.cohort import (
    Cohort,
    EmploymentStatus,
    EmploymentType,
    StaffGroup,
    job_roles,
)
from staffpassport.uploads.states import AT_WORK, COLOURS, ENDED, WITH_INVITATIONS, Outcome, State


class Upload(OrganisationOwned):
    """One file of one trust, from the moment it arrives. Its counts, hash, who and when stay for good.

    `rows` counts what the list holds below its headings, without the template's example:
    rows = to_invite + duplicates + problems + blank, and once it has ended
    rows = invited + overtaken + stopped + duplicates + problems + blank.

    `plan_hash` is the SHA-256 of the stored plan: confirming names it, so that what the review showed is what
    is done. `done_through` is the number of the last row that was carried out; `first_passport` and
    `last_passport` bound the ids of those who were invited, so that they are found without an index of their
    own. `undone_through` is how far stopping or withdrawing has come among them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    staff_group = models.CharField(max_length=60)
    job_role_key = models.CharField(max_length=80, null=True)
    employment_type = models.CharField(max_length=30)
    employment_status = models.CharField(max_length=30)

    file_name = models.CharField(max_length=200)
    file_size = models.PositiveIntegerField()
    file_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=60)
    uploaded_by_name = models.CharField(max_length=200)

    state = models.CharField(max_length=20, choices=State, default=State.CHECKING)
    state_changed_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    # Why it was refused or failed, for HR to read.
    sentence = models.CharField(max_length=600, blank=True)
    # The cohort that the file's template was made for, in words, where it is another one. As the two below, it is what
    # stood in the file, and goes with the cells: somebody may have written a name there.
    made_for = models.CharField(max_length=400, blank=True)
    # Sentences about the file, such as that names were read as Windows-1252; may hold names.
    notices = models.JSONField(default=list)
    ignored_headings = models.JSONField(default=list)
    # Problems by kind: [{"field", "sentence", "rows": how many, "first": row number}], most first.
    problem_kinds = models.JSONField(default=list)

    rows = models.PositiveIntegerField(default=0)
    to_invite = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    problems = models.PositiveIntegerField(default=0)
    blank = models.PositiveIntegerField(default=0)
    plan_hash = models.CharField(max_length=64, blank=True)

    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=60, blank=True)
    confirmed_by_name = models.CharField(max_length=200, blank=True)
    confirmed_from = models.GenericIPAddressField(null=True)
    invited = models.PositiveIntegerField(default=0)
    overtaken = models.PositiveIntegerField(default=0)
    done_through = models.PositiveIntegerField(default=0)
    first_passport = models.UUIDField(null=True)
    last_passport = models.UUIDField(null=True)
    invited_at = models.DateTimeField(null=True)
    progressed_at = models.DateTimeField(null=True)
    # Who stopped it, or took its invitations back.
    undone_by = models.CharField(max_length=60, blank=True)
    undone_by_name = models.CharField(max_length=200, blank=True)
    undone_from = models.GenericIPAddressField(null=True)
    undone_through = models.UUIDField(null=True)
    withdrawn = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    # The cells have been deleted; the counts stay.
    cleared_at = models.DateTimeField(null=True)

    class Meta(OrganisationOwned.Meta):
        indexes = [
            models.Index(F("organisation"), F("id").desc(), name="upload_newest"),
            # What a worker looks for every second: mostly nothing.
            models.Index(
                fields=["state", "progressed_at"], condition=Q(state__in=AT_WORK), name="upload_at_work"
            ),
            # The very same file again.
            models.Index(fields=["organisation", "file_hash"], name="upload_same_file"),
            # Retention: what still holds people's details.
            models.Index(fields=["ended_at"], condition=Q(cleared_at=None), name="upload_to_clear"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(plan_hash="")
                | Q(rows=F("to_invite") + F("duplicates") + F("problems") + F("blank")),
                name="upload_plan_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(to_invite__gte=F("invited") + F("overtaken")), name="upload_invites_no_more"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DONE) | Q(to_invite=F("invited") + F("overtaken")),
                name="upload_done_is_all",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=ENDED) & Q(ended_at__isnull=False))
                | (~Q(state__in=ENDED) & Q(ended_at=None)),
                name="upload_ended_with_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=WITH_INVITATIONS)
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by="") & ~Q(plan_hash="")),
                name="upload_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"upload {self.pk}: {self.state}"

    @cached_property
    def cohort(self) -> Cohort:
        """What holds for everybody of the list."""
        return Cohort(
            staff_group=StaffGroup(self.staff_group),
            job_role=job_roles().get(self.job_role_key) if self.job_role_key else None,
            employment_type=EmploymentType(self.employment_type),
            employment_status=EmploymentStatus(self.employment_status),
        )

    @property
    def colour(self) -> str:
        """The colour of its tag in lists."""
        return COLOURS[State(self.state)]

    @property
    def stopped(self) -> int:
        """How many were to be invited and never will be: only of an upload that has ended."""
        return self.to_invite - self.invited - self.overtaken if self.ended_at and self.confirmed_at else 0

    @property
    def left_out(self) -> int:
        """How many rows of the list will not be invited, blank ones aside."""
        return self.duplicates + self.problems


class UploadFile(OrganisationOwned):
    """The bytes as they came, encrypted; until the upload is confirmed or cancelled, and for 24 hours at most.

    A table of its own, so that nobody who looks at an upload fetches 20 MiB with it.
    """

    upload = models.OneToOneField(Upload, primary_key=True, on_delete=models.CASCADE, related_name="file")
    content = models.BinaryField()
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"file of {self.upload_id}"


class UploadRow(OrganisationOwned):
    """One row of a list, by its number in the spreadsheet: the mapped columns only, never the others.

    The values are those of the checked person; a row with a problem has none and keeps in `remarks` what its
    cells hold. `remarks`: {"cells": {field: text}, "problems": [[field, column, value, sentence]], "same_as":
    [row numbers], "known": {"email" or "phone": passport id}}, each where there is something to say; None for a
    row that is simply invited.
    """

    pk = models.CompositePrimaryKey("upload_id", "number")
    # No constraint of the database: checking it costs more than writing the row. Retention deletes the rows.
    upload = models.ForeignKey(
        Upload, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    first_name = models.CharField(max_length=100, null=True)
    last_name = models.CharField(max_length=100, null=True)
    date_of_birth = models.DateField(null=True)
    email = models.CharField(max_length=254, null=True)
    phone = models.CharField(max_length=16, null=True)
    oriel_pin = models.CharField(max_length=20, null=True)
    esr_assignment_number = models.CharField(max_length=12, null=True)
    remarks = models.JSONField(null=True)

    class Meta(OrganisationOwned.Meta):
        indexes = [
            # The tables of the review: those that are not simply invited, by row.
            models.Index(
                fields=["upload", "outcome", "number"],
                condition=~Q(outcome=Outcome.TO_INVITE),
                name="upload_row_left_out",
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.number} of {self.upload_id}"
