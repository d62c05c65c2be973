"""What HR does from a person's record: put an address right and send again, withdraw, delete."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from staffpassport.accounts.models import Membership
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.models import PracticeMessage
from staffpassport.messaging.states import Channel
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from tests import making
from tests.browser.conftest import StartJourney
from tests.browser.journey import PHONE, Journey
from tests.messaging.outbox import deliver_now

pytestmark = pytest.mark.browser

RECORD = "Identity and access: Grace Okafor"
EDIT = "Edit profile"
RESEND = "Resend an invitation"
SENT = "Invitation sent"
WITHDRAW = "Withdraw the invitation"
DELETE = "Delete passport from the records"
LIST = "Identity and access"


@pytest.fixture
def grace(trust: Organisation) -> StaffPassport:
    return making.passport(trust, email="does-not-exist@example.com", phone="+447700900001")


def answer(journey: Journey, words: str) -> None:
    journey.page.get_by_label(words).check()
    journey.press("Continue")


def test_a_wrong_address_is_put_right_and_sent_again_in_one_go(
    trust: Organisation, hr: Membership, grace: StaffPassport, start: StartJourney
) -> None:
    making.passport(trust, first_name="Ann", email="ann@example.com")
    deliver_now()
    journey = start(hr, size=PHONE)
    page = journey.page
    journey.open("/")
    journey.follow("1 invitation that did not arrive")
    row = page.locator("tbody tr").filter(has_text="Grace Okafor")
    expect(row.locator("small, em")).to_have_text(["Email: Did not arrive", "Text: Delivered"])
    journey.shows(LIST)
    journey.follow("Grace Okafor")
    journey.shows(RECORD)
    journey.says("This email address does not exist.")
    journey.leave_by(page.get_by_role("link", name="Check it, change it and re-send the invitation"))
    journey.shows(EDIT)
    journey.fill(Email_address="ann@example.com", Preferred_name="R2D2")
    journey.press("Save and re-send the invitation")
    journey.shows_problems(EDIT, {"Preferred name must not include numbers": "Preferred name"})
    journey.fill(Preferred_name="Gray")
    journey.press("Save and re-send the invitation")
    journey.shows_problems(
        EDIT, {"This email address already stands on the staff passport of Ann Okafor": "Email address"}
    )
    journey.fill(Email_address="grace@example.com")
    journey.press("Save and re-send the invitation")
    journey.shows(SENT)
    journey.says("A new invitation has been sent to Grace Okafor.")
    deliver_now()
    journey.follow("Go to the record of Grace Okafor")
    journey.says("Delivered to grace@example.com")
    page.get_by_text("Show what was changed in the profile").click()
    journey.says("does-not-exist@example.com")
    journey.shows(RECORD)


def test_two_colleagues_at_the_same_profile(
    trust: Organisation, hr: Membership, grace: StaffPassport, start: StartJourney
) -> None:
    mine, theirs = start(hr), start(making.member(trust, Role.HR_USER))
    for journey in (mine, theirs):
        journey.open(f"/people/{grace.pk}/edit")
    theirs.choose(Employment_status="Current employee or leaver")
    theirs.press("Save")
    theirs.says("The profile has been changed.")
    mine.fill(Telephone_number="07700 900002")
    mine.press("Save")
    sentence = (
        "Alex Morgan has changed this to “Current employee or leaver” since you opened this page. "
        "Check it, and save again"
    )
    mine.shows_problems(EDIT, {sentence: "Employment status"})
    mine.choose(Employment_status="Current employee or leaver")
    mine.press("Save")
    mine.says("We advise you to re-send the invitation")
    mine.shows(RECORD)
    mine.says("Not sent to 07700 900002")


def test_withdrawn_sent_again_and_deleted_on_a_phone(
    hr: Membership, grace: StaffPassport, start: StartJourney
) -> None:
    deliver_now()
    journey = start(hr, size=PHONE)
    journey.open(f"/people/{grace.pk}")
    journey.follow(WITHDRAW)
    journey.press("Continue")
    journey.shows(WITHDRAW)
    answer(journey, "Yes, withdraw the invitation")
    journey.shows(RECORD)
    journey.says("The invitation was withdrawn. It can no longer be answered.")
    journey.press("Re-send an invitation")
    journey.shows(RESEND)
    journey.press("Continue")
    sentence = "Select yes if you want to resend the invitation"
    journey.shows_problems(RESEND, {sentence: "Yes, send the invitation"})
    answer(journey, "Yes, send the invitation")
    journey.is_on(SENT)
    journey.follow("Go to the record of Grace Okafor")
    journey.says("An invitation is out and no answer has come yet.")
    journey.follow("Delete passport from records")
    journey.page.get_by_text("Why might I want to delete this passport?").click()
    journey.shows(DELETE)
    answer(journey, "Yes, delete staff passport from records")
    journey.shows(LIST)
    expect(journey.page.get_by_role("alert")).to_contain_text(
        "The staff passport of Grace Okafor has been deleted from the records."
    )
    journey.open(f"/people/{grace.pk}", status=404)


def test_all_of_it_without_script_and_with_double_clicks(
    trust: Organisation, hr: Membership, grace: StaffPassport, start: StartJourney
) -> None:
    deliver_now()
    journey = start(hr, script=False)
    page = journey.page
    journey.open(f"/people/{grace.pk}")
    journey.press(EDIT)
    journey.fill(Email_address="grace@example.com")
    journey.press("Save")
    journey.says("We advise you to re-send the invitation")
    journey.follow("re-send the invitation")
    page.get_by_label("Yes, send the invitation").check()
    with journey.going():
        journey.button("Continue").dblclick(no_wait_after=True)
        expect(page.locator("h1")).not_to_contain_text(RESEND)
    journey.open(f"/people/{grace.pk}")
    assert Invitation.objects.of(trust).count() == 2
    journey.follow(WITHDRAW)
    answer(journey, "No, go back")
    journey.is_on(RECORD)
    deliver_now()
    journey.follow("Delete passport from records")
    answer(journey, "No, go back and keep this record")
    journey.is_on(RECORD)
    journey.follow("Delete passport from records")
    page.get_by_label("Yes, delete staff passport from records").check()
    with journey.going():
        journey.button("Continue").dblclick(no_wait_after=True)
        journey.is_on(LIST)
    expect(page.locator("tbody")).to_have_count(0)
    deliver_now()
    last = PracticeMessage.objects.of(trust).filter(channel=Channel.EMAIL).latest("id")
    assert (last.recipient, "has deleted your invitation" in last.subject) == ("grace@example.com", True)
