"""Inviting one person: question, form, check, and what comes of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import ViewportSize, expect

from staffpassport.accounts.models import Membership
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.models import Message, PracticeMessage
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from tests import making
from tests.browser import inviting
from tests.browser.conftest import StartJourney
from tests.browser.inviting import FORM, LIST, NO, QUESTION
from tests.browser.journey import Journey
from tests.messaging.outbox import deliver_now

pytestmark = pytest.mark.browser

WRONG = {
    "First name": "name@example.com",
    "Last name": "7",
    "Day": "31",
    "Month": "2",
    "Year": "1984",
    "Email address": "siobhan at example.com",
    "Telephone number": "0113 496 0100",
    "Oriel PIN": "AB-12",
    "ESR assignment number": "123",
}


def invited(trust: Organisation) -> tuple[int, int, int]:
    """How many passports, invitations and messages there are."""
    return (
        StaffPassport.objects.of(trust).count(),
        Invitation.objects.of(trust).count(),
        Message.objects.of(trust).count(),
    )


def test_one_person_is_invited(
    trust: Organisation, hr: Membership, start: StartJourney, size: ViewportSize
) -> None:
    making.passport(trust, first_name="Grace", last_name="Okafor")
    journey = start(hr, size=size)
    page = journey.page
    journey.open("/people")
    journey.press(inviting.INVITE)

    journey.shows(QUESTION)
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    journey.press("Continue")
    journey.shows_problems(QUESTION, {"Select how you want to create passports": inviting.ONE})
    page.get_by_label(inviting.ONE).check()
    journey.press("Continue")

    journey.shows(FORM)
    inviting.answer(journey)
    journey.press("Continue")

    journey.shows(FORM)
    journey.says("Check the details")
    assert inviting.read_back(journey) == {
        "First name": "Siobhán",
        "Last name": "Ó Briain",
        "Date of birth": "15/03/1984",
        "Email address": "siobhan@example.com",
        "Telephone number": "07700 900501",
        "Staff group": "Medical and Dental",
        "Job role": "Consultant",
        "Employment type": "Permanent or fixed term",
        "Employment status": "New starter",
        "Oriel PIN": "AB12cd",
        "ESR assignment number": "20123456-2",
    }
    journey.press("Continue")
    journey.shows_problems(FORM, {"Select yes if you want to create this passport": inviting.YES})
    subject = page.locator(".app-email__head").first.inner_text()
    shown = [
        page.locator(".app-email__body").first.inner_text(),
        page.locator(".app-text__bubble").first.inner_text(),
    ]
    assert "siobhan@example.com" in subject
    inviting.confirm(journey)

    journey.shows(LIST)
    banner = page.get_by_role("alert")
    expect(banner).to_contain_text("You have invited Siobhán Ó Briain")
    expect(page.locator("tbody th")).to_have_text(["Siobhán Ó Briain", "Grace Okafor"])
    expect(page.locator("tbody tr").first.locator("td > b, td > i")).to_have_text(
        ["Invitation sent", "Invited"]
    )
    journey.reload()
    expect(banner).to_have_count(0)

    deliver_now()
    sent = {
        message.channel: message
        for message in PracticeMessage.objects.of(trust).filter(
            recipient__in=["siobhan@example.com", "+447700900501"]
        )
    }
    assert sent["email"].subject in subject
    assert [_linkless(sent["email"].body), _linkless(sent["text"].body)] == [
        _linkless(body) for body in shown
    ]


def _linkless(body: str) -> str:
    """A message without what differs between the preview and the person's own: the end of the link."""
    return re.sub(r"/i/\S+", "/i/", body).strip()


def test_every_mistake_is_named_and_leads_to_its_field(
    hr: Membership, start: StartJourney, size: ViewportSize
) -> None:
    journey = start(hr, size=size)
    journey.open("/people/invite/one")
    journey.press("Continue")
    journey.shows_problems(
        FORM,
        {
            "Enter a first name": "First name",
            "Enter a last name": "Last name",
            "Enter an email address": "Email address",
            "Enter a telephone number": "Telephone number",
            "Select a staff group": "Staff group",
            "Select an employment type": "Employment type",
            "Select an employment status": "Employment status",
        },
    )
    inviting.answer(journey, **{label.replace(" ", "_"): value for label, value in WRONG.items()})
    journey.press("Continue")
    journey.shows_problems(
        FORM,
        {
            "First name must be a name, not an email address": "First name",
            "Last name must not include numbers": "Last name",
            "Date of birth must be a real date": "Day",
            "Email address must include an @ symbol, like name@example.com": "Email address",
            "Telephone number must be a mobile, not a landline, as only a mobile gets text messages": (
                "Telephone number"
            ),
            "Oriel PIN must only include letters and numbers": "Oriel PIN",
            "ESR assignment number must be 8 numbers, like 20123456 or, for a further post, 20123456-2": (
                "ESR assignment number"
            ),
        },
    )
    assert inviting.answers_in(journey) == {**inviting.ANSWERS, **WRONG}


def test_a_date_without_its_year_leads_to_the_year(hr: Membership, start: StartJourney) -> None:
    journey = start(hr)
    journey.open("/people/invite/one")
    inviting.answer(journey, Year="")
    journey.press("Continue")
    journey.shows_problems(FORM, {"Date of birth must include a year": "Year"})


