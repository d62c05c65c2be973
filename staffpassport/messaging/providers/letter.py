"""An e-mail's words as HTML, for those whose mail programme shows nothing else well.

The words are those of the plain text, no more and no fewer: paragraphs, line breaks, and links where the text has an
address. No pictures, nothing fetched from anywhere, nothing that tells us who has read it. Sizes and colours are left
to the reader's own settings, so that dark mode and 400 % zoom are as they like them.
"""

from __future__ import annotations

import re
from html import escape

_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]|[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_PAGE = """\
<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
</head>
<body style="margin: 0; padding: 1em; font: 1.1em/1.5 Arial, sans-serif; overflow-wrap: anywhere">
<main style="max-width: 38em">
<h1 style="font-size: 1.4em; line-height: 1.25">{title}</h1>
{paragraphs}
</main>
</body>
</html>
"""


def as_html(subject: str, body: str) -> str:
    """A whole page of HTML: the subject as its title and only heading, the plain text's paragraphs below."""
    paragraphs = [_paragraph(words) for words in _PARAGRAPHS.split(body.strip()) if words]
    return _PAGE.format(title=escape(subject), paragraphs="\n".join(paragraphs))


def _paragraph(words: str) -> str:
    return "<p>" + "<br>\n".join(_with_links(line.strip()) for line in words.splitlines()) + "</p>"


def _with_links(line: str) -> str:
    """Each address as a link that shows where it leads: whoever is careful with links can see it."""
    said, behind = [], 0
    for found in _LINK.finditer(line):
        address = found.group()
        target = address if "://" in address else f"mailto:{address}"
        said += [escape(line[behind : found.start()]), f'<a href="{escape(target)}">{escape(address)}</a>']
        behind = found.end()
    return "".join([*said, escape(line[behind:])])
