"""Who was erased, noted outside the database by ids alone: a backup that is put back still holds these people.

A deletion writes a row with what it deletes. A duty appends what the rows say to ERASURES_FILE and deletes them: one
that dies between the two appends it again, which does no harm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.utils import timezone

from staffpassport.audit import outside
from staffpassport.bulk import (
    insert,
    lookups,  # noqa: F401 - `one_of_many`
)
from staffpassport.invitations.models import Erasure
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.work.duties import Duty

_AT_ONCE = 5_000


class Erased(NamedTuple):
    """A passport that was deleted, and whose it was."""

    organisation: UUID
    passport: UUID


def to_note(passports: Iterable[UUID], *, organisation: Organisation) -> None:
    """Leaves these to be noted, in the transaction that deletes them."""
    insert(
        Erasure,
        ["passport_id"],
        ((passport,) for passport in passports),
        same={"organisation_id": organisation.pk, "at": timezone.now()},
    )


def note_some() -> bool:
    """Notes outside the database who was deleted; whether there are more. Raises OSError, and then leaves them."""
    new = list(Erasure.everywhere.order_by("id")[:_AT_ONCE])
    if new:
        outside.append(
            Path(settings.ERASURES_FILE),
            [
                {
                    "at": one.at.isoformat(),
                    "organisation": str(one.organisation_id),
                    "passport": str(one.passport_id),
                }
                for one in new
            ],
        )
        Erasure.everywhere.filter(pk__one_of_many=[one.pk for one in new]).delete()
    return len(new) == _AT_ONCE


def read(files: Iterable[Path]) -> tuple[dict[UUID, set[UUID]], list[str]]:
    """The passports noted in these files, by trust; and a sentence for each line that is no note. Raises OSError."""
    noted, problems = outside.read(files, _erased, "note of somebody erased")
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for one in noted:
        found[one.organisation].add(one.passport)
    return found, problems


def refuse_without_file() -> None:
    """Stops a worker that could not note anybody. Raises ImproperlyConfigured."""
    outside.refuse_without("ERASURES_FILE", Path(settings.ERASURES_FILE))


def refuse_whoever_is_back() -> None:
    """Stops a worker where people are in the records whom this machine has noted as deleted: a backup was put back, and
    `after_restore` has not run. It would write to them. Does nothing before the first migration.

    Raises ImproperlyConfigured.
    """
    noted, _problems = read([Path(settings.ERASURES_FILE)])
    try:
        is_back = any(
            StaffPassport.everywhere.filter(organisation=trust, pk__one_of_many=ids).exists()
            for trust, ids in noted.items()
        )
    except DatabaseError:
        return
    if is_back:
        raise ImproperlyConfigured(
            "People who were deleted are in the records again, so a backup was restored. Run manage.py after_restore "
            "first: see docs/running-it.md, “Backing up and restoring”."
        )


def _erased(line: Any) -> Erased:
    return Erased(UUID(line["organisation"]), UUID(line["passport"]))


NOTING = Duty("note-erasures", run=note_some, every=timedelta(seconds=5))
