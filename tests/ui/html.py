"""Just enough reading of HTML for tests."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser


@dataclass(frozen=True)
class Element:
    tag: str
    attributes: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str) -> str | None:
        return self.attributes.get(name)

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))


def elements(html: object, tag: str = "") -> list[Element]:
    """The elements of a tag (of all, without one), in their order."""
    reader = _Reader()
    reader.feed(str(html))
    return [element for element in reader.elements if not tag or element.tag == tag]


def element(html: object, wanted: str) -> Element:
    """The element of this id, which is the only one."""
    (found,) = [element for element in elements(html) if element.get("id") == wanted]
    return found


def text(html: object) -> str:
    """The words of it, in one line."""
    words: list[str] = []
    reader = HTMLParser()
    reader.handle_data = words.append  # type: ignore[method-assign, assignment]
    reader.feed(str(html))
    return " ".join("".join(words).split())