def test_job_roles_are_narrowed_to_the_staff_group(hr: Membership, start: StartJourney) -> None:
    journey = start(hr)
    journey.open("/people/invite/one")
    groups = journey.field("Job role").locator("optgroup")
    staff_groups = journey.field("Staff group").locator("option").all_inner_texts()[1:]
    assert [group.get_attribute("label") for group in groups.all()] == staff_groups
    journey.choose(Staff_group="Medical and Dental")
    expect(groups).to_have_count(1)
    journey.choose(Job_role="Consultant")
    journey.choose(Staff_group="Estates and Ancillary")
    expect(groups).to_have_attribute("label", "Estates and Ancillary")
    assert journey.field("Job role").input_value() == ""


def test_going_back_from_the_check_keeps_every_answer(
    trust: Organisation, hr: Membership, start: StartJourney
) -> None:
    journey = start(hr)
    page = journey.page
    inviting.go_to_check(journey)
    page.get_by_label(NO).check()
    journey.press("Continue")
    journey.shows(FORM)
    assert inviting.answers_in(journey) == inviting.ANSWERS
    journey.fill(Last_name="Ó Briain-Khan")
    journey.press("Continue")
    journey.says("Check the details")
    assert inviting.read_back(journey)["Last name"] == "Ó Briain-Khan"
    assert invited(trust) == (0, 0, 0)


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("First name", "First name"),
        ("Date of birth", "Day"),
        ("Telephone number", "Telephone number"),
        ("Staff group", "Staff group"),
        ("ESR assignment number", "ESR assignment number"),
    ],
)
def test_a_change_link_lands_on_its_field(
    hr: Membership, start: StartJourney, label: str, field: str
) -> None:
    journey = start(hr)
    inviting.go_to_check(journey)
    journey.leave_by(journey.page.get_by_role("link", name=f"Change {label}"))
    expect(journey.field(field)).to_be_focused()
    assert inviting.answers_in(journey) == inviting.ANSWERS


def test_a_second_confirmation_invites_nobody_twice(
    trust: Organisation, hr: Membership, start: StartJourney
) -> None:
    journey = start(hr)
    inviting.go_to_check(journey)
    first = journey.page
    journey.page = journey.context.new_page()
    journey.open(first.url)
    inviting.confirm(journey)
    journey.is_on(LIST)
    assert invited(trust) == (1, 1, 2)

    journey.page = first
    inviting.confirm(journey)
    journey.shows(LIST)
    journey.says("This person has been invited already. Nothing was sent twice.")
    journey.go_back()
    journey.is_on(LIST)
    journey.reload()
    journey.is_on(LIST)
    deliver_now()
    assert invited(trust) == (1, 1, 2)
    assert PracticeMessage.objects.of(trust).count() == 2


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_double_click_invites_nobody_twice(
    trust: Organisation, hr: Membership, start: StartJourney, script: bool
) -> None:
    journey = start(hr, script=script)
    inviting.go_to_check(journey)
    journey.page.get_by_label(inviting.YES).check()
    with journey.going():
        journey.button("Continue").dblclick(no_wait_after=True)
        journey.is_on(LIST)
    expect(journey.page.locator("tbody th")).to_have_text(["Siobhán Ó Briain"])
    assert invited(trust) == (1, 1, 2)


def test_somebody_known_is_named_with_a_link_to_the_record(
    trust: Organisation, hr: Membership, start: StartJourney
) -> None:
    making.passport(
        trust, first_name="Grace", last_name="Okafor", email="grace@example.com", phone="+447700900001"
    )
    journey = start(hr)
    journey.open("/people/invite/one")
    inviting.answer(journey, Email_address="Grace@Example.com", Telephone_number="+44 7700 900001")
    journey.press("Continue")
    journey.shows_problems(
        FORM,
        {
            "This email address already stands on the staff passport of Grace Okafor": "Email address",
            "This telephone number already stands on the staff passport of Grace Okafor": "Telephone number",
        },
    )
    summary = journey.page.locator(".nhsuk-error-summary")
    journey.leave_by(summary.get_by_role("link", name="Grace Okafor").first)
    journey.is_on("Identity and access: Grace Okafor")


def test_somebody_invited_meanwhile_is_named_at_the_last_step(
    trust: Organisation, hr: Membership, start: StartJourney
) -> None:
    journey = start(hr)
    inviting.go_to_check(journey)
    making.passport(trust, first_name="Grace", last_name="Okafor", email="siobhan@example.com")
    inviting.confirm(journey)
    journey.shows_problems(
        FORM,
        {"This email address already stands on the staff passport of Grace Okafor": "Email address"},
    )
    journey.fill(Email_address="siobhan.o.briain@example.com")
    journey.press("Continue")
    inviting.confirm(journey)
    journey.is_on(LIST)
    assert invited(trust) == (2, 2, 4)


def test_answers_that_are_gone_are_said_to_be_gone(
    trust: Organisation, hr: Membership, start: StartJourney
) -> None:
    journey: Journey = start(hr)
    inviting.go_to_check(journey)
    check = journey.page.url
    another = start(hr)
    another.open(check)
    another.shows(FORM)
    another.says("What you typed is no longer here. Nobody was invited. Please start again.")
