"""Text in UTF-8 that a program took for Windows-1252: “MarÃ\xada” for “María”.

Excel does that with a CSV without a byte-order mark, and then saves the result as an honest workbook. Some of it
would pass for names ("JesÃºs"), and a person would be greeted by it.
"""

import re

# The first byte of a character, read as a letter of its own, and then none of the letters of a name. An apostrophe
# may well stand behind a capital with an accent (É’), but not behind those by which Ñ, Ò, ő and Œ begin.
_SIGN = re.compile("[Â-Å][^A-Za-zÀ-ÖØ-Þß-öø-ÿ]|[Æ-ô][^A-Za-zÀ-ÖØ-Þß-öø-ÿ‘’]")


def misread(text: str) -> bool:
    """Whether a text with accents is UTF-8 read as Windows-1252: read back, it is UTF-8 to the last byte, which
    hardly any other text is."""
    if not _SIGN.search(text):
        return False
    try:
        b"".join(map(_byte, text)).decode()
    except UnicodeError:
        return False
    return True


def _byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")  # the five bytes that Windows-1252 does not know pass as they are
