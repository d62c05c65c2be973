"""The instructions for inviting many: the page, the PDF that says the same, and everything in one ZIP."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.roster.reading import read
from staffpassport.roster.table import Table
from staffpassport.roster.templates import cohort_words
from staffpassport.ui.formats import file_size
from staffpassport.uploads import instructions
from staffpassport.uploads.columns_help import COLUMNS
from staffpassport.uploads.views.beginning import cohort_query
from tests import making
from tests.checking import CheckingClient
from tests.making import COHORT
from tests.reading import plain, text

PAGE = "/people/invite/many/instructions"
OF_COHORT = f"{PAGE}?{cohort_query(COHORT)}"


@pytest.fixture(scope="module")
def pdf() -> PdfReader:
    return PdfReader(io.BytesIO(instructions.pdf()))


def words_of(pdf: PdfReader) -> str:
    """The text of the PDF as one line, without the foot of each page."""
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def headings_in(html: str) -> list[str]:
    return [plain(found) for found in re.findall(r"<h[1-3][^>]*>(.*?)</h[1-3]>", html, re.DOTALL)]


def links_in(html: str) -> list[tuple[str, str]]:
    """The files on offer: (address, format and size)."""
    listed = re.search(r'<ul class="nhsuk-list app-downloads">(.*?)</ul>', html, re.DOTALL)
    assert listed
    found = re.findall(r'<a href="([^"]+)">[^<]*\(([^)]+)\)</a>', listed.group(1))
    return [(href.replace("&amp;", "&"), about) for href, about in found]


# ── The page ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_every_file_on_offer_is_there_in_the_format_and_size_that_the_link_says(
    portal: CheckingClient,
) -> None:
    offered = links_in(portal.get(OF_COHORT).content.decode())
    assert [about.partition(",")[0] for _, about in offered] == ["XLSX", "CSV", "PDF", "ZIP"]
    for href, about in offered:
        answer = portal.get(href)
        content = b"".join(answer) if answer.streaming else answer.content
        assert about.endswith(f", {file_size(len(content))}"), href
        assert "attachment" in answer["Content-Disposition"]
        assert href.partition("?")[0].rpartition(".")[2] == about.partition(",")[0].lower()


@pytest.mark.django_db
def test_the_files_are_those_of_the_cohort_that_the_address_names(portal: CheckingClient) -> None:
    page = portal.get(OF_COHORT)
    assert cohort_words(COHORT) in text(page)
    assert all(href.endswith("?" + cohort_query(COHORT)) for href, _ in links_in(page.content.decode()))


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "?staff_group=nobody", "?staff_group=medical-and-dental"])
def test_without_a_whole_cohort_the_page_works_and_says_so(portal: CheckingClient, query: str) -> None:
    page = portal.get(PAGE + query)
    assert page.status_code == 200
    assert "This template is for any group" in text(page)
    for href, _ in links_in(page.content.decode()):
        assert portal.get(href).status_code == 200


@pytest.mark.django_db
def test_the_page_tells_every_column_with_what_it_must_hold(portal: CheckingClient) -> None:
    words = text(portal.get(PAGE))
    for column in COLUMNS:
        assert f"{column.heading}{'' if column.required else ' (optional)'} {column.holds}" in words


@pytest.mark.django_db
def test_every_link_within_the_page_leads_to_a_heading(portal: CheckingClient) -> None:
    html = portal.get(PAGE).content.decode()
    targets = set(re.findall(r'href="#([^"]+)"', html)) - {"maincontent"}
    assert len(targets) == 10
    assert targets <= set(re.findall(r'<h2 [^>]*id="([^"]+)"', html))


@pytest.mark.django_db
def test_who_may_not_invite_gets_no_instructions(trust: Organisation) -> None:
    reader = making.logged_in(making.member(trust, Role.READ_ONLY))
    assert reader.get(PAGE).status_code == 403


# ── The PDF ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_pdf_says_what_the_page_says_today(pdf: PdfReader) -> None:
    """If this fails, the text, the columns or a figure has changed: run bin/instructions and commit the PDF."""
    assert pdf.metadata
    assert pdf.metadata.keywords == instructions.fingerprint()


def test_another_text_has_another_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = instructions.fingerprint()
    assert instructions.fingerprint() == before
    monkeypatch.setattr(instructions, "MOST_PEOPLE_WITHOUT", 501)
    assert instructions.fingerprint() != before


def test_every_heading_of_the_page_is_a_heading_and_a_bookmark_of_the_pdf(pdf: PdfReader) -> None:
    headings = headings_in(instructions.document())
    assert headings[0] == instructions.TITLE
    assert len(headings) > 15
    assert bookmarks(pdf.outline) == headings
    words = words_of(pdf)
    assert [heading for heading in headings if heading not in words] == []
    roles = [role for role in roles_of(pdf) if role in ("/H1", "/H2", "/H3")]
    assert len(roles) == len(headings)
    assert roles.count("/H1") == 1


def bookmarks(outline: Any) -> list[str]:
    found: list[str] = []
    for entry in outline:
        found += bookmarks(entry) if isinstance(entry, list) else [entry.title]
    return found


def roles_of(pdf: PdfReader) -> list[str]:
    """What each element is to a screen reader, in reading order."""
    found: list[str] = []

    def walk(element: Any) -> None:
        element = element.get_object()
        if not isinstance(element, DictionaryObject):
            return
        if "/S" in element:
            found.append(str(element["/S"]))
        below = element.get("/K", [])
        for child in below if isinstance(below, list) else [below]:
            walk(child)

    walk(pdf.root_object["/StructTreeRoot"])
    return found


def test_a_screen_reader_can_read_the_pdf(pdf: PdfReader) -> None:
    root: Any = pdf.root_object
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  # pypdf's own kind of true
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert pdf.metadata
    assert pdf.metadata.title == instructions.TITLE
    assert pdf.xmp_metadata
    assert b'pdfuaid:part="1"' in pdf.xmp_metadata.stream.get_data()
    roles = roles_of(pdf)
    # Row and column headings of the table of columns, lists with their items.
    assert roles.count("/TH") == 3 + len(COLUMNS)
    assert roles.count("/TD") == 2 * len(COLUMNS)
    assert roles.count("/LI") == instructions.document().count("<li>")


def test_the_pdf_brings_its_fonts_and_is_small(pdf: PdfReader) -> None:
    for page in pdf.pages:
        assert page.mediabox.width == pytest.approx(595, abs=1)  # A4
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(inner)
    assert len(instructions.pdf()) < 100_000


# ── Everything together ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_the_zip_has_the_templates_and_the_instructions(portal: CheckingClient) -> None:
    answer = portal.get(f"/people/invite/many/everything.zip?{cohort_query(COHORT)}")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    assert archive.testzip() is None
    assert archive.namelist() == [instructions.XLSX_NAME, instructions.CSV_NAME, instructions.PDF_NAME]
    assert archive.read(instructions.PDF_NAME) == instructions.pdf()
    for name in archive.namelist()[:2]:
        table = read(archive.read(name), name)
        assert isinstance(table, Table)
        assert table.cohort == cohort_words(COHORT)
