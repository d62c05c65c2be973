"""What is in a ZIP or an OLE container, before anything reads it as a spreadsheet. For the child process:
a ZIP may list a million files."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from . import file_sentences as sentences
from .table import FileProblem, Trouble

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_LONGEST_PART = 1024 * 1024  # bytes of a list of contents
_ENCRYPTED = 0x1  # a ZIP member's flag
_CHUNK = 1024 * 1024
_MOST_OF_A_SHEET = 1024 * 1024 * 1024  # bytes to look through for hidden rows

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


def kind_of(content: bytes) -> Literal["xlsx", "ods", "xls"] | FileProblem:
    """The kind of spreadsheet in a container, or what else it is. Raises zipfile.BadZipFile and others
    for what is no container after all."""
    if content.startswith(_OLE):
        return _kind_in_ole(content)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = set(parts.namelist())
        if any(part.flag_bits & _ENCRYPTED for part in parts.infolist()):
            return FileProblem(Trouble.PASSWORD, sentences.PASSWORD)
        if names & {"xl/workbook.xml", "xl/workbook.bin"}:
            return "xlsx"
        if "mimetype" in names:
            return _kind_of_opendocument(parts, names)
        for beginning, sentence in (
            ("word/", sentences.DOCUMENT),
            ("ppt/", sentences.PRESENTATION),
            ("Index/", sentences.NUMBERS),
            ("Index.zip", sentences.NUMBERS),
        ):
            if any(name.startswith(beginning) for name in names):
                return FileProblem(Trouble.NOT_A_LIST, sentence)
    return FileProblem(Trouble.NOT_A_LIST, sentences.ZIP)


def _kind_of_opendocument(parts: zipfile.ZipFile, names: set[str]) -> Literal["ods"] | FileProblem:
    if not _part(parts, "mimetype").decode("latin-1").startswith(_ODS):
        return FileProblem(Trouble.NOT_A_LIST, sentences.DOCUMENT)
    manifest = "META-INF/manifest.xml"
    if manifest in names and b"encryption-data" in _part(parts, manifest):
        return FileProblem(Trouble.PASSWORD, sentences.PASSWORD)
    return "ods"


def _kind_in_ole(content: bytes) -> Literal["xls"] | FileProblem:
    """By the names of the streams, which stand in the directory as UTF-16."""

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") + b"\0\0" in content

    if holds("EncryptedPackage"):
        return FileProblem(Trouble.PASSWORD, sentences.PASSWORD)
    if holds("Workbook") or holds("Book"):
        return "xls"
    if holds("WordDocument"):
        return FileProblem(Trouble.NOT_A_LIST, sentences.DOCUMENT)
    if holds("PowerPoint Document"):
        return FileProblem(Trouble.NOT_A_LIST, sentences.PRESENTATION)
    return FileProblem(Trouble.NOT_A_LIST, sentences.NOT_A_LIST)


@dataclass(frozen=True, slots=True)
class Unseen:
    """What the library does not tell of a sheet in xlsx: cells with an error such as #N/A, by row and
    column from 0, and whether rows are hidden."""

    errors: dict[tuple[int, int], str]
    hidden_rows: bool


def unseen_in_xlsx(content: bytes, sheet: int) -> Unseen:
    """Looks into the XML of the sheet at this place in the workbook. Finding nothing is no harm, so what
    is not as usual is left alone."""
    errors: dict[tuple[int, int], str] = {}
    hidden = False
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        path = _path_of_sheet(parts, sheet)
        if path is None:
            return Unseen(errors, hidden)
        for chunk in _chunks(parts, path):
            hidden = hidden or _HIDDEN_ROW.search(chunk) is not None
            if b"""t="e\"""" in chunk or b"t='e'" in chunk:
                for letters, row, text in _ERROR_CELL.findall(chunk):
                    errors[int(row) - 1, _index(letters)] = text.decode()
    return Unseen(errors, hidden)


def _path_of_sheet(parts: zipfile.ZipFile, sheet: int) -> str | None:
    try:
        sheets = _SHEET.findall(_part(parts, "xl/workbook.xml"))
        relations = _RELATION.findall(_part(parts, "xl/_rels/workbook.xml.rels"))
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


def _part(parts: zipfile.ZipFile, name: str) -> bytes:
    with parts.open(name) as part:
        return part.read(_LONGEST_PART)


def _index(letters: bytes) -> int:
    """The index from 0 of a column named by its letters."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - ord("A") + 1
    return index - 1
