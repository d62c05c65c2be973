"""Inviting many with a file: from the question to the people who are invited, and what can go wrong on the way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import ViewportSize, expect

from staffpassport.accounts import factors
from staffpassport.accounts.models import Membership
from staffpassport.messaging.models import PracticeMessage
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.uploads import actions, duties, inviting, second_look, tables
from staffpassport.uploads.models import Upload
from staffpassport.uploads.states import State
from staffpassport.work import pauses
from tests import making
from tests.browser import authenticator, lists
from tests.browser.conftest import StartJourney
from tests.browser.inviting import LIST
from tests.browser.journey import PHONE
from tests.browser.lists import (
    CHECKING,
    COHORT_QUESTION,
    CONFIRM,
    DUPLICATES,
    MANY,
    NO,
    REFUSED,
    UNANSWERED,
    UPLOAD,
    UPLOADS,
    YES,
    check,
    downloaded,
    figures,
    latest,
    row,
    send,
    shows_file_problem,
)
from tests.messaging.outbox import deliver_now
from tests.uploads.lists import HEADINGS, as_csv, checked, confirmed, done, person, work

pytestmark = pytest.mark.browser

KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
# As long as names of files get, and nowhere to break.
LONG_NAME = "Rotational_trainees_August_2026_FINAL_v3_checked_by_HR_and_medical_staffing_do_not_edit.csv"
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
    name, workbook = downloaded(journey, "Template as a spreadsheet (.xlsx)")
    assert (name, workbook[:2]) == ("staff-passport-template.xlsx", b"PK")
    name, template = downloaded(journey, "Template as CSV (.csv)")
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
        expect(page.locator(".nhsuk-error-summary")).to_contain_text(sentence)
    journey.follow("Back")
    journey.is_on(UPLOADS)
    expect(page.locator("tbody .nhsuk-tag")).to_have_text(["Could not be read"] * 3)


def test_problems_are_mended_and_everybody_is_invited(
    trust: Organisation, hr: Membership, start: StartJourney, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "PAGE_SIZE", 3)
    monkeypatch.setattr(inviting, "_CHUNK", {"sqlite": 3, "postgresql": 3})
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
    kinds.get_by_role("link").filter(has_text="not a landline").click()
    expect(wrong.locator("th")).to_have_text(["11"])
    expect(wrong.first).to_be_in_viewport()
    journey.follow("Earlier rows")
    expect(wrong.locator("th")).to_have_text(["8", "9", "10", "10"])
    journey.follow("Later rows")
    expect(wrong.locator("th")).to_have_text(["11"])

    # The person's own file is mended and sent again, from the same page.
    name, marked = downloaded(journey, "Download your file with the problems marked")
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
        name, report = downloaded(journey, f"Download the duplicates {kind}")
        assert name == f"duplicates in mended.{suffix}"
        assert report.startswith(begins)
    row(journey, "12").get_by_role("link").click()
    journey.is_on("Identity and access: Grace Okafor")
    page.go_back()
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
    promised = [page.locator(".app-email__body").inner_text(), page.locator(".app-text__bubble").inner_text()]
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


def test_more_than_the_limit_needs_a_fresh_code(
    trust: Organisation, hr: Membership, start: StartJourney, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_look, "MOST_WITHOUT", 2)
    Authenticator.objects.create(
        user=hr.user, type=Authenticator.Type.TOTP, data={"secret": factors.encrypt(KEY)}
    )
    journey = start(hr)
    lists.review(journey, lists.starters(3))
    journey.shows(CONFIRM)
    journey.says("So we ask for a code of your authenticator app first.")
    lists.confirm(journey)

    journey.shows("Enter your security code")
    journey.fill(Security_code="000000")
    journey.press("Continue")
    journey.shows("Enter your security code")
    expect(journey.page.locator(".nhsuk-error-message")).to_contain_text("Code is not right")
    journey.fill(Security_code=authenticator.code(KEY))
    journey.press("Continue")

    journey.is_on(CONFIRM)
    assert latest(trust).state == State.TO_REVIEW
    expect(journey.page.get_by_role("heading", name="Confirm that it is you")).to_have_count(0)
    lists.confirm(journey)
    journey.is_on("About to start: starters.csv")
    work()
    journey.is_on("3 people invited")
    assert lists.invited(trust) == 3


def test_sending_is_stopped_and_the_invitations_are_withdrawn(
    trust: Organisation, hr: Membership, start: StartJourney, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inviting, "_CHUNK", {"sqlite": 2, "postgresql": 2})
    confirmed(trust, lists.starters(3), name=LONG_NAME)
    assert duties.carry_on()
    journey = start(hr, size=PHONE)
    page = journey.page
    journey.open(f"/people/uploads/{latest(trust).pk}")
    journey.shows(f"Inviting: {LONG_NAME}")
    deliver_now()
    journey.press("Stop sending")
    journey.shows("Stop sending?")
    journey.says("1 person of this file has no passport yet and will get none.")
    journey.press("Stop sending")
    journey.shows(f"Stopping: {LONG_NAME}")
    work()
    journey.is_on(f"Stopped: {LONG_NAME}")
    journey.says(
        "Alex Morgan stopped the sending. 2 people had been invited, 1 person had not and will not be."
    )
    journey.then_the_accessibility_baseline_is_met()

    journey.press("Withdraw the invitations")
    journey.shows("Withdraw these invitations?")
    journey.press("Withdraw the invitations")
    journey.shows(f"Withdrawing: {LONG_NAME}")
    work()
    journey.is_on(f"Withdrawn: {LONG_NAME}")
    journey.says("Alex Morgan withdrew 2 of 2 invitations.")
    journey.then_the_accessibility_baseline_is_met()
    expect(page.get_by_role("button", name="Withdraw the invitations")).to_have_count(0)

    message = PracticeMessage.objects.of(trust).filter(channel="email").earliest("pk")
    link = re.search(r"/i/\S+", message.body)
    assert link
    invited = start()
    invited.open(link[0])
    invited.shows(f"Your invitation from {trust.name}")
    invited.says("The trust has withdrawn this invitation.")


def test_an_upload_is_cancelled(trust: Organisation, hr: Membership, start: StartJourney) -> None:
    journey = start(hr)
    lists.review(journey, lists.starters(1))
    journey.follow("Cancel this upload")
    journey.shows("Cancel this upload?")
    journey.follow("No, go back to the review")
    journey.is_on(CONFIRM)
    journey.follow("Cancel this upload")
    journey.press("Cancel the upload")
    journey.shows(UPLOADS)
    journey.says("The upload is cancelled. Nobody was invited.")
    expect(journey.page.locator("tbody .nhsuk-tag")).to_have_text(["Cancelled"])
    journey.page.locator("tbody").get_by_role("link").click()
    journey.shows("starters.csv")
    assert lists.invited(trust) == 0


@pytest.mark.parametrize("size", [PHONE], ids=["phone"])
def test_those_who_cannot_be_invited_are_told_of_on_a_phone(
    trust: Organisation, hr: Membership, start: StartJourney, size: ViewportSize
) -> None:
    """The ends of a review that lead to nobody, and those who were invited by somebody else meanwhile."""
    making.passport(trust, first_name="Grace", last_name="Okafor", email="grace@example.com")
    journey = start(hr, size=size)
    lists.review(journey, [person(email="wrong")])
    journey.shows("1 row has a problem")
    journey.says("Nobody in your file can be invited yet.")
    send(journey, [person(email="grace@example.com")])
    check()
    journey.shows(DUPLICATES)
    journey.says("Nobody is left to invite from this file.")

    listed = lists.starters(2)
    upload = confirmed(trust, listed)
    making.passport(trust, first_name="Grace", last_name="Nwosu", email=listed[0][3])
    work()
    journey.open(f"/people/uploads/{upload.pk}")
    journey.shows("1 person invited")
    journey.says("1 person got a passport in another way meanwhile and was left alone.")
    journey.follow("See who")
    journey.shows("Invited by somebody else meanwhile")
    expect(row(journey, "2")).to_contain_text("Grace Nwosu")


def test_two_windows_invite_everybody_once(trust: Organisation, hr: Membership, start: StartJourney) -> None:
    journey = start(hr)
    lists.review(journey, lists.starters(2))
    first, second, third, fourth = journey.page, *(journey.context.new_page() for _ in range(3))
    for journey.page in (second, third, fourth):
        journey.open(first.url)
    journey.follow("Cancel this upload")
    journey.page = first
    lists.confirm(journey)
    journey.is_on("About to start: starters.csv")
    journey.page = second
    lists.confirm(journey)
    journey.is_on("About to start: starters.csv")
    work()
    journey.is_on("2 people invited")
    assert lists.invited(trust) == 2

    # Whoever says no to what somebody has said yes to must not believe that it counted.
    journey.page = third
    lists.confirm(journey, NO)
    journey.is_on("2 people invited")
    journey.says("confirmed in another window since you opened the page. Here is how it stands now.")
    journey.page = fourth
    journey.press("Cancel the upload")
    journey.is_on("2 people invited")
    journey.says("This upload has been confirmed or has ended, so it cannot be cancelled.")


def test_who_may_only_read_sees_uploads_and_changes_none(trust: Organisation, start: StartJourney) -> None:
    reader = start(making.member(trust, Role.READ_ONLY))
    page = reader.page
    reader.open("/people/uploads")
    reader.shows(UPLOADS)
    reader.says("No lists yet")
    refused, waits, sent = (
        checked(trust, b"%PDF-1.7", name="refused.csv"),
        checked(trust, lists.starters(1), name="waits.csv"),
        done(trust, lists.starters(2), name="sent.csv"),
    )
    reader.open("/people/uploads")
    reader.shows(UPLOADS)
    expect(page.get_by_role("button", name="Upload a file")).to_have_count(0)
    for upload, words in (
        (refused, "The file is a PDF, so upload the spreadsheet or CSV file that it was made from."),
        (waits, "This list has been checked and waits for somebody who may invite people."),
        (sent, "0 of 4 messages have been handed over."),
    ):
        reader.open(f"/people/uploads/{upload.pk}")
        reader.says(words)
        reader.then_the_accessibility_baseline_is_met()
        for action in ("Upload", "Upload a file", "Stop sending", "Withdraw the invitations"):
            expect(page.get_by_role("button", name=action, exact=True)).to_have_count(0)
    reader.open(f"/people/uploads/{sent.pk}/stop", status=403)
    reader.is_on("You do not have permission to see this page")
