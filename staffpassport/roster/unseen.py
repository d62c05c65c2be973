"""What the library does not tell of a spreadsheet: cells with an error such as #N/A, and hidden rows.

Both matter. An error in an optional column would be taken for blank; and whoever filtered a list may not
know that the rows they do not see are in it. Found by looking into the XML of xlsx and ods; of xls
nothing is known. Finding nothing is no harm, so what is not as usual is left alone."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from .containers import Kind, part_of

_CHUNK = 1024 * 1024
_MOST_OF_A_SHEET = 1024 * 1024 * 1024  # bytes to look through for hidden rows

# xlsx
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*["']([^"']*)["']""")
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*\bhidden=["'](?:1|true)["']""")
_ERROR_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*\bt=["']e["'])[^>]*\br=["']([A-Z]{1,3})(\d{1,7})["'][^>]*>"""
    rb"""(?:(?!</(?:\w+:)?c>).){0,9000}?<(?:\w+:)?v>(#[A-Z/0-9!?_]{1,20})</""",
    re.DOTALL,
)
_LONGEST_CELL = 10_000  # bytes of one cell's XML
# ods
_CONTENT = "content.xml"
_ERROR_MARK = b'calcext:value-type="error"'
_ERROR_CELL_ODS = re.compile(rb'<table:(?:covered-)?table-cell\s[^>]*calcext:value-type="error"[^>]*>')
_NO_TEXT = re.compile(rb'\soffice:string-value="[^"]*"')
_TABLE = re.compile(rb"<table:table[\s>]")
_HIDDEN_ROW_ODS = re.compile(rb'<table:table-row\s[^>]*table:visibility="(?:collapse|filter)"')


@dataclass(frozen=True, slots=True)
class Unseen:
    """Of one sheet: the cells with an error, by row and column from 0, and whether rows are hidden."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: bool = False


def prepared(content: bytes, kind: Kind) -> bytes:
    """The file as the library should get it: in ods, an error's own text in place of the empty one."""
    if kind != "ods":
        return content
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        xml = parts.read(_CONTENT)
        if _ERROR_MARK not in xml:
            return content
        with zipfile.ZipFile(out, "w") as mended:
            for name in parts.namelist():
                mended.writestr(name, parts.read(name) if name != _CONTENT else _errors_as_text(xml))
    return out.getvalue()


def unseen(content: bytes, kind: Kind, sheet: int) -> Unseen:
    """What is to be known of the sheet at this place in the workbook."""
    if kind == "xlsx":
        return _unseen_in_xlsx(content, sheet)
    return Unseen(hidden_rows=kind == "ods" and _has_hidden_rows_in_ods(content, sheet))


def _errors_as_text(xml: bytes) -> bytes:
    return _ERROR_CELL_ODS.sub(lambda cell: _NO_TEXT.sub(b"", cell[0]), xml)


def _has_hidden_rows_in_ods(content: bytes, sheet: int) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        tables = _TABLE.split(parts.read(_CONTENT))
    return sheet + 1 < len(tables) and _HIDDEN_ROW_ODS.search(tables[sheet + 1]) is not None


def _unseen_in_xlsx(content: bytes, sheet: int) -> Unseen:
    errors: dict[tuple[int, int], str] = {}
    hidden = False
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        path = _path_of_sheet(parts, sheet)
        if path is None:
            return Unseen()
        for chunk in _chunks(parts, path):
            hidden = hidden or _HIDDEN_ROW.search(chunk) is not None
            if b"""t="e\"""" in chunk or b"t='e'" in chunk:
                for letters, row, text in _ERROR_CELL.findall(chunk):
                    errors[int(row) - 1, _index(letters)] = text.decode()
    return Unseen(errors, hidden)


def _path_of_sheet(parts: zipfile.ZipFile, sheet: int) -> str | None:
    try:
        sheets = _SHEET.findall(part_of(parts, "xl/workbook.xml"))
        relations = _RELATION.findall(part_of(parts, "xl/_rels/workbook.xml.rels"))
        wanted = next(value for name, value in _ATTRIBUTE.findall(sheets[sheet]) if name.endswith(b":id"))
    except (KeyError, IndexError, StopIteration):
        return None
    for relation in relations:
        attributes = dict(_ATTRIBUTE.findall(relation))
        if attributes.get(b"Id") == wanted:
            target = attributes.get(b"Target", b"").decode()
            path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            return path if path in parts.namelist() else None
    return None


def _chunks(parts: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    """The part's bytes in pieces that overlap by a cell."""
    kept = b""
    with parts.open(path) as part:
        for _ in range(_MOST_OF_A_SHEET // _CHUNK):
            piece = part.read(_CHUNK)
            if not piece:
                return
            yield kept + piece
            kept = piece[-_LONGEST_CELL:]


def _index(letters: bytes) -> int:
    """The index from 0 of a column named by its letters."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - ord("A") + 1
    return index - 1
