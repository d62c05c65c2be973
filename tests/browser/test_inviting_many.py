"""Inviting many with a file: from the question to the people who are invited, and what can go wrong on the way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from staffpassport.accounts.models import Membership
from staffpassport.messaging.models import PracticeMessage
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.uploads import actions, duties, inviting, tables
from staffpassport.uploads.models import Upload
from staffpassport.work import pauses
from tests import making
from tests.browser import lists
from tests.browser.conftest import StartJourney
from tests.browser.inviting import LIST
from tests.browser.lists import (
    CHECKING,
    COHORT_QUESTION,
    CONFIRM,
    DUPLICATES,
    LONG_NAME,
    MANY,
    REFUSED,
    UNANSWERED,
    UPLOAD,
    UPLOADS,
    YES,
    check,
    figures,
    row,
    send,
    shows_file_problem,
)
from tests.messaging.outbox import deliver_now
from tests.uploads.lists import HEADINGS, as_csv, confirmed, person, work

pytestmark = pytest.mark.browser

LONG_ADDRESS = "bartholomew.featherstonehaugh-cholmondeley@integrated-care-system.example.nhs.uk"


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "ON_SQLITE", 0)


def test_the_way_to_a_file_that_can_be_read(
    hr: Membership, start: StartJourney, tmp_path: Path, trust: Organisation
) -> None:
    journey = start(hr)
    page = journey.page
    journey.open("/people/invite")
    page.get_by_label(MANY).check()
    journey.press("Continue")

    journey.shows(COHORT_QUESTION)
    chosen = page.get_by_role("combobox").evaluate_all("selects => selects.map(select => select.value)")
    assert chosen == ["", "", "", ""]
    journey.press("Continue")
    journey.shows_problems(
        COHORT_QUESTION,
        {
            "Select a staff group": "Staff group",
            "Select an employment type": "Employment type",
            "Select an employment status": "Employment status",
        },
    )
    groups = journey.field("Job role").locator("optgroup")
    assert groups.count() > 1
    journey.choose(Staff_group="Medical and Dental")
    expect(groups).to_have_count(1)
    expect(groups).to_have_attribute("label", "Medical and Dental")
    lists.choose_cohort(journey)

    journey.shows(UPLOAD)
    name, workbook = journey.download("Template as a spreadsheet (.xlsx)")
    assert (name, workbook[:2]) == ("staff-passport-template.xlsx", b"PK")
    name, template = journey.download("Template as CSV (.csv)")
    assert name == "staff-passport-template.csv"
    assert "Medical and Dental, Permanent or fixed term, New starter" in template.decode()
    page.get_by_text("What each column must hold").click()
    expect(row(journey, "Telephone number")).to_contain_text("07700 900123")
    journey.press("Upload")
    shows_file_problem(journey, UPLOAD, "Choose a file to upload")
    expect(page.get_by_text("3. Upload a file")).to_be_visible()

    too_big = tmp_path / LONG_NAME
    too_big.write_bytes(b"x" * (20 * 1024 * 1024 + 1))
    page.locator("input[type=file]").set_input_files(too_big)
    journey.then_the_accessibility_baseline_is_met()
    journey.press("Upload")
    shows_file_problem(journey, UPLOAD, "The file must be smaller than 20MB")
    assert not Upload.objects.of(trust).exists()

    send(journey, b"%PDF-1.7", LONG_NAME)
    journey.shows(CHECKING)
    check()
    shows_file_problem(
        journey, REFUSED, "The file is a PDF, so upload the spreadsheet or CSV file that it was made from"
    )
    for content, sentence in (
        (b"", "The file is empty, so check that you saved it and upload it again"),
        (
            as_csv([["Zoë", "Okafor"]], ["First name", "Last name"]),
            "The list has no columns for “Email address” and “Telephone number”, so add them with these headings",
        ),
    ):
        send(journey, content)
        check()
        lists.comes(journey)
        expect(page.locator(".nhsuk-error-summary")).to_contain_text(sentence)
    journey.follow("Back")
    journey.is_on(UPLOADS)
    expect(page.locator("tbody .nhsuk-tag")).to_have_text(["Could not be read"] * 3)


def test_problems_are_mended_and_everybody_is_invited(
    trust: Organisation, hr: Membership, start: StartJourney, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "PAGE_SIZE", 3)
    monkeypatch.setattr(inviting, "CHUNK", {"sqlite": 3, "postgresql": 3})
    making.passport(trust, first_name="Grace", last_name="Okafor", email="grace@example.com")
    journey = start(hr)
    page = journey.page

    lists.review(journey, _list_with_problems(), LONG_NAME)
    journey.shows("4 rows have problems")
    journey.says("7 people of your file can be invited, 2 rows are duplicates.")
    journey.says(
        "an older form of text (Windows-1252). Check that these words from it are right: Zoë, Müller, Siân."
    )
    journey.says("We do not need this column and did not keep it: Car park.")
    kinds = page.get_by_role("table", name="The problems by kind").locator("tbody tr")
    expect(kinds).to_have_count(3)
    expect(kinds.first).to_contain_text("Email address must include an @ symbol")
    expect(kinds.first.locator("td").nth(1)).to_have_text("3")
    wrong = page.get_by_role("table", name="Every problem, by row and column of your file").locator(
        "tbody tr"
    )
    expect(wrong.first).to_have_text(
        re.compile(r"8\s*D, Email address\s*wrong-1\s*Email address must include")
    )
    journey.leave_by(kinds.get_by_role("link").filter(has_text="not a landline"))
    expect(wrong.locator("th")).to_have_text(["11"])
    expect(wrong.first).to_be_in_viewport()
    journey.follow("Earlier rows")
    expect(wrong.locator("th")).to_have_text(["8", "9", "10", "10"])
    journey.follow("Later rows")
    expect(wrong.locator("th")).to_have_text(["11"])

    # The person's own file is mended and sent again, from the same page.
    name, marked = journey.download("Download your file with the problems marked")
    assert name == LONG_NAME.replace(".csv", " with problems marked.csv")
    mended = _mended(marked)
    earlier = confirmed(trust, mended)
    actions.stop(earlier, by=making.BY)
    work()
    send(journey, mended, "mended.csv")
    check()

    journey.shows(DUPLICATES)
    journey.says("2 rows of your file are left out")
    expect(row(journey, "14")).to_contain_text("Row 2 of your file")
    expect(row(journey, "12")).to_contain_text("Email address: Grace Okafor")
    for kind, suffix, begins in (
        ("as CSV (.csv)", "csv", b"\xef\xbb\xbfRow,First name"),
        ("as a spreadsheet (.xlsx)", "xlsx", b"PK"),
    ):
        name, report = journey.download(f"Download the duplicates {kind}")
        assert name == f"duplicates in mended.{suffix}"
        assert report.startswith(begins)
    journey.leave_by(row(journey, "12").get_by_role("link"))
    journey.is_on("Identity and access: Grace Okafor")
    journey.go_back()
    journey.press("Continue without duplicates")

    journey.shows(CONFIRM)
    journey.says("11 records will be uploaded")
    journey.says("This very file was confirmed before")
    journey.says("0 people were invited")
    shown = figures(journey)
    assert [shown[question] for question in ("Rows in the file", "Left out: duplicates")] == ["13", "2"]
    sample = page.get_by_role("table", name="Some of those to be invited").locator("tbody tr")
    expect(sample).to_have_count(5)
    expect(sample.first).to_contain_text("Zoë Müller")
    expect(page.get_by_role("heading", name="What Aoife will get")).to_be_visible()
    promised = [
        page.locator(".app-email__body").first.inner_text(),
        page.locator(".app-text__bubble").first.inner_text(),
    ]
    journey.press("Continue")
    journey.shows_problems(CONFIRM, {UNANSWERED: YES})
    lists.confirm(journey)

    # It moves by itself, from one state to the next.
    journey.shows("About to start: mended.csv")
    journey.says("0 of 11 people are invited.")
    assert duties.carry_on()
    journey.is_on("Inviting: mended.csv")
    journey.says("3 of 11 people are invited.")
    journey.then_the_accessibility_baseline_is_met()
    work()
    journey.shows("11 people invited")
    expect(page.locator(".nhsuk-panel")).to_contain_text("mended.csv")
    journey.says("0 of 22 messages have been handed over.")
    expect(page.get_by_role("button", name="Stop sending")).to_be_visible()
    deliver_now()
    journey.says("Every email and every text message has been handed over.")
    expect(page.get_by_role("button", name="Stop sending")).to_have_count(0)
    journey.then_the_accessibility_baseline_is_met()
    # The page stops when all are handed over, which may be before the last receipt.
    journey.reload()
    expect(row(journey, "Emails").locator("td")).to_have_text(["0", "0", "11", "0", "0"])
    first = StaffPassport.objects.of(trust).get(first_name="Aoife")
    for recipient, body in zip((first.email, first.phone), promised, strict=True):
        assert _linkless(PracticeMessage.objects.of(trust).get(recipient=recipient).body) == _linkless(body)

    journey.follow("See the people of this upload in Identity and access")
    journey.shows(LIST)
    expect(page.locator("tbody th")).to_have_count(11)
    journey.follow("Show everybody")
    expect(page.locator("tbody th")).to_have_count(12)
    journey.follow("see your trust’s uploads")
    journey.shows(UPLOADS)
    expect(page.locator("tbody th")).to_contain_text(["mended.csv", "starters.csv", LONG_NAME])
    expect(page.locator("tbody .nhsuk-tag")).to_have_text(["All invited", "Stopped", "To review"])


def _list_with_problems() -> bytes:
    """Rows 8 to 11 have problems; Grace in row 12 has a passport, row 14 is row 2 once more."""
    listed = [
        *lists.starters(5),
        person(first_name="Zoë", last_name="Müller", email=LONG_ADDRESS),
        person(first_name="Ravi", email="wrong-1"),
        person(first_name="Siân", email="wrong-2"),
        person(first_name="1", email="wrong-3"),
        person(first_name="Tom", phone="0113 496 0101"),
        person(first_name="Grace", email="Grace@Example.com"),
        person(first_name="Hamza"),
    ]
    with_another_column = [[*cells, "5"] for cells in (*listed, listed[0])]
    return as_csv(with_another_column, [*HEADINGS, "Car park"]).decode().encode("cp1252")


def _mended(marked: bytes) -> bytes:
    """What HR makes of the file with the problems marked."""
    text = re.sub(r"wrong-\d", r"\g<0>@example.com", marked.decode())
    return text.replace("\r\n1,", "\r\nIona,").replace("0113 496 0101", "07700 900123").encode()


def _linkless(body: str) -> str:
    """A message without what differs from person to person: the end of the link."""
    return re.sub(r"/i/\s*\S+", "/i/", body).strip()
