"""Carrying out a confirmed plan: chunk by chunk, each one transaction, resumed where it was left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor
from staffpassport.invitations.actions import DuplicateError, invite
from staffpassport.messaging.states import Urgency
from staffpassport.roster.cohort import Cohort
from staffpassport.roster.people import StaffDetails
from staffpassport.uploads.models import Upload, UploadRow
from staffpassport.uploads.moving import move, note
from staffpassport.uploads.plan import Planned, rows_to_invite
from staffpassport.uploads.states import Outcome, State

# People a transaction. On SQLite nobody else writes meanwhile, so it is kept to less than two tenths of a second.
CHUNK = {"sqlite": 2_000, "postgresql": 4_000}


def invite_some(upload: Upload) -> bool:
    """Invites the next chunk of a confirmed upload, and says whether there is more.

    Passports, invitations, messages, events and how far it has come are one transaction: killed at any moment,
    the next worker goes on at the first person who was not invited. The upload's row is locked, so a second
    worker waits and then sees what was done.
    """
    with transaction.atomic():
        if not _begin(upload):
            return False
        rows = rows_to_invite(upload, upload.done_through, CHUNK[connection.vendor])
        if not rows:
            move(upload, [State.INVITING], State.DONE, invited_at=timezone.now())
            note(Kind.UPLOAD_DONE, upload, Actor.task("invite"), _figures(upload))
            return False
        _invite(upload, rows)
    return True


def _begin(upload: Upload) -> bool:
    locked = Upload.objects.of(upload.organisation).select_for_update().filter(pk=upload.pk)
    now = locked.values_list("state", flat=True).first()
    if now == State.CONFIRMED:
        return move(upload, [State.CONFIRMED], State.INVITING)
    if now == State.INVITING:
        upload.refresh_from_db()
        return True
    return False


def _invite(upload: Upload, rows: list[Planned]) -> None:
    numbers: dict[UUID, int] = {}
    people: dict[UUID, StaffDetails] = {}
    for number, *values in rows:
        person = uuid7()
        numbers[person], people[person] = number, _details(values, upload.cohort)
    overtaken: dict[int, dict[str, str]] = {}
    while people:
        try:
            invite(
                organisation=upload.organisation,
                people=people,
                by=_by(upload),
                urgency=Urgency.BULK,
                upload=upload.pk,
            )
            break
        except DuplicateError as duplicate:
            for clash in duplicate.clashes:
                known = overtaken.setdefault(numbers[clash.person], {})
                known[clash.field] = str(clash.passport.pk)
                people.pop(clash.person, None)
    _note_overtaken(upload, overtaken)
    _note_progress(upload, list(people), len(overtaken), through=rows[-1][0])


def _note_overtaken(upload: Upload, overtaken: dict[int, dict[str, str]]) -> None:
    """Says on the rows of those whom somebody else has invited since the review whom they met."""
    rows = UploadRow.objects.of(upload.organisation).filter(upload_id=upload.pk, number__in=list(overtaken))
    met = list(rows) if overtaken else []
    for row in met:
        row.outcome, row.remarks = Outcome.OVERTAKEN, {"known": overtaken[row.number]}
    UploadRow.everywhere.bulk_update(met, ["outcome", "remarks"], batch_size=200)


def _note_progress(upload: Upload, invited: list[UUID], overtaken: int, *, through: int) -> None:
    upload.invited += len(invited)
    upload.overtaken += overtaken
    upload.done_through = through
    if invited:
        # By the clocks of whichever machines they were made on.
        upload.first_passport = min(upload.first_passport or invited[0], invited[0])
        upload.last_passport = max(upload.last_passport or invited[-1], invited[-1])
    upload.progressed_at = timezone.now()
    noted = ["invited", "overtaken", "done_through", "first_passport", "last_passport", "progressed_at"]
    upload.save(update_fields=noted)


def _details(values: Sequence[Any], cohort: Cohort) -> StaffDetails:
    first_name, last_name, date_of_birth, email, phone, oriel_pin, esr_assignment_number = values
    return StaffDetails(
        first_name=first_name,
        last_name=last_name,
        email=email,
        phone=phone,
        cohort=cohort,
        date_of_birth=date_of_birth,
        oriel_pin=oriel_pin,
        esr_assignment_number=esr_assignment_number,
    )


def _by(upload: Upload) -> Actor:
    return Actor(upload.confirmed_by, upload.confirmed_by_name, upload.confirmed_from)


def _figures(upload: Upload) -> str:
    return (
        f"{upload.invited:,} invited, {upload.overtaken:,} overtaken, {upload.duplicates:,} duplicates, "
        f"{upload.problems:,} with problems, {upload.blank:,} blank"
    )
