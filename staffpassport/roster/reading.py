"""A list of staff out of a file, whatever the file is."""

from dataclasses import replace
from pathlib import PurePath

from . import file_sentences as sentences
from .delimited import COMMA, TAB, find_headings, finished, table_of
from .encodings import decoded
from .limits import MOST_BYTES
from .recognising import Form, recognised
from .spreadsheets import sheet_of
from .table import FileProblem, Table, Trouble, parsed

_TABBED = frozenset({".tsv", ".tab"})


def read(content: bytes, name: str, *, day_first: bool = False) -> Table | FileProblem:
    """The table in a csv, tsv, xlsx, ods or xls file, or what is wrong with the file. Total: any bytes
    under any name give one or the other.

    What the file is shows in its content; the name only helps where that leaves a doubt. Date cells of a
    spreadsheet become 1984-03-15 or, with `day_first`, 15/03/1984. Only where the machine cannot start a
    process for a spreadsheet is that an OSError: no fault of the file, and worth another try."""
    if not content.strip(b"\0\t\n\r ,;"):
        return FileProblem(Trouble.EMPTY, sentences.EMPTY)
    if len(content) > MOST_BYTES:
        most = MOST_BYTES // (1024 * 1024)
        return FileProblem(Trouble.TOO_BIG, sentences.TOO_BIG.format(megabytes=most))
    form = recognised(content)
    if isinstance(form, FileProblem):
        return form
    if form is Form.SPREADSHEET:
        return _spreadsheet(content, day_first)
    return _text(content, name)


def _spreadsheet(content: bytes, day_first: bool) -> Table | FileProblem:
    sheet = sheet_of(content, day_first=day_first)
    if isinstance(sheet, FileProblem):
        return sheet
    headings = find_headings(parsed(sheet.text, COMMA))
    table = finished(sheet.text, COMMA, headings, kind=sheet.kind, encoding="utf-8")
    return table if isinstance(table, FileProblem) else replace(table, notices=sheet.notices)


def _text(content: bytes, name: str) -> Table | FileProblem:
    text = decoded(content)
    if isinstance(text, FileProblem):
        return text
    prefer = TAB if PurePath(name).suffix.lower() in _TABBED else COMMA
    table = table_of(text.utf8, encoding=text.encoding, prefer=prefer)
    if isinstance(table, FileProblem) or text.notice is None:
        return table
    return replace(table, notices=(text.notice, *table.notices))
