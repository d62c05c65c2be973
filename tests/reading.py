"""Reading pages as a person would: what the rows of a table begin with, where a link leads."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import Any

_ROW = re.compile(r'<th scope="row"[^>]*>(.*?)</th>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def text(response: Any) -> str:
    """The words of a page, without tags, each run of white space one space."""
    return plain(response.content.decode())


def plain(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())


def rows(response: Any) -> list[str]:
    """What the rows of the page's table begin with."""
    return [plain(first) for first in _ROW.findall(response.content.decode())]


def link(response: Any, words: str) -> str:
    """Where the link of these words leads. Fails where there is none, or more than one."""
    links = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', response.content.decode(), re.DOTALL)
    found = [html.unescape(href) for href, inner in links if plain(inner) == words]
    assert len(found) == 1, f"{len(found)} links read {words!r}: {[plain(inner) for _, inner in links]}"
    return found[0]


def filled_in(response: Any) -> dict[str, str]:
    """What a browser would send of the forms of a page as they stand: boxes and selects, and what goes along unseen."""
    form = _Controls()
    form.feed(response.content.decode())
    return form.values


class _Controls(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        chosen_by_hand = given.get("type") in ("radio", "checkbox") and "checked" not in given
        if tag == "input" and given.get("name") and not chosen_by_hand:
            self.values[given["name"]] = given.get("value", "")
        elif tag == "select":
            self._select = given["name"]
            self.values[self._select] = ""
        elif tag == "option" and "selected" in given:
            self.values[self._select] = given["value"]


def error_sentences(response: Any) -> list[str]:
    """The lines of the error summary."""
    summary = re.search(r'nhsuk-error-summary__list">(.*?)</ul>', response.content.decode(), re.DOTALL)
    return (
        [plain(line) for line in re.findall(r"<li>(.*?)</li>", summary.group(1), re.DOTALL)]
        if summary
        else []
    )
