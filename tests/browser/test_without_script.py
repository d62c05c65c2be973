"""The main journeys in a browser that runs no scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from staffpassport.accounts.models import Membership
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from tests.browser import inviting
from tests.browser.conftest import StartJourney
from tests.browser.inviting import FORM, LIST, NO, ONE, QUESTION
from tests.browser.people import sixty_people

pytestmark = pytest.mark.browser

OTHER_GROUP = "Choose a job role from the same staff group"


def test_people_are_found_without_script(trust: Organisation, hr: Membership, start: StartJourney) -> None:
    people = sixty_people(trust)
    StaffPassport.objects.of(trust).filter(pk=people[0].pk).update(status=Status.APPOINTMENT_NEEDED)
    journey = start(hr, script=False)
    page = journey.page
    names = page.locator("tbody th")
    journey.open("/")
    journey.follow("1 identity check appointment to complete")
    expect(names).to_have_text([people[0].full_name])
    journey.follow("Clear filters")
    expect(names).to_have_count(25)
    journey.leave_by(page.get_by_role("link", name="Older"))
    expect(names.first).to_have_text(people[34].full_name)

    page.get_by_text("Show filters").click()
    page.get_by_label("Temporary mover").check()
    journey.press("Apply filters")
    expect(page).to_have_url(re.compile("employment_type=temporary-mover"))
    expect(names).to_have_count(12)
    journey.fill(Search_by_name="garcia")
    journey.press("Search")
    expect(names).to_have_count(2)
    journey.fill(Search_by_name="nobody of this name")
    journey.press("Search")
    expect(page.get_by_role("heading", name="Nobody found")).to_be_visible()


def test_one_person_is_invited_without_script(
    trust: Organisation, hr: Membership, start: StartJourney
) -> None:
    journey = start(hr, script=False)
    page = journey.page
    journey.open("/people")
    journey.press(inviting.INVITE)
    journey.is_on(QUESTION)
    journey.press("Continue")
    page.get_by_role("link", name="Select how you want to create passports").click()
    page.get_by_label(ONE).check()
    journey.press("Continue")

    # All job roles are offered, under their staff groups, so that a wrong one can be chosen.
    inviting.answer(journey, Staff_group="Estates and Ancillary")
    assert journey.field("Job role").locator("optgroup").count() > 1
    journey.press("Continue")
    journey.is_on(FORM)
    page.locator(".nhsuk-error-summary").get_by_role("link", name=OTHER_GROUP).click()
    expect(journey.field("Job role")).to_be_focused()
    journey.choose(Staff_group=inviting.ANSWERS["Staff group"])
    journey.press("Continue")

    journey.says("Check the details")
    page.get_by_label(NO).check()
    journey.press("Continue")
    assert inviting.answers_in(journey) == inviting.ANSWERS
    journey.press("Continue")
    inviting.confirm(journey)
    journey.is_on(LIST)
    expect(page.get_by_role("alert")).to_contain_text("You have invited Siobhán Ó Briain")
    journey.leave_by(page.locator("tbody").get_by_role("link", name="Siobhán Ó Briain"))
    page.get_by_text("Show all details").click()
    expect(page.get_by_text("20123456-2")).to_be_visible()
    journey.press("Log out")
    journey.is_on("Log in")


@pytest.mark.parametrize("path", ["/", "/people", "/people/invite/one", "/log-in"])
def test_pages_are_fit_for_everybody_without_script(hr: Membership, start: StartJourney, path: str) -> None:
    """axe is a script itself, so here the browser runs scripts, and the pages come without theirs."""
    journey = start(None if path == "/log-in" else hr)
    journey.page.route(f"**{path}", without_scripts)
    journey.open(path)
    expect(journey.page.locator("body")).not_to_have_class(re.compile("js-enabled"))
    expect(journey.page.get_by_role("button", name="Show password")).to_have_count(0)
    journey.then_the_accessibility_baseline_is_met()


def without_scripts(route: Route) -> None:
    response = route.fetch()
    route.fulfill(response=response, body=re.sub(r"(?s)<script.*?</script>", "", response.text()))
