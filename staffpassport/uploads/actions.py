"""What HR does with an upload: send it in, confirm it, cancel it, stop it, take its invitations back.

Each verb is one conditional UPDATE with its event: a double click, a reload or a second tab finds the state
changed already and changes nothing.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor
from staffpassport.organisations.models import Organisation
from staffpassport.roster.cohort import Cohort
from staffpassport.ui import formats
from staffpassport.uploads import files, telling
from staffpassport.uploads.models import Upload, UploadFile
from staffpassport.uploads.moving import move, note
from staffpassport.uploads.progress import progress_of
from staffpassport.uploads.states import State

# A second click on "Upload" sends the same file again within seconds. Not longer: whoever has deleted a record in
# between and sends the file again wants it checked again.
_SAME_CLICK = timedelta(seconds=20)
_LONGEST_NAME = 200


def receive(*, organisation: Organisation, cohort: Cohort, content: bytes, name: str, by: Actor) -> Upload:
    """Keeps a file to be checked by a worker. The same person's same file, just sent, is not kept twice."""
    now = timezone.now()
    facts: dict[str, Any] = {
        "staff_group": cohort.staff_group.value,
        "job_role_key": cohort.job_role.key if cohort.job_role else None,
        "employment_type": cohort.employment_type.value,
        "employment_status": cohort.employment_status.value,
        "file_hash": hashlib.sha256(content).hexdigest(),
        "uploaded_by": by.key,
    }
    with transaction.atomic():
        just_sent = Upload.objects.of(organisation).filter(
            state__in=[State.CHECKING, State.TO_REVIEW], created_at__gte=now - _SAME_CLICK, **facts
        )
        found: Upload | None = just_sent.order_by("-pk").first()
        if found:
            return found
        upload: Upload = Upload.everywhere.create(
            id=uuid7(),
            organisation=organisation,
            file_name=name[-_LONGEST_NAME:],
            file_size=len(content),
            created_at=now,
            uploaded_by_name=by.name,
            state_changed_at=now,
            **facts,
        )
        UploadFile.everywhere.create(
            upload=upload,
            organisation=organisation,
            content=files.sealed(content, upload.pk),
            created_at=now,
        )
        note(Kind.UPLOAD_RECEIVED, upload, by)
    return upload


def confirm(upload: Upload, *, plan_hash: str, by: Actor) -> bool:
    """Says yes to the plan with this hash: a worker invites its people, and the senior administrators are told. False
    where it is not to be reviewed any more, or is another plan than the one that was shown.
    """
    with transaction.atomic():
        confirmed = move(
            upload,
            [State.TO_REVIEW],
            State.CONFIRMED,
            only={"plan_hash": plan_hash, "to_invite__gt": 0},
            confirmed_at=timezone.now(),
            confirmed_by=by.key,
            confirmed_by_name=by.name,
            confirmed_from=by.network_address,
        )
        if confirmed:
            files.forget(upload)
            note(Kind.UPLOAD_CONFIRMED, upload, by, formats.people(upload.to_invite))
            telling.tell_of(upload)
    return confirmed


def cancel(upload: Upload, *, by: Actor) -> bool:
    """Nobody of it will be invited. False where it was confirmed, or has ended."""
    with transaction.atomic():
        cancelled = move(upload, [State.CHECKING, State.TO_REVIEW], State.CANCELLED)
        if cancelled:
            files.forget(upload)
            note(Kind.UPLOAD_CANCELLED, upload, by)
    return cancelled


def stop(upload: Upload, *, by: Actor) -> bool:
    """People not yet invited are not; queued messages are cancelled, by a worker. False if it is over."""
    with transaction.atomic():
        # Whoever looked at the question for a while must not make an upload "stopped" whose every message is out.
        over = not progress_of(upload).waiting
        still = [State.CONFIRMED, State.INVITING, *([] if over else [State.DONE])]
        stopped = move(upload, still, State.STOPPING, **_undone(by))
        if stopped:
            note(Kind.UPLOAD_STOPPED, upload, by)
    return stopped


def withdraw(upload: Upload, *, by: Actor) -> bool:
    """Takes back every invitation of it that nobody has accepted yet, by a worker. False where that is done."""
    with transaction.atomic():
        withdrawn = move(upload, [State.DONE, State.STOPPED], State.WITHDRAWING, **_undone(by))
        if withdrawn:
            note(Kind.UPLOAD_WITHDRAWN, upload, by, formats.people(upload.invited))
    return withdrawn


def confirmed_before(upload: Upload) -> Upload | None:
    """The last upload of the trust that held the very same file and was confirmed."""
    same = Upload.objects.of(upload.organisation).filter(file_hash=upload.file_hash)
    found: Upload | None = (
        same.exclude(pk=upload.pk).filter(confirmed_at__isnull=False).order_by("-pk").first()
    )
    return found


def _undone(by: Actor) -> dict[str, Any]:
    return {"undone_by": by.key, "undone_by_name": by.name, "undone_from": by.network_address}
