"""What HR does for many people at once: ticked in the list, or all that it asks for."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from staffpassport.accounts.models import Membership
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.states import State
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from tests.batches.batches import work
from tests.browser.conftest import StartJourney
from tests.browser.journey import PHONE, Journey
from tests.browser.people import sixty_people

pytestmark = pytest.mark.browser

LIST = "Identity and access"
RESEND = "Resend invitations"


def answer(journey: Journey, words: str) -> None:
    journey.page.get_by_label(words).check()
    journey.press("Continue")


def test_everybody_whom_no_message_reached_is_sent_another_from_home(
    trust: Organisation, hr: Membership, start: StartJourney
) -> None:
    sixty_people(trust)
    StaffPassport.objects.of(trust).update(text_state=State.FAILED)
    journey = start(hr, size=PHONE)
    journey.open("/")
    journey.follow("60 invitations that did not arrive")
    journey.shows(LIST)
    journey.press("Re-send to all 60 people of this list")
    journey.shows(RESEND)
    journey.says("60 people will get a new email")
    journey.press("Continue")
    sentence = "Select yes if you want to resend the invitations"
    journey.shows_problems(RESEND, {sentence: "Yes, send the invitations"})
    answer(journey, "Yes, send the invitations")
    journey.shows("Re-sending invitations")
    journey.says("0 of 60 people have been seen to.")
    work()
    # The page goes on by itself.
    journey.shows("60 invitations sent")
    journey.follow("Go back to the list of people")
    journey.says("Nobody found")


def test_all_of_a_page_are_ticked_by_one_box_and_some_left_out(
    trust: Organisation, hr: Membership, start: StartJourney
) -> None:
    people = sixty_people(trust)
    journey = start(hr)
    page = journey.page
    journey.open("/people")
    every = page.get_by_label("Select all 25 on this page")
    every.check()
    expect(page.locator("tbody input:checked")).to_have_count(25)
    page.get_by_label(f"Select {people[-1].full_name}").uncheck()
    expect(every).to_be_checked(indeterminate=True)
    journey.shows(LIST)
    journey.press("Withdraw invitations")
    journey.shows("Withdraw invitations")
    journey.says("24 people can no longer answer")
    answer(journey, "Yes, withdraw the invitations")
    journey.shows("24 invitations withdrawn")
    journey.follow("Go back to the list of people")
    row = page.locator("tbody tr").filter(has_text=people[-1].full_name)
    expect(row).not_to_contain_text("Invitation withdrawn")


def test_people_are_ticked_and_deleted_without_script(
    trust: Organisation, hr: Membership, start: StartJourney
) -> None:
    people = sixty_people(trust)
    journey = start(hr, script=False)
    page = journey.page
    journey.open("/people?q=okafor")
    journey.press("Delete passports")
    journey.says("Select the people first, then what to do.")
    expect(page.locator("tbody tr")).to_have_count(10)
    for name in ("Grace Okafor", "Tom Okafor"):
        page.get_by_label(f"Select {name}").check()
    journey.press("Delete passports")
    journey.says("You chose Tom Okafor, Grace Okafor.")
    page.get_by_label("Yes, delete staff passports from records").check()
    with journey.going():
        journey.button("Continue").dblclick(no_wait_after=True)
        journey.is_on("2 staff passports deleted")
    journey.follow("Go back to the list of people")
    expect(page.locator("tbody tr")).to_have_count(8)
    assert Invitation.objects.of(trust).filter(ended_at=None).count() == len(people) - 2
