"""From the home page to a person: counters, search, filters, pages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import ViewportSize, expect

from staffpassport.accounts.models import Membership
from staffpassport.messaging.states import State
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from tests import making
from tests.browser.conftest import StartJourney
from tests.browser.journey import Journey
from tests.browser.people import sixty_people

pytestmark = pytest.mark.browser

HOME = "Digital Staff Passport portal"
LIST = "Identity and access"


@pytest.fixture
def sixty(trust: Organisation) -> list[StaffPassport]:
    """Sixty people: seven need an appointment, five have shared their identity, an e-mail or text of three failed."""
    people = sixty_people(trust)
    passports = StaffPassport.objects.of(trust)
    passports.filter(pk__in=[p.pk for p in people[:7]]).update(status=Status.APPOINTMENT_NEEDED)
    passports.filter(pk__in=[p.pk for p in people[7:12]]).update(status=Status.IDENTITY_SHARED)
    passports.filter(pk__in=[p.pk for p in people[12:14]]).update(email_state=State.FAILED)
    passports.filter(pk=people[14].pk).update(text_state=State.FAILED)
    return people


def lists(journey: Journey, people: list[str]) -> None:
    """The list shows these people, in this order, and nobody else."""
    expect(journey.page.locator("tbody th")).to_have_text(people)


def full_names(people: list[StaffPassport]) -> list[str]:
    return [person.full_name for person in people]


def open_filters(journey: Journey) -> None:
    journey.page.get_by_text("Show filters").click()


def test_each_counter_opens_the_list_of_those_it_counts(
    hr: Membership, sixty: list[StaffPassport], start: StartJourney
) -> None:
    journey = start(hr)
    newest_first = sixty[::-1]
    journey.open("/")
    journey.shows(HOME)
    expect(journey.page.locator("main")).to_contain_text("HR user")
    for counter, ticked, expected in [
        ("48 invitations pending", "Invitation sent", newest_first[:25]),
        ("5 identities to verify", "Identity shared", sixty[7:12][::-1]),
        ("7 identity check appointments to complete", "Appointment needed", sixty[:7][::-1]),
        ("3 invitations that did not arrive", "Email or text did not arrive", sixty[12:15][::-1]),
    ]:
        journey.follow(counter)
        journey.is_on(LIST)
        lists(journey, full_names(expected))
        expect(journey.page.get_by_label(ticked)).to_be_checked()
        journey.follow("Home")
    journey.follow("5 identities to verify")
    journey.shows(LIST)


def test_a_part_of_a_name_finds_people_whatever_its_accents(
    hr: Membership, sixty: list[StaffPassport], start: StartJourney
) -> None:
    journey = start(hr)
    journey.open("/")
    journey.fill(Search_for_an_individual="mull sian")
    with journey.leaving():
        journey.page.keyboard.press("Enter")
    journey.shows(LIST)
    lists(journey, ["Siân Müller"])
    expect(journey.page.get_by_label("Search by name")).to_have_value("mull sian")
    journey.follow("Siân Müller")
    journey.is_on("Identity and access: Siân Müller")
    journey.follow("Back")
    journey.is_on(LIST)


def test_the_list_goes_by_pages_of_25_newest_first(
    hr: Membership, sixty: list[StaffPassport], start: StartJourney
) -> None:
    journey = start(hr)
    newest_first = full_names(sixty[::-1])
    journey.open("/people")
    journey.shows(LIST)
    lists(journey, newest_first[:25])
    older = journey.page.get_by_role("link", name="Older")
    newer = journey.page.get_by_role("link", name="Newer")
    expect(newer).to_have_count(0)
    journey.leave_by(older)
    expect(newer).to_be_visible()
    lists(journey, newest_first[25:50])
    journey.shows(LIST)
    journey.leave_by(older)
    lists(journey, newest_first[50:])
    expect(older).to_have_count(0)
    journey.leave_by(newer)
    expect(older).to_be_visible()
    lists(journey, newest_first[25:50])


def test_filters_narrow_the_list_and_stand_in_the_address(
    hr: Membership, sixty: list[StaffPassport], start: StartJourney, size: ViewportSize
) -> None:
    journey = start(hr, size=size)
    page = journey.page
    journey.open("/people")
    open_filters(journey)
    journey.then_the_accessibility_baseline_is_met()
    page.get_by_label("Temporary mover").check()
    page.get_by_label("Appointment needed").check()
    page.get_by_label("Identity shared").check()
    journey.press("Apply filters")
    # Every fifth of the first twelve.
    expected = full_names([sixty[number] for number in (10, 5, 0)])
    expect(page).to_have_url(re.compile("status=appointment-needed&status=identity-shared"))
    lists(journey, expected)
    journey.shows(LIST)

    journey.fill(Search_by_name="müller")
    journey.press("Search")
    lists(journey, expected[:1])
    expect(page.get_by_label("Temporary mover")).to_be_checked()
    journey.reload()
    lists(journey, expected[:1])

    journey.follow("Clear filters")
    expect(page.get_by_label("Search by name")).to_have_value("müller")
    expect(page.locator("tbody th")).to_have_count(10)
    expect(page.get_by_label("Temporary mover")).to_be_hidden()


def test_nobody_found_shows_a_way_on(hr: Membership, sixty: list[StaffPassport], start: StartJourney) -> None:
    journey = start(hr)
    journey.open("/people")
    journey.fill(Search_by_name="nobody of this name")
    journey.press("Search")
    journey.shows(LIST)
    expect(journey.page.get_by_role("heading", name="Nobody found")).to_be_visible()
    journey.follow("show everybody")
    expect(journey.page.locator("tbody th")).to_have_count(25)


def test_a_trust_that_has_invited_nobody_sees_what_will_be_here(hr: Membership, start: StartJourney) -> None:
    journey = start(hr)
    journey.open("/")
    journey.follow("0 invitations pending")
    journey.says("Choose other filters, or show everybody.")
    expect(journey.page.get_by_role("heading", name="Nobody found")).to_be_visible()
    journey.open("/people")
    journey.shows(LIST)
    expect(journey.page.get_by_role("heading", name="Nobody has been invited yet")).to_be_visible()


def test_a_read_only_user_is_offered_no_invitation(trust: Organisation, start: StartJourney) -> None:
    making.passport(trust, first_name="Grace", last_name="Okafor")
    journey = start(making.member(trust, Role.READ_ONLY))
    journey.open("/people")
    journey.shows(LIST)
    lists(journey, ["Grace Okafor"])
    expect(journey.page.get_by_role("button", name="Invite staff to Digital Staff Passport")).to_have_count(0)
