"""Inviting many with a file by keyboard alone, and in a browser that runs no scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from staffpassport.accounts.models import Membership
from staffpassport.organisations.models import Organisation
from staffpassport.work import pauses
from tests import making
from tests.browser import lists
from tests.browser.conftest import StartJourney
from tests.browser.inviting import LIST, ONE, QUESTION
from tests.browser.keyboard import Keyboard
from tests.browser.lists import (
    CHECKING,
    COHORT_QUESTION,
    CONFIRM,
    DUPLICATES,
    MANY,
    REFUSED,
    UPLOAD,
    UPLOADS,
    YES,
    check,
    send,
)
from tests.browser.test_without_script import without_scripts
from tests.messaging.outbox import deliver_now
from tests.uploads.lists import as_csv, confirmed, person, sent, work

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "ON_SQLITE", 0)


def _a_list() -> list[list[str]]:
    """Two to invite, one with a problem, one whom the trust knows."""
    return [*lists.starters(2), person(email="wrong"), person(email="grace@example.com")]


def test_many_are_invited_by_keyboard(trust: Organisation, hr: Membership, start: StartJourney) -> None:
    making.passport(trust, first_name="Grace", last_name="Okafor", email="grace@example.com")
    journey = start(hr)
    page = journey.page
    keys = Keyboard(journey)
    # From the first listener on the browser asks us in place of a person; that must have begun before Enter is pressed.
    page.on("filechooser", lambda chooser: None)
    journey.open("/people/invite")
    journey.is_on(QUESTION)
    keys.choose_radio(ONE, MANY)
    keys.leave()
    journey.is_on(COHORT_QUESTION)
    keys.choose("Staff group", "Medical and Dental")
    keys.choose("Employment type", "Permanent or fixed term")
    keys.choose("Employment status", "New starter")
    keys.press_button("Continue")

    journey.is_on(UPLOAD)
    keys.go_to(page.locator("summary"))
    keys.press("Enter")
    expect(page.get_by_role("table", name="The columns, in any order")).to_be_visible()
    keys.press_button("Upload")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    keys.jump("Choose a file to upload")
    control = page.get_by_role("button", name="3. Upload a file")
    expect(control).to_be_focused()
    with page.expect_file_chooser() as chooser:
        keys.press("Enter")
    chooser.value.set_files({"name": "list.csv", "mimeType": "text/csv", "buffer": as_csv(_a_list())})
    expect(control).to_contain_text("list.csv")
    keys.press_button("Upload")

    # Whoever reads slowly can have the page stand still.
    journey.is_on(CHECKING)
    keys.press_here("Pause updating this page")
    check()
    keys.press_here("Continue updating this page")
    journey.is_on("1 row has a problem")
    keys.press_button("Continue without this row", "Space")
    journey.is_on(DUPLICATES)
    keys.go_to(page.get_by_role("link", name="Grace Okafor"))
    keys.press_button("Continue without duplicates", "Space")
    journey.is_on(CONFIRM)
    keys.press_button("Continue")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    keys.choose_radio(YES, YES)
    keys.leave()

    journey.is_on("About to start: list.csv")
    work()
    journey.is_on("2 people invited")
    deliver_now()
    journey.says("Every email and every text message has been handed over.")
    keys.follow("See the people of this upload in Identity and access")
    journey.is_on(LIST)
    expect(page.locator("tbody th")).to_have_count(2)


def test_many_are_invited_without_script(trust: Organisation, hr: Membership, start: StartJourney) -> None:
    making.passport(trust, first_name="Grace", last_name="Okafor", email="grace@example.com")
    journey = start(hr, script=False)
    page = journey.page
    journey.open("/people/invite/many")
    lists.choose_cohort(journey)
    journey.is_on(UPLOAD)
    journey.press("Upload")
    expect(page.locator(".nhsuk-error-message")).to_contain_text("Choose a file to upload")

    send(journey, b"")
    journey.follow("Refresh this page")
    journey.is_on(CHECKING)
    check()
    journey.follow("Refresh this page")
    journey.is_on(REFUSED)
    send(journey, _a_list(), "list.csv")
    check()
    journey.follow("Refresh this page")
    journey.is_on("1 row has a problem")
    journey.press("Continue without this row")
    journey.is_on(DUPLICATES)
    journey.press("Continue without duplicates")
    journey.is_on(CONFIRM)
    lists.confirm(journey)
    journey.is_on("About to start: list.csv")
    work()
    journey.follow("Refresh this page")
    journey.is_on("2 people invited")
    journey.says("0 of 4 messages have been handed over.")
    deliver_now()
    journey.follow("Refresh this page")
    journey.says("Every email and every text message has been handed over.")
    expect(page.get_by_role("link", name="Refresh this page")).to_have_count(0)
    journey.press("Withdraw the invitations")
    journey.press("Withdraw the invitations")
    work()
    journey.follow("Refresh this page")
    journey.is_on("Withdrawn: list.csv")
    journey.follow("Back")
    journey.is_on(UPLOADS)


def test_pages_of_uploads_are_fit_for_everybody_without_script(
    trust: Organisation, hr: Membership, start: StartJourney
) -> None:
    """axe is a script itself, so here the browser runs scripts, and the pages come without theirs."""
    journey = start(hr)
    journey.page.route(re.compile("/people/"), without_scripts)
    lists.open_upload(journey)
    expect(journey.page.locator("input[type=file]")).to_be_visible()
    journey.then_the_accessibility_baseline_is_met()
    for upload in (sent(trust, lists.starters(1)), confirmed(trust, lists.starters(1))):
        journey.open(f"/people/uploads/{upload.pk}")
        expect(journey.page.get_by_role("link", name="Refresh this page")).to_be_visible()
        journey.then_the_accessibility_baseline_is_met()
