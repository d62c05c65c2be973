"""What is in a ZIP or an OLE container, before anything reads it as a spreadsheet. For the child process:
a ZIP may list a million files."""

import io
import re
import zipfile
from typing import Literal

from . import file_sentences as sentences
from .table import FileProblem, Trouble

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_LONGEST_PART = 1024 * 1024  # bytes of a list of contents
_ENCRYPTED = 0x1  # a ZIP member's flag
# Records of xls: two bytes of kind, two of length. FILEPASS stands among the first, if anywhere.
_WORKBOOK_BEGINS = re.compile(rb"\x09\x08[\x08\x10]\x00\x00[\x05\x06]\x05\x00")
_FILEPASS = b"\x2f\x00"
_RECORDS_LOOKED_AT = 5

Kind = Literal["xlsx", "ods", "xls"]


def kind_of(content: bytes) -> Kind | FileProblem:
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
    if not part_of(parts, "mimetype").decode("latin-1").startswith(_ODS):
        return FileProblem(Trouble.NOT_A_LIST, sentences.DOCUMENT)
    manifest = "META-INF/manifest.xml"
    if manifest in names and b"encryption-data" in part_of(parts, manifest):
        return FileProblem(Trouble.PASSWORD, sentences.PASSWORD)
    return "ods"


def _kind_in_ole(content: bytes) -> Literal["xls"] | FileProblem:
    """By the names of the streams, which stand in the directory as UTF-16."""

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") + b"\0\0" in content

    if holds("EncryptedPackage"):
        return FileProblem(Trouble.PASSWORD, sentences.PASSWORD)
    if holds("Workbook") or holds("Book"):
        return FileProblem(Trouble.PASSWORD, sentences.PASSWORD) if _has_password(content) else "xls"
    if holds("WordDocument"):
        return FileProblem(Trouble.NOT_A_LIST, sentences.DOCUMENT)
    if holds("PowerPoint Document"):
        return FileProblem(Trouble.NOT_A_LIST, sentences.PRESENTATION)
    return FileProblem(Trouble.NOT_A_LIST, sentences.NOT_A_LIST)


def _has_password(content: bytes) -> bool:
    """Whether the first records of an old workbook say that the rest is encrypted."""
    beginning = _WORKBOOK_BEGINS.search(content)
    place = beginning.start() if beginning else len(content)
    for _ in range(_RECORDS_LOOKED_AT):
        kind, length = content[place : place + 2], int.from_bytes(content[place + 2 : place + 4], "little")
        if kind == _FILEPASS:
            return True
        place += 4 + length
    return False


def part_of(parts: zipfile.ZipFile, name: str) -> bytes:
    """The beginning of one file in a ZIP."""
    with parts.open(name) as part:
        return part.read(_LONGEST_PART)
