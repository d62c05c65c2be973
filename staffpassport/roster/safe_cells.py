"""Cells that a spreadsheet must not take for a formula."""

# What Excel and LibreOffice take for the beginning of a formula, and two characters that some versions
# skip before they look for one.
_BEGIN_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_APOSTROPHE = "'"


def safe(text: str) -> str:
    """A cell's text for a CSV file of ours: with an apostrophe in front if it could be a formula, which
    shows it as it is."""
    return _APOSTROPHE + text if text.startswith(_BEGIN_A_FORMULA) else text


def unsafe(text: str) -> str:
    """A cell's text as it was before `safe`, so that files of ours can be uploaded again."""
    if text.startswith(_APOSTROPHE) and text[1:].startswith(_BEGIN_A_FORMULA):
        return text[1:]
    return text
