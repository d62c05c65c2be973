"""A language in which every text of ours stands in marks, and a look for words that stand outside them.

Whatever a page shows that went through gettext reads ⟦like this⟧. What is filled into a sentence stands outside the
marks, so it has to be translated by itself, or be a value such as a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

from django.test import Client

# What is left as it is in a text: tags, and what is filled in.
_KEPT = re.compile(r"(<[^>]*>|%\(\w+\)[sd]|%[sd]|\{\w*\})")
# An error's number, the key of an authenticator app.
_CODES = re.compile(r"\b[a-z0-9]{4}-[a-z0-9]{4}\b|\b[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}\b")
_MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
_LETTER = re.compile(r"[^\W\d_]")
_SHOWN = ("aria-label", "title", "placeholder", "alt", "label", "data-label")
_UNSEEN = {"script", "style", "svg"}


class Marked:
    """A catalogue that has every text: put it where Django keeps the one of its own language."""

    def gettext(self, text: str) -> str:
        words = text.rpartition("\x04")[2]  # without the context of a pgettext
        return "".join(
            f"⟦{part}⟧" if _LETTER.search(part) and not _KEPT.fullmatch(part) else part
            for part in _KEPT.split(words)
        )

    def to_language(self) -> str:
        return "en-gb"  # whose formats of dates and numbers hold

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)


def unmarked(text: str, values: Iterable[str]) -> str:
    """What is left of a text that neither was translated nor is one of the values; empty if all is well."""
    left = _CODES.sub(" ", text)
    while _MARKED.search(left):
        left = _MARKED.sub(" ", left)
    for value in sorted(values, key=len, reverse=True):
        left = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", " ", left)
    return " ".join(left.split()) if _LETTER.search(left) else ""


class _Words(HTMLParser):
    """What a page shows or has read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _UNSEEN:
            self._open.append(tag)
        self.found += [given[name] for name in _SHOWN if name in given]
        self.found += [value for name, value in given.items() if name.startswith("data-i18n")]
        if tag == "input" and given.get("type") in ("submit", "button"):
            self.found.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._open:
            self.found.append(data)


class ReadingClient(Client):
    """A browser that notes every word of a page that was not translated: (address, words)."""

    def __init__(self, values: Iterable[str]) -> None:
        super().__init__(raise_request_exception=False)
        self.values = list(values)
        self.pages: list[str] = []
        self.missing: set[tuple[str, str]] = set()

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        if response.get("Content-Type", "").startswith("text/html") and response.content:
            words = _Words()
            words.feed(response.content.decode())
            address = f"{request['PATH_INFO']} ({response.status_code})"
            self.pages.append(address)
            found = (unmarked(text, self.values) for text in words.found)
            self.missing |= {(address, left) for left in found if left}
        return response
