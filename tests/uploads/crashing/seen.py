"""All that stands in the database about one trust, told so that two trusts with the same history read the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from staffpassport.audit.models import Event
from staffpassport.batches.models import Batch, BatchPerson
from staffpassport.invitations.models import Invitation, InvitedCount
from staffpassport.messaging.models import Message
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.uploads.models import Upload, UploadFile, UploadRow
from staffpassport.uploads.states import State

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TABLES = (
    Upload,
    UploadFile,
    UploadRow,
    Batch,
    BatchPerson,
    StaffPassport,
    Invitation,
    Message,
    InvitedCount,
)
# How often a worker has begun is its own affair. The plan's hash is over ids of known people.
_UNTOLD = {"attempts", "plan_hash", "link_id"}


def seen(trust: Organisation) -> list[str]:
    """A line for each row of each table. Ids are the names of what they stand for, times only that there is one.

    The rows of a plan count from the moment when the plan is there: what a worker writes before nobody ever sees.
    """
    names = dict(_names(trust))
    lines = [
        f"{table.__name__}: {_told(row, names)}"
        for table in _TABLES
        for row in table.everywhere.filter(organisation=trust).values()
        if table is not UploadRow or row["upload_id"] in _planned(trust)
    ]
    events = Event.objects.filter(organisation_id=trust.pk).values()
    return sorted([*lines, *(f"Event: {_told(row, names)}" for row in events)])


def _planned(trust: Organisation) -> set[UUID]:
    uploads = Upload.objects.of(trust).exclude(state=State.CHECKING)
    return set(uploads.values_list("pk", flat=True))


def _names(trust: Organisation) -> Iterator[tuple[str, str]]:
    for pk, name in Upload.objects.of(trust).values_list("pk", "file_name"):
        yield str(pk), f"upload {name}"
    emails = dict(StaffPassport.objects.of(trust).values_list("pk", "email"))
    for pk, email in emails.items():
        yield str(pk), f"passport of {email}"
    for pk, passport in Invitation.objects.of(trust).values_list("pk", "passport_id"):
        yield str(pk), f"invitation of {emails.get(passport)}"


def _told(row: Mapping[str, Any], names: dict[str, str]) -> dict[str, object]:
    return {name: _plain(value, names) for name, value in row.items() if name not in _UNTOLD}


def _plain(value: object, names: dict[str, str]) -> object:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return "a time"
    if isinstance(value, bytes | memoryview):
        return "bytes"
    return _ID.sub(lambda found: names.get(found[0], "an id"), str(value))
