"""What a record shows, what was sent, and where the link in a message leads."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from staffpassport.accounts.models import Membership
from staffpassport.messaging.states import State
from staffpassport.organisations.models import Organisation
from staffpassport.work.models import WorkerHeartbeat
from tests import making
from tests.browser.conftest import StartJourney
from tests.browser.journey import Journey
from tests.browser.people import sixty_people
from tests.messaging.outbox import deliver_now

pytestmark = pytest.mark.browser


def row(journey: Journey, key: str) -> Locator:
    """The value of a line of a record."""
    lines = journey.page.locator(".nhsuk-summary-list__row")
    return lines.filter(has=journey.page.get_by_text(key, exact=True)).locator("dd")


def test_a_record_shows_the_profile_the_messages_and_the_history(
    trust: Organisation, hr: Membership, start: StartJourney, size: ViewportSize
) -> None:
    making.passport(
        trust, first_name="Siân", last_name="Müller", email="sian@example.com", phone="+447700900001"
    )
    journey = start(hr, size=size)
    page = journey.page
    journey.open("/people")
    journey.follow("Siân Müller")
    journey.shows("Identity and access: Siân Müller")
    journey.says("An invitation is out and no answer has come yet.")
    expect(row(journey, "Date of birth")).to_have_text("15/03/1984")
    expect(row(journey, "Preferred name")).to_have_text("Not provided")
    expect(row(journey, "Email")).to_have_text(f"{State.QUEUED.label} to sian@example.com")

    expect(row(journey, "Staff group")).to_be_hidden()
    page.get_by_text("Show all details").click()
    expect(row(journey, "Staff group")).to_have_text("Medical and Dental")
    journey.then_the_accessibility_baseline_is_met()

    deliver_now()
    journey.reload()
    expect(row(journey, "Email")).to_have_text("Delivered to sian@example.com")
    expect(row(journey, "Text message")).to_have_text("Delivered to 07700 900001")
    events = page.locator("tbody th").all_inner_texts()
    assert set(events[:-1]) == {
        "Text message delivered",
        "Email delivered",
        "Text message sent",
        "Email sent",
    }
    assert events[-1] == "Passport created and invitation prepared"


def test_an_email_that_did_not_arrive_is_told_with_its_reason(
    trust: Organisation, hr: Membership, start: StartJourney
) -> None:
    making.passport(trust, first_name="Grace", last_name="Okafor", email="does-not-exist@example.com")
    deliver_now()
    journey = start(hr)
    journey.open("/")
    journey.follow("1 invitation that did not arrive")
    journey.follow("Grace Okafor")
    journey.shows("Identity and access: Grace Okafor")
    expect(row(journey, "Email")).to_contain_text("to does-not-exist@example.com")
    expect(row(journey, "Email")).to_contain_text("does not exist")
    expect(journey.page.locator("tbody th").filter(has_text="Email")).to_have_count(2)


def test_the_links_of_the_messages_open_the_invitation(
    trust: Organisation, hr: Membership, start: StartJourney, size: ViewportSize
) -> None:
    making.passport(trust, first_name="Grace", last_name="Okafor", email="grace@example.com")
    journey = start(hr, size=size)
    journey.open("/sent-messages")
    journey.shows("Sent messages")
    expect(journey.page.get_by_role("heading", name="Nothing has been sent yet")).to_be_visible()
    deliver_now()
    journey.reload()
    journey.shows("Sent messages")
    links = journey.page.locator("a[href*='/i/']")
    expect(links).to_have_count(2)

    staff_member = start(size=size)
    for link in [link.get_attribute("href") or "" for link in links.all()] * 2:
        staff_member.open(link)
        staff_member.is_on("Your invitation from Fairdale Teaching Hospitals")
    staff_member.shows("Your invitation from Fairdale Teaching Hospitals")
    staff_member.says("Your invitation is open until")
    expect(staff_member.page).to_have_url(re.compile("/invitation$"))


def test_a_link_that_was_cut_is_said_to_be_cut(db: None, start: StartJourney) -> None:
    journey = start()
    journey.open("/i/AAAA", status=404)
    journey.shows("We cannot find this invitation")


def test_sent_messages_go_by_pages(trust: Organisation, hr: Membership, start: StartJourney) -> None:
    sixty_people(trust)
    deliver_now()
    journey = start(hr)
    journey.open("/sent-messages")
    messages = journey.page.locator(".app-email, .app-text")
    expect(messages).to_have_count(10)
    newest = messages.first.inner_text()
    journey.leave_by(journey.page.get_by_role("link", name="Older"))
    expect(messages).to_have_count(10)
    assert messages.first.inner_text() != newest
    journey.shows("Sent messages")


def test_a_banner_says_when_nobody_sends(
    trust: Organisation, hr: Membership, start: StartJourney, size: ViewportSize
) -> None:
    WorkerHeartbeat.objects.all().delete()
    journey = start(hr, size=size)
    journey.open("/")
    expect(journey.page.get_by_role("region", name="Notice")).to_contain_text("Messages are not being sent")
    journey.shows("Digital Staff Passport portal")
