"""The tables of a review, page by page: rows with problems, and duplicates with what they are duplicates of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from staffpassport.passports.models import StaffPassport
from staffpassport.roster.fields import Field
from staffpassport.uploads.models import Upload, UploadRow
from staffpassport.uploads.states import Outcome

PAGE_SIZE = 50
_CHUNK = 2_000
# Characters of a wrong cell: enough to know it again. A cell may hold a hundred thousand.
_LONGEST_SHOWN = 200
_FIELD_WORDS = {"email": "Email address", "phone": "Telephone number"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong cell of a row: where it is, what it holds, and the sentence about it."""

    row: int
    column: str
    heading: str
    value: str
    sentence: str


@dataclass(frozen=True, slots=True)
class DuplicateOf:
    """A passport of the trust that has a row's e-mail or phone; None where it was deleted meanwhile."""

    heading: str
    passport: StaffPassport | None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row that is left out because the person is there already."""

    row: UploadRow
    same_as: Sequence[int]
    known: Sequence[DuplicateOf]

    @property
    def full_name(self) -> str:
        return f"{self.row.first_name} {self.row.last_name}"


@dataclass(frozen=True, slots=True)
class RowPage:
    """One page of a table. `previous` and `next` are row numbers for `?to=` and `?from=`, None at the ends."""

    rows: Sequence[UploadRow]
    previous: int | None
    next: int | None


def page(upload: Upload, outcomes: Sequence[Outcome], params: Mapping[str, Any]) -> RowPage:
    """The page that `?from=row` or `?to=row` asks for, else the first, in the order of the list."""
    rows = left_out(upload, outcomes)
    start, end = _number(params.get("from")), _number(params.get("to"))
    if end is not None:
        found = list(rows.filter(number__lt=end).order_by("-number")[: PAGE_SIZE + 1])
        if len(found) > PAGE_SIZE:
            shown = found[:PAGE_SIZE][::-1]
            return RowPage(shown, previous=shown[0].number, next=shown[-1].number + 1)
        start = None
    found = list(rows.filter(number__gte=start or 0)[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return RowPage(
        shown,
        previous=start if start and rows.filter(number__lt=start).exists() else None,
        next=found[PAGE_SIZE].number if len(found) > PAGE_SIZE else None,
    )


def left_out(upload: Upload, outcomes: Sequence[Outcome]) -> QuerySet[UploadRow]:
    """The rows of an upload with these outcomes, in the order of the list."""
    rows = UploadRow.objects.of(upload.organisation).filter(upload_id=upload.pk, outcome__in=outcomes)
    return rows.order_by("number")


def problems(rows: Sequence[UploadRow]) -> list[Problem]:
    """Every wrong cell of these rows."""
    return [
        Problem(row.number, column, _label(name), _shown(value), sentence)
        for row in rows
        for name, column, value, sentence in (row.remarks or {}).get("problems", [])
    ]


def duplicates(upload: Upload, rows: Sequence[UploadRow]) -> list[Duplicate]:
    """These rows with the passports that they are duplicates of, in one query for all of them."""
    ids = {UUID(pk) for row in rows for pk in _known(row).values()}
    passports = StaffPassport.objects.of(upload.organisation).in_bulk(list(ids)) if ids else {}
    return [
        Duplicate(
            row,
            same_as=(row.remarks or {}).get("same_as", []),
            known=[
                DuplicateOf(_FIELD_WORDS[name], passports.get(UUID(pk))) for name, pk in _known(row).items()
            ],
        )
        for row in rows
    ]


def all_duplicates(upload: Upload, outcomes: Sequence[Outcome]) -> Iterator[Duplicate]:
    """Every duplicate of an upload, a few thousand in memory at a time."""
    last = 0
    while rows := list(left_out(upload, outcomes).filter(number__gt=last)[:_CHUNK]):
        yield from duplicates(upload, rows)
        last = rows[-1].number


def _shown(value: str) -> str:
    return value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}…"


def _label(name: str) -> str:
    return Field(name).label if name else ""


def _known(row: UploadRow) -> dict[str, str]:
    return dict((row.remarks or {}).get("known") or {})


def _number(text: object) -> int | None:
    """A row number out of an address, None for what is none."""
    digits = str(text or "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 7 else None
