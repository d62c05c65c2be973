"""The HTML of an e-mail: the same words, readable by everybody, nothing fetched and nobody followed."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from staffpassport.invitations import wording
from staffpassport.messaging.providers.letter import as_html
from staffpassport.roster.cohort import EmploymentStatus, EmploymentType

FACTS = wording.Facts(
    first_name="Zoë <b>O'Neill</b>",
    trust="Fairdale & Sons",
    trust_in_full="Fairdale & Sons NHS Trust",
    hr_email="hr+passport@fairdale.example.nhs.uk",
    hr_phone="0113 496 0100",
    link="https://passport.example.nhs.uk/i/abcdefghijklmnopqrstuvwxyz",
    expires="6 December 2026",
    employment_type=EmploymentType.PERMANENT_OR_FIXED_TERM,
    employment_status=EmploymentStatus.NEW_STARTER,
    invited="22 November 2026",
)


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(html: str) -> _Read:
    parser = _Read()
    parser.feed(html)
    return parser


def words_of(html: str) -> str:
    main = html[html.index("</h1>") : html.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_the_invitation_reads_the_same_in_both() -> None:
    body = wording.email_body(FACTS)
    subject = wording.email_subject(FACTS)
    html = as_html(subject, body)
    said = re.sub(r"\s+", "", words_of(html))
    assert said == re.sub(r"\s+", "", body)
    found = read(html)
    assert ("html", {"lang": "en-GB"}) in found.tags
    assert [tag for tag, _ in found.tags].count("h1") == 1
    assert found.words.count(subject) == 2, "the title and the heading"
    links = [attrs["href"] for tag, attrs in found.tags if tag == "a"]
    assert links == [FACTS.link, f"mailto:{FACTS.hr_email}"]
    assert [tag for tag, _ in found.tags].count("p") == len(body.strip().split("\n\n"))


def test_nothing_is_fetched_and_nothing_has_a_fixed_size() -> None:
    html = as_html(wording.email_subject(FACTS), wording.email_body(FACTS))
    fetching = {"img", "link", "script", "iframe", "style", "object", "video", "form"}
    assert fetching.isdisjoint(tag for tag, _ in read(html).tags)
    assert "url(" not in html
    assert "px" not in html


def test_a_full_stop_behind_a_link_is_not_of_the_link() -> None:
    html = as_html("s", "See https://a.example/x?b=1&c=2. Or (https://b.example/y)!\nhr@a.example.")
    assert [attrs["href"] for tag, attrs in read(html).tags if tag == "a"] == [
        "https://a.example/x?b=1&c=2",
        "https://b.example/y",
        "mailto:hr@a.example",
    ]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab <>&\"'\n.@:/https#-é{}", max_size=120))
def test_no_words_become_markup_and_none_are_lost(body: str) -> None:
    html = as_html("s", body)
    assert re.sub(r"\s+", "", words_of(html)) == re.sub(r"\s+", "", body)
    assert {tag for tag, _ in read(html).tags} <= {
        "html",
        "head",
        "meta",
        "title",
        "body",
        "main",
        "h1",
        "p",
        "br",
        "a",
    }
