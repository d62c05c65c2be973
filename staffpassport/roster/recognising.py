"""What a file is, by its first bytes: names are what people make of them."""

import codecs
import re
from enum import Enum, auto

from . import file_sentences as sentences
from .table import FileProblem, Trouble


class Form(Enum):
    TEXT = auto()
    SPREADSHEET = auto()  # a ZIP or an OLE container: the reader of spreadsheets looks inside


_CONTAINERS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_OTHERS = (
    (b"%PDF-", sentences.PDF),
    (b"\x89PNG", sentences.IMAGE),
    (b"\xff\xd8\xff", sentences.IMAGE),
    (b"GIF8", sentences.IMAGE),
    (b"II*\0", sentences.IMAGE),
    (b"MM\0*", sentences.IMAGE),
    (b"{\\rtf", sentences.DOCUMENT),
    (b"\x1f\x8b", sentences.ZIP),
    (b"7z\xbc\xaf\x27\x1c", sentences.ZIP),
    (b"Rar!\x1a\x07", sentences.ZIP),
    (b"BZh", sentences.ZIP),
    (b"\xfd7zXZ", sentences.ZIP),
    # Excel 2.0 to 4.0, before workbooks were containers.
    (b"\x09\x00\x04\x00", sentences.OLD_EXCEL),
    (b"\x09\x02\x06\x00", sentences.OLD_EXCEL),
    (b"\x09\x04\x06\x00", sentences.OLD_EXCEL),
)
_IN_A_BOX = re.compile(rb"....ftyp(?:hei|mif1|avif)|RIFF....WEBP", re.DOTALL)  # pictures of telephones
_MARKUP = re.compile(rb"\s*<(!doctype html|html|head|body|meta|table|style|div|!--|\?xml)\b", re.IGNORECASE)
_JSON = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\[{\]\"])")
_BEGINNING = 1_024


def recognised(content: bytes) -> Form | FileProblem:
    """How to read this file, or the sentence for what cannot be read."""
    if content.startswith(_CONTAINERS):
        return Form.SPREADSHEET
    beginning = content[:_BEGINNING].removeprefix(codecs.BOM_UTF8)
    for signature, sentence in _OTHERS:
        if beginning.startswith(signature):
            return FileProblem(Trouble.NOT_A_LIST, sentence)
    if _IN_A_BOX.match(beginning):
        return FileProblem(Trouble.NOT_A_LIST, sentences.IMAGE)
    # A web page may come in UTF-16; what tells it is ASCII.
    letters = (
        beginning.replace(b"\0", b"").removeprefix(codecs.BOM_UTF16_LE).removeprefix(codecs.BOM_UTF16_BE)
    )
    if markup := _MARKUP.match(letters):
        is_xml = markup[1] == b"?xml" and b"<html" not in letters.lower()
        return FileProblem(Trouble.NOT_A_LIST, sentences.XML if is_xml else sentences.WEB_PAGE)
    if _JSON.match(letters):
        return FileProblem(Trouble.NOT_A_LIST, sentences.JSON)
    return Form.TEXT
