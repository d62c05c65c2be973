"""Inviting many with a file, beside the straight way: the limit, stopping, cancelling, other windows, readers."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import ViewportSize, expect

from staffpassport.accounts import factors, fresh
from staffpassport.accounts.models import Membership
from staffpassport.messaging.models import PracticeMessage
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.uploads import duties, inviting
from staffpassport.uploads.states import State
from staffpassport.work import pauses
from tests import making
from tests.browser import authenticator, lists
from tests.browser.conftest import StartJourney
from tests.browser.journey import PHONE
from tests.browser.lists import (
    CONFIRM,
    DUPLICATES,
    LONG_NAME,
    NO,
    UPLOADS,
    check,
    latest,
    row,
    send,
)
from tests.messaging.outbox import deliver_now
from tests.uploads.lists import checked, confirmed, done, person, work

pytestmark = pytest.mark.browser

KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "ON_SQLITE", 0)


def test_more_than_the_limit_needs_a_fresh_code(
    trust: Organisation, hr: Membership, start: StartJourney, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fresh, "MOST_PEOPLE_WITHOUT", 2)
    Authenticator.objects.create(
        user=hr.user, type=Authenticator.Type.TOTP, data={"secret": factors.encrypt(KEY)}
    )
    journey = start(hr)
    lists.review(journey, lists.starters(3))
    journey.shows(CONFIRM)
    journey.says("So you are asked for a security code first.")
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
    monkeypatch.setattr(inviting, "CHUNK", {"sqlite": 2, "postgresql": 2})
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
    invited.shows("This invitation has been withdrawn")
    invited.says(f"{trust} invited you")


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
    journey.leave_by(journey.page.locator("tbody").get_by_role("link"))
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
