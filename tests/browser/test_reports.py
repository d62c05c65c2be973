"""Reports in a browser: the figures of a period, its chart, and taking them away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import ViewportSize, expect

from staffpassport.accounts.models import Membership
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.states import State
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from tests.browser.conftest import StartJourney
from tests.browser.journey import PHONE, Journey
from tests.browser.people import sixty_people

pytestmark = pytest.mark.browser

HEADING = "Reports"


@pytest.fixture
def _sixty(trust: Organisation) -> None:
    """Sixty people, invited over a month: seven have signed up, of three the text did not arrive."""
    people = [person.pk for person in sixty_people(trust)]
    passports = StaffPassport.objects.of(trust)
    passports.filter(pk__in=people[:7]).update(status=Status.APPOINTMENT_NEEDED)
    passports.filter(pk__in=people[7:10]).update(text_state=State.FAILED)
    noon = timezone.localtime().replace(hour=12)
    for number, person in enumerate(people):
        at = noon - timedelta(days=number // 2)
        Invitation.objects.of(trust).filter(passport_id=person).update(created_at=at)


def key(journey: Journey) -> list[str]:
    """The figures on top, as a person reads them."""
    return [" ".join(part.inner_text().split()) for part in journey.page.locator(".app-figures > div").all()]


@pytest.mark.usefixtures("_sixty")
def test_hr_reads_the_figures_and_takes_them_away(
    hr: Membership, start: StartJourney, size: ViewportSize
) -> None:
    journey = start(hr, size=size)
    page = journey.page
    journey.open("/reports")
    journey.shows(HEADING)
    assert key(journey) == [
        "Invitations 60",
        "Signed up 7 12%",
        "Open 50 83%",
        "Did not arrive 3 5%",
        "Closed 0 0%",
    ]
    chart = page.get_by_role("img", name="Invitations by day, from")
    expect(chart).to_be_visible()
    room, drawn = chart.bounding_box(), page.locator(".app-chart__part").last.bounding_box()
    assert room
    assert drawn
    assert 0 < drawn["x"] - room["x"] < room["width"] - drawn["width"], "the last day is within the chart"
    page.get_by_text("What the states mean").click()
    journey.then_the_accessibility_baseline_is_met()

    journey.follow("Last 7 days")
    assert key(journey)[0] == "Invitations 14"
    journey.follow("This year")
    journey.shows(HEADING)
    page.get_by_role("group", name="Last day").get_by_label("Year").fill("2031")
    journey.press("Show these days")
    journey.shows(HEADING)
    page.locator(".nhsuk-error-summary").get_by_role(
        "link", name="The last day must be today or in the past"
    ).click()
    expect(page.get_by_role("group", name="Last day").get_by_label("Day")).to_be_focused()


@pytest.mark.usefixtures("_sixty")
def test_reports_need_no_script(hr: Membership, start: StartJourney) -> None:
    journey = start(hr, size=PHONE, script=False)
    page = journey.page
    journey.open("/")
    journey.follow("Reports")
    journey.is_on(HEADING)
    first = timezone.localdate() - timedelta(days=70)
    for part in ("day", "month", "year"):
        box = page.get_by_role("group", name="First day").get_by_label(part.capitalize())
        box.fill(str(getattr(first, part)))
    journey.press("Show these days")
    expect(page.get_by_role("img", name="Invitations by week, from")).to_be_visible()
    with journey.going(), page.expect_download() as taken:
        journey.button("Download as CSV").click()
    assert taken.value.suggested_filename.startswith("invitations ")
    assert b"Medical and Dental" in taken.value.path().read_bytes()
