"""Made-up lists, and uploads at every stage of their life."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from staffpassport.audit.record import Actor
from staffpassport.organisations.models import Organisation
from staffpassport.roster.cohort import Cohort
from staffpassport.roster.fields import Field
from staffpassport.uploads import actions
from staffpassport.uploads.checking import check
from staffpassport.uploads.duties import carry_on
from staffpassport.uploads.models import Upload
from tests.making import BY, COHORT

HEADINGS = [field.label for field in Field]
_numbers = count(1)


def person(**given: str) -> list[str]:
    """A row of the seven columns about somebody new."""
    number = next(_numbers)
    values = {
        "first_name": "Amara",
        "last_name": "Nwosu",
        "date_of_birth": "15/03/1984",
        "email": f"listed{number}@example.com",
        "phone": f"0794700{number:04}",
        "oriel_pin": "",
        "esr_assignment_number": "",
    }
    values.update(given)
    return [values[field.value] for field in Field]


def people(number: int) -> list[list[str]]:
    return [person() for _ in range(number)]


def as_csv(rows: Iterable[Sequence[str]], headings: Sequence[str] = HEADINGS) -> bytes:
    """UTF-8 with commas, as any program writes it."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([headings, *rows])
    return text.getvalue().encode()


def sent(
    trust: Organisation,
    content: bytes | Sequence[Sequence[str]],
    *,
    name: str = "starters.csv",
    by: Actor = BY,
    cohort: Cohort = COHORT,
) -> Upload:
    """An upload that waits to be checked."""
    raw = content if isinstance(content, bytes) else as_csv(content)
    return actions.receive(organisation=trust, cohort=cohort, content=raw, name=name, by=by)


def checked(trust: Organisation, content: bytes | Sequence[Sequence[str]], **more: Any) -> Upload:
    """An upload whose rows have been judged."""
    upload = sent(trust, content, **more)
    check(upload)
    upload.refresh_from_db()
    return upload


def confirmed(trust: Organisation, content: bytes | Sequence[Sequence[str]], **more: Any) -> Upload:
    """An upload that somebody said yes to."""
    upload = checked(trust, content, **more)
    assert actions.confirm(upload, plan_hash=upload.plan_hash, by=more.get("by", BY))
    return upload


def done(trust: Organisation, content: bytes | Sequence[Sequence[str]], **more: Any) -> Upload:
    """An upload whose people are invited."""
    upload = confirmed(trust, content, **more)
    work()
    upload.refresh_from_db()
    return upload


def work() -> None:
    """All that workers have to do for confirmed, stopped and withdrawn uploads."""
    while carry_on():
        pass


def adds_up(upload: Upload) -> bool:
    """Every row of the list went one way."""
    ways = (
        upload.invited
        + upload.overtaken
        + upload.stopped
        + upload.duplicates
        + upload.problems
        + upload.blank
    )
    return upload.rows == ways
