"""Files about an upload that HR takes away: the duplicates, and the list itself with its problems marked."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

import xlsxwriter

from staffpassport.roster.annotating import Annotated, Remark, annotate
from staffpassport.roster.fields import Field
from staffpassport.roster.safe_cells import safe
from staffpassport.ui import formats
from staffpassport.uploads import files, tables
from staffpassport.uploads.models import Upload, UploadRow
from staffpassport.uploads.states import Outcome

_HEADINGS = ("Row", *(field.label for field in Field), "Duplicate of")
_DUPLICATES = (Outcome.DUPLICATE,)


def duplicates_csv(upload: Upload) -> Iterator[bytes]:
    """The duplicates as CSV for Excel: UTF-8 with BOM, CRLF, no cell that a spreadsheet would calculate."""
    yield b"\xef\xbb\xbf" + _line(_HEADINGS)
    for duplicate in tables.all_duplicates(upload, _DUPLICATES):
        yield _line(_cells(duplicate))


def duplicates_xlsx(upload: Upload) -> bytes:
    """The duplicates as a workbook, every cell as text but the row's number."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": f"Duplicates in {upload.file_name}"})
        sheet = book.add_worksheet("Duplicates")
        bold = book.add_format({"bold": True})
        text = book.add_format({"num_format": "@", "quote_prefix": True})
        sheet.set_column(1, len(_HEADINGS) - 2, 20)
        sheet.set_column(len(_HEADINGS) - 1, len(_HEADINGS) - 1, 70)
        sheet.freeze_panes(1, 0)
        for place, heading in enumerate(_HEADINGS):
            sheet.write_string(0, place, heading, bold)
        for line, duplicate in enumerate(tables.all_duplicates(upload, _DUPLICATES), start=1):
            sheet.write_number(line, 0, duplicate.row.number)
            for place, cell in enumerate(_cells(duplicate)[1:], start=1):
                sheet.write_string(line, place, cell, text)
    return made.getvalue()


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


def _cells(duplicate: tables.Duplicate) -> list[str]:
    row = duplicate.row
    return [
        str(row.number),
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


def _line(cells: tuple[str, ...] | list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([safe(cell) for cell in cells])
    return line.getvalue().encode()
