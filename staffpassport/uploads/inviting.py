"""Carrying out a confirmed plan: chunk by chunk, each one transaction, resumed where it was left."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor
from staffpassport.invitations.actions import DuplicateError, invite
from staffpassport.messaging.states import Urgency
from staffpassport.passports.create import Clash
from staffpassport.roster.people import StaffDetails
from staffpassport.uploads.models import Upload, UploadRow
from staffpassport.uploads.moving import move, note
from staffpassport.uploads.plan import rows_to_invite
from staffpassport.uploads.states import Outcome, State

# People a transaction. On SQLite nobody else writes meanwhile, so it is kept to about a tenth of a second.
_CHUNK = {"sqlite": 1_000, "postgresql": 4_000}


def invite_some(upload: Upload) -> bool:
    """Invites the next chunk of a confirmed upload, and says whether there is more.

    Passports, invitations, messages, events and how far it has come are one transaction: killed at any moment,
    the next worker goes on at the first person who was not invited. The upload's row is locked, so a second
    worker waits and then sees what was done.
    """
    with transaction.atomic():
        if not _begin(upload):
            return False
        rows = list(rows_to_invite(upload, upload.done_through, _CHUNK[connection.vendor]))
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


def _invite(upload: Upload, rows: list[UploadRow]) -> None:
    people = {uuid7(): row for row in rows}
    overtaken: list[UploadRow] = []
    while people:
        try:
            invite(
                organisation=upload.organisation,
                people={person: _details(upload, row) for person, row in people.items()},
                by=_by(upload),
                urgency=Urgency.BULK,
                upload=upload.pk,
            )
            break
        except DuplicateError as duplicate:
            overtaken += _taken_out(people, duplicate.clashes)
    if overtaken:
        UploadRow.everywhere.bulk_update(overtaken, ["outcome", "remarks"], batch_size=500)
    ids = list(people)
    upload.invited += len(ids)
    upload.overtaken += len(overtaken)
    upload.done_through = rows[-1].number
    if ids:
        # By the clocks of whichever machines they were made on.
        upload.first_passport = min(upload.first_passport or ids[0], ids[0])
        upload.last_passport = max(upload.last_passport or ids[-1], ids[-1])
    upload.progressed_at = timezone.now()
    upload.save(
        update_fields=[
            "invited",
            "overtaken",
            "done_through",
            "first_passport",
            "last_passport",
            "progressed_at",
        ]
    )


def _taken_out(people: dict[UUID, UploadRow], clashes: list[Clash]) -> list[UploadRow]:
    """Takes out of `people` those whom somebody else has invited since the review, and says so on their rows."""
    taken: dict[UUID, UploadRow] = {}
    for clash in clashes:
        row = taken.setdefault(clash.person, people[clash.person])
        row.outcome = Outcome.OVERTAKEN
        row.remarks = {
            "known": {**((row.remarks or {}).get("known") or {}), clash.field: str(clash.passport.pk)}
        }
    for person in taken:
        del people[person]
    return list(taken.values())


def _details(upload: Upload, row: UploadRow) -> StaffDetails:
    assert row.first_name
    assert row.last_name
    assert row.email
    assert row.phone
    return StaffDetails(
        first_name=row.first_name,
        last_name=row.last_name,
        email=row.email,
        phone=row.phone,
        cohort=upload.cohort,
        date_of_birth=row.date_of_birth,
        oriel_pin=row.oriel_pin,
        esr_assignment_number=row.esr_assignment_number,
    )


def _by(upload: Upload) -> Actor:
    return Actor(upload.confirmed_by, upload.confirmed_by_name, upload.confirmed_from)


def _figures(upload: Upload) -> str:
    return (
        f"{upload.invited:,} invited, {upload.overtaken:,} overtaken, {upload.duplicates:,} duplicates, "
        f"{upload.problems:,} with problems, {upload.blank:,} blank"
    )
