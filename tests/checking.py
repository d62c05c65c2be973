"""A test client that looks at every page it gets: what no page of ours may get wrong is checked on all of them."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from typing import Any

from django.db import connection
from django.test import Client

from staffpassport.organisations.access import Permission, rule_of
from tests import scope, served
from tests.writes import Writes

_VOID = {"input", "link", "meta", "img", "br", "hr", "path", "circle", "rect", "line", "use", "source", "col"}
_NOT_TYPED_IN = {"hidden", "submit", "button"}


class CheckingClient(Client):
    """Django's client; each answer is held to `served`, each HTML one to the rules of `faults`, each query of a portal
    user to `scope`, and each change to `writes`.
    """

    def request(self, **request: Any) -> Any:
        writes = Writes()
        with scope.watched() as statements, connection.execute_wrapper(writes):
            response = super().request(**request)
        assert not writes.without_an_event, (
            f"{request.get('REQUEST_METHOD')} {request.get('PATH_INFO')} changes {writes.without_an_event} "
            "and writes no event"
        )
        badly = served.faults(response)
        assert not badly, f"{request.get('PATH_INFO')}: {badly}"
        asked: Any = response.wsgi_request
        if getattr(asked, "organisation", None) and _is_of_a_trust(asked):
            loose = scope.unscoped(statements, asked.organisation.pk, asked.user.pk)
            assert not loose, f"{request.get('PATH_INFO')} asks for more than its trust's own: {loose}"
        if response.get("Content-Type", "").startswith("text/html") and response.content:
            found = faults(response.content.decode(), nonce_in=response.get("Content-Security-Policy", ""))
            assert not found, f"{request.get('PATH_INFO')}: {found}"
        return response


def _is_of_a_trust(asked: Any) -> bool:
    """Whether the page is one of the portal, and not one that anybody may open, logged in or not."""
    return bool(asked.resolver_match) and isinstance(rule_of(asked.resolver_match.func), Permission)


def faults(html: str, nonce_in: str) -> list[str]:
    """What is wrong with a page; `nonce_in` is its Content-Security-Policy."""
    page = Page()
    page.feed(html)
    page.close()
    found = []
    headings = page.texts["h1"]
    if len(headings) != 1:
        found.append(f"{len(headings)} h1 instead of one: {headings}")
    titles = page.texts["title"]
    if len(titles) != 1 or (headings and not headings[0].endswith(_said_by(titles[0]))):
        found.append(f"the title {titles} does not say what the h1 says: {headings}")
    twice = [name for name, times in Counter(page.ids).items() if times > 1]
    if twice:
        found.append(f"ids that stand twice: {twice}")
    found += [f"a script without the nonce: {nonce!r}" for nonce in page.nonces if not _held(nonce, nonce_in)]
    found += [f"a control without a label: {name}" for name in page.controls - page.labelled]
    found += [f"a link without text: {href}" for href, text in page.links if not text]
    found += [f"a form without an action or a method: {form}" for form in page.bad_forms]
    found += [f"an inline style on {tag}, which the policy blocks" for tag in page.styled]
    found += [f"aria-describedby names no element: {name}" for name in page.described_by - set(page.ids)]
    if "Undefined" in html or "&lt;function" in html or "bound method" in html:
        found.append("a template variable that does not exist")
    return found


def _said_by(title: str) -> str:
    """A title is "Error: " where there is one, what the h1 says (but for its caption), and the service."""
    return title.removeprefix("Error: ").removesuffix(" – Digital Staff Passport")


def _held(nonce: str | None, policy: str) -> bool:
    return bool(nonce) and f"'nonce-{nonce}'" in policy


class Page(HTMLParser):
    """Gathers what `faults` judges."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.texts: dict[str, list[str]] = {"h1": [], "title": []}
        self.nonces: list[str | None] = []
        self.controls: set[str] = set()
        self.labelled: set[str] = set()
        self.described_by: set[str] = set()
        self.links: list[tuple[str, str]] = []
        self.bad_forms: list[str] = []
        self.styled: list[str] = []
        self._open: list[str] = []
        self._link: tuple[str, list[str]] | None = None

    @property
    def _drawing(self) -> bool:
        """Within an SVG, which has a title of its own."""
        return "svg" in self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if "style" in given:
            self.styled.append(tag)
        self.described_by |= set((given.get("aria-describedby") or "").split())
        if tag in self.texts and not self._drawing:
            self.texts[tag].append("")
        if tag == "script":
            self.nonces.append(given.get("nonce"))
        if tag == "label":
            self.labelled.add(given.get("for") or "")
        if tag in ("input", "select", "textarea") and given.get("type") not in _NOT_TYPED_IN:
            name = given.get("id") or f"{tag} without an id: {given.get('name')}"
            self.controls.add(name)
            if given.get("aria-label") or given.get("aria-labelledby"):
                self.labelled.add(name)
        if tag == "form" and (given.get("action") is None or not given.get("method")):
            self.bad_forms.append(str(given))
        if tag == "a":
            self._link = (given.get("href") or "", [given.get("aria-label") or ""])
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link:
            self.links.append((self._link[0], " ".join("".join(self._link[1]).split())))
            self._link = None
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._link:
            self._link[1].append(data)
        for tag in self._open if not self._drawing else ():
            if tag in self.texts:
                self.texts[tag][-1] = " ".join((self.texts[tag][-1] + " " + data).split())
