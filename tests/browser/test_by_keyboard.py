"""The main journeys without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from staffpassport.accounts import links
from staffpassport.accounts.actions import create_portal_user
from staffpassport.accounts.models import Membership
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from tests import making
from tests.browser import authenticator, inviting
from tests.browser.conftest import StartJourney
from tests.browser.inviting import ANSWERS, CHOSEN, FORM, LIST, NO, ONE, QUESTION, YES
from tests.browser.keyboard import Keyboard

pytestmark = pytest.mark.browser

PASSWORD = "orange kettle winter bus"


def test_the_first_log_in_works_by_keyboard(trust: Organisation, start: StartJourney) -> None:
    user = create_portal_user(
        organisation=trust, email="robin@example.com", name="Robin Shaw", role=Role.HR_USER, by=making.BY
    )
    journey = start()
    keys = Keyboard(journey)
    journey.open(links.password_link(user, lives=links.PRINTED_LIVES))
    keys.press_button("Save password")
    expect(journey.page.locator(".nhsuk-error-summary")).to_be_focused()
    keys.jump("Enter a new password")
    expect(journey.field("New password")).to_be_focused()
    keys.type("New password", PASSWORD)
    keys.press_here("Show password", "Space")
    expect(journey.field("New password")).to_have_attribute("type", "text")
    keys.press_button("Save password", "Space")

    journey.is_on("Log in")
    keys.type("Email address", user.email)
    keys.type("Password", PASSWORD)
    keys.leave()
    journey.is_on("Set up your second factor")
    keys.type("Security code", authenticator.code(journey.page.locator(".app-key").inner_text()))
    keys.leave()
    journey.is_on("Keep your recovery codes")
    keys.press_button("I have kept my recovery codes")
    journey.is_on("Digital Staff Passport portal")
    keys.press_button("Log out")
    journey.is_on("Log in")


def test_one_person_is_invited_by_keyboard(trust: Organisation, hr: Membership, start: StartJourney) -> None:
    journey = start(hr)
    page = journey.page
    keys = Keyboard(journey)
    journey.open("/")
    keys.go_to(page.get_by_role("link", name="Skip to main content"))
    keys.press("Enter")
    expect(page.locator("#maincontent")).to_be_focused()
    keys.press("Tab")
    expect(journey.field("Search for an individual")).to_be_focused()
    keys.go_to(page.get_by_role("heading", name=LIST).get_by_role("link"))
    keys.leave()
    journey.is_on(LIST)
    # It looks like a button, so Space must do as well.
    keys.press_button(inviting.INVITE, "Space")

    journey.is_on(QUESTION)
    keys.press_button("Continue")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    keys.jump("Select how you want to create passports")
    keys.choose_radio(ONE, ONE)
    keys.press_button("Continue")

    journey.is_on(FORM)
    for label, value in ANSWERS.items():
        if label in CHOSEN:
            keys.choose(label, value)
        else:
            keys.type(label, value)
    keys.press_button("Continue")
    journey.says("Check the details")
    keys.choose_radio(YES, NO)
    keys.press_button("Continue")
    journey.is_on(FORM)
    assert inviting.answers_in(journey) == ANSWERS
    keys.press_button("Continue")
    journey.says("Check the details")
    keys.choose_radio(YES, YES)
    keys.leave()

    journey.is_on(LIST)
    expect(page.get_by_role("alert")).to_be_focused()
    assert StaffPassport.objects.of(trust).count() == 1
    keys.go_to(page.locator("tbody").get_by_role("link", name="Siobhán Ó Briain"))
    keys.leave()
    journey.is_on("Identity and access: Siobhán Ó Briain")
    keys.go_to(page.locator("summary", has_text="Show all details"))
    keys.press("Space")
    expect(page.get_by_text("20123456-2")).to_be_visible()


def test_filters_work_by_keyboard(trust: Organisation, hr: Membership, start: StartJourney) -> None:
    making.passport(trust)
    journey = start(hr)
    keys = Keyboard(journey)
    journey.open("/people")
    keys.go_to(journey.page.locator("summary"))
    keys.press("Enter")
    keys.go_to(journey.page.get_by_label("Active", exact=True))
    keys.press("Space")
    keys.press_button("Apply filters")
    expect(journey.page.get_by_role("heading", name="Nobody found")).to_be_visible()
    keys.follow("Clear filters")
    expect(journey.page.locator("tbody th")).to_have_count(1)
