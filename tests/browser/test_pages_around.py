"""The footer's pages, and the pages of what is not there or not allowed."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from staffpassport.accounts.models import Membership
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.browser.conftest import StartJourney

pytestmark = pytest.mark.browser

FOOTER = ["Accessibility statement", "Contact us", "Cookies", "Privacy policy", "Terms and conditions"]


def test_the_footer_leads_anybody_to_its_pages(db: None, start: StartJourney, size: ViewportSize) -> None:
    journey = start(size=size)
    journey.open("/log-in")
    footer = journey.page.get_by_role("contentinfo")
    for words in FOOTER:
        journey.leave_by(footer.get_by_role("link", name=words, exact=True))
        journey.shows(words)


def test_a_page_that_does_not_exist_leads_home(hr: Membership, start: StartJourney) -> None:
    journey = start(hr)
    journey.open("/nowhere", status=404)
    journey.shows("Page not found")
    journey.follow("Go to the home page")
    journey.is_on("Digital Staff Passport portal")


def test_a_visitor_sees_the_same_without_a_way_in(db: None, start: StartJourney) -> None:
    journey = start()
    journey.open("/nowhere", status=404)
    journey.shows("Page not found")
    expect(journey.page.get_by_role("link", name="Go to the home page")).to_have_count(0)


def test_a_record_of_another_trust_is_not_there(
    hr: Membership, other_trust: Organisation, start: StartJourney
) -> None:
    theirs = making.passport(other_trust)
    journey = start(hr)
    journey.open(f"/people/{theirs.pk}", status=404)
    journey.is_on("Page not found")


def test_a_read_only_user_is_told_why_a_page_is_not_theirs(trust: Organisation, start: StartJourney) -> None:
    journey = start(making.member(trust, Role.READ_ONLY))
    journey.open("/people/invite", status=403)
    journey.shows("You do not have permission to see this page")
    journey.follow("Go to the home page")
    journey.is_on("Digital Staff Passport portal")
