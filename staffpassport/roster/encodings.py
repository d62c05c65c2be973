"""Text out of bytes, by a fixed rule.

Byte-order mark; many NULs (UTF-16); strict UTF-8; else Windows-1252 with a notice that shows words with
accents. On files of British names the rule was right where detectors that guess were not. No byte is
dropped or replaced, but for NUL, which no spreadsheet shows and no database stores."""

import codecs
import re
from dataclasses import dataclass

from . import file_sentences as sentences
from .table import FileProblem, Trouble

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WINDOWS = "windows-1252"
_SAMPLE = 65_536  # bytes looked at to tell text from what is not

_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# Of all bytes; pictures and programs have ten times that. A few may stand in any text.
_MOST_CONTROLS, _FEW_CONTROLS = 0.01, 64

_ACCENTED_LETTER = re.compile(r"[^\W\d_a-zA-Z]")
_BETWEEN_WORDS = re.compile(r"[^\w'’-]")
_LONGEST_WORD = 30
_WORDS_SHOWN = 5


@dataclass(frozen=True, slots=True, repr=False)
class Text:
    """A file's text as UTF-8 without a mark, the name of the encoding that it had, and a notice if that
    was a guess."""

    utf8: bytes
    encoding: str
    notice: str | None = None


def decoded(content: bytes) -> Text | FileProblem:
    """The text of a file that is not a spreadsheet or another known format."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded_as(encoding, content[len(mark) :])
    if wide := _utf16_without_mark(content[:_SAMPLE]):
        return _decoded_as(wide, content)
    if _looks_binary(content[:_SAMPLE]):
        return FileProblem(Trouble.NOT_A_LIST, sentences.NOT_A_LIST)
    text = _decoded_as("utf-8", content)
    return _decoded_as_windows(content) if isinstance(text, FileProblem) else text


def _decoded_as(encoding: str, content: bytes) -> Text | FileProblem:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8" and _BEYOND_ASCII.search(content):
            return _mixed(content, error.start)
        return FileProblem(Trouble.UNREADABLE_TEXT, sentences.UNREADABLE_TEXT)
    utf8 = content if encoding == "utf-8" else text.encode()
    # A second mark stands there where a file was put together from several.
    utf8 = utf8.replace(b"\0", b"").removeprefix(codecs.BOM_UTF8)
    return Text(utf8, encoding)


def _decoded_as_windows(content: bytes) -> Text | FileProblem:
    # Both kinds in one file would turn every name of the other kind into nonsense. One or two sequences
    # may be chance: É and a closing quotation mark look like one letter of UTF-8.
    beyond = len(_BEYOND_ASCII.findall(content))
    as_utf8 = sum(map(len, _UTF8_LETTER.findall(content)))
    if as_utf8 > beyond / 2:
        return _mixed(content, _first_error(content))
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return FileProblem(Trouble.UNREADABLE_TEXT, sentences.UNREADABLE_TEXT)
    words = _accented_words(text)
    notice = (
        sentences.READ_AS_WINDOWS.format(words=", ".join(words))
        if words
        else sentences.READ_AS_WINDOWS_WITHOUT_WORDS
    )
    return Text(text.encode().replace(b"\0", b""), _WINDOWS, notice)


def _mixed(content: bytes, at: int) -> FileProblem:
    line = len(content[:at].splitlines()) or 1
    return FileProblem(Trouble.UNREADABLE_TEXT, sentences.MIXED_TEXT.format(line=line))


def _first_error(content: bytes) -> int:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _utf16_without_mark(sample: bytes) -> str | None:
    """Latin text in UTF-16 has a NUL in every second place, and hardly any in the others."""
    pairs = len(sample) // 2
    if not pairs or b"\0" not in sample:
        return None
    first, second = sample[0 : pairs * 2 : 2].count(0) / pairs, sample[1 : pairs * 2 : 2].count(0) / pairs
    if second > 0.4 and first < 0.1:
        return "utf-16-le"
    if first > 0.4 and second < 0.1:
        return "utf-16-be"
    return None


def _looks_binary(sample: bytes) -> bool:
    return len(_CONTROL.findall(sample)) > max(_FEW_CONTROLS, len(sample) * _MOST_CONTROLS)


def _accented_words(text: str) -> list[str]:
    words: dict[str, None] = {}
    for match in _ACCENTED_LETTER.finditer(text):
        start = match.start()
        around = text[max(0, start - _LONGEST_WORD) : start], text[start : start + _LONGEST_WORD]
        words.setdefault(_BETWEEN_WORDS.split(around[0])[-1] + _BETWEEN_WORDS.split(around[1])[0])
        if len(words) == _WORDS_SHOWN:
            break
    return list(words)
