"""Files about an upload that HR takes away: the duplicates, and the list itself with its problems marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from staffpassport.roster import text_tables
from staffpassport.roster.annotating import Annotated, Remark, annotate
from staffpassport.roster.fields import Field
from staffpassport.roster.workbooks import Cell
from staffpassport.ui import formats
from staffpassport.uploads import files, tables
from staffpassport.uploads.models import Upload, UploadRow
from staffpassport.uploads.states import Outcome

_HEADINGS = ("Row", *(field.label for field in Field), "Duplicate of")
_WIDTHS = {0: 8, len(_HEADINGS) - 1: 70}
_DUPLICATES = (Outcome.DUPLICATE,)


def duplicates_csv(upload: Upload) -> Iterator[bytes]:
    """The duplicates as CSV, in parts."""
    return text_tables.as_csv(_HEADINGS, _rows(upload))


def duplicates_xlsx(upload: Upload) -> bytes:
    """The duplicates as a workbook, every cell as text but the row's number."""
    title = f"Duplicates in {upload.file_name}"
    return text_tables.as_xlsx(title, _HEADINGS, _rows(upload), sheet="Duplicates", widths=_WIDTHS)


def marked_file(upload: Upload) -> Annotated:
    """The person's own file with two columns more. Raises FileGoneError a day after it was uploaded."""
    return annotate(files.content_of(upload), upload.file_name, _remarks(upload))


def _remarks(upload: Upload) -> Mapping[int, Remark]:
    rows = tables.left_out(upload, [Outcome.PROBLEM])
    remarks = {row.number: Remark("Problem", _mistakes(row)) for row in rows.iterator()}
    for duplicate in tables.all_duplicates(upload, _DUPLICATES):
        remarks[duplicate.row.number] = Remark("Duplicate", _duplicate_of(duplicate))
    return remarks


def _mistakes(row: UploadRow) -> str:
    return ". ".join(f"{problem.sentence} (column {problem.column})" for problem in tables.problems([row]))


def _rows(upload: Upload) -> Iterator[list[Cell]]:
    return (_cells(duplicate) for duplicate in tables.all_duplicates(upload, _DUPLICATES))


def _cells(duplicate: tables.Duplicate) -> list[Cell]:
    row = duplicate.row
    return [
        row.number,
        row.first_name or "",
        row.last_name or "",
        row.date_of_birth.isoformat() if row.date_of_birth else "",
        row.email or "",
        # As HR writes it: with +44 it begins like a formula, and CSV would show the apostrophe against that.
        formats.phone(row.phone or ""),
        row.oriel_pin or "",
        row.esr_assignment_number or "",
        _duplicate_of(duplicate),
    ]


def _duplicate_of(duplicate: tables.Duplicate) -> str:
    """`Row 12` or `Email address: passport of Jo Bloggs, Invitation sent, created 01/11/2026`."""
    same = [f"Row {number}" for number in duplicate.same_as]
    return ". ".join([*same, *(_known(known) for known in duplicate.known)])


def _known(known: tables.DuplicateOf) -> str:
    passport = known.passport
    if passport is None:
        return f"{known.heading}: on a passport that was deleted since"
    return (
        f"{known.heading}: on the passport of {passport.full_name}, {passport.get_status_display()}, "
        f"created {passport.created_at:%d/%m/%Y}"
    )
