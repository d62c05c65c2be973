"""Senior administrators manage the users and the settings of their trust; somebody of two trusts chooses one."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import ViewportSize, expect

from staffpassport.accounts import factors, mails
from staffpassport.accounts.models import Membership
from staffpassport.messaging import composers
from staffpassport.messaging.composers import Content
from staffpassport.messaging.models import Message
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.browser import authenticator
from tests.browser.conftest import StartJourney
from tests.browser.journey import Journey

pytestmark = pytest.mark.browser

KEY = "TESTSTESTSTESTSTESTSTESTSTESTSTE"
PASSWORD = "three random words here"
USERS, NEW, CHECK_NEW = "User management", "Add new account", "Check the new account"
SYSTEM, CHECK = "System management", "Check the change"


@pytest.fixture
def senior(trust: Organisation) -> Membership:
    return with_app(making.member(trust, Role.SENIOR_ADMINISTRATOR))


def with_app(member: Membership) -> Membership:
    Authenticator.objects.create(
        user=member.user, type=Authenticator.Type.TOTP, data={"secret": factors.encrypt(KEY)}
    )
    return member


def link_mailed_to(address: str) -> str:
    """The path of the link in the newest e-mail about an account."""
    message = Message.everywhere.filter(purpose=mails.WELCOME, recipient=address).latest("created_at")
    content = composers.compose([message])[message.pk]
    assert isinstance(content, Content)
    found = re.search(r"https?://[^/\s]+(/\S+)", content.body)
    assert found
    return found[1]


def add_sam(journey: Journey) -> None:
    """From the list to the list, with the security code in between."""
    journey.open("/users")
    journey.press(NEW)
    journey.fill(Name="Sam Reed", Email_address="sam@example.com")
    journey.page.get_by_label("HR user").check()
    journey.press("Continue")
    journey.is_on(CHECK_NEW)
    journey.press("Add the account")
    journey.is_on("Enter your security code")
    journey.fill(Security_code=authenticator.code(KEY))
    journey.press("Continue")
    journey.is_on(CHECK_NEW)
    journey.press("Add the account")
    journey.is_on(USERS)
    journey.says("Sam Reed has an account now")


def edit_sam(journey: Journey) -> None:
    journey.leave_by(journey.page.get_by_role("link", name="Edit Sam Reed, sam@example.com"))
    journey.is_on("Edit account")


def test_a_colleague_gets_an_account_another_role_and_none(
    senior: Membership, start: StartJourney, size: ViewportSize
) -> None:
    journey = start(senior, size=size)
    page = journey.page
    journey.open("/users")
    journey.shows(USERS)
    journey.press(NEW)
    journey.press("Continue")
    journey.shows_problems(
        NEW,
        {
            "Enter the person’s first and last name": "Name",
            "Enter an email address": "Email address",
            "Select a role": "Senior portal administrator",
        },
    )
    add_sam(journey)
    journey.shows(USERS)
    expect(page.locator("tbody tr").first).to_contain_text("Invitation pending")

    sam = start(size=size)
    sam.open(link_mailed_to("sam@example.com"))
    sam.fill(New_password=PASSWORD)
    sam.press("Save password")
    sam.fill(Email_address="sam@example.com", Password=PASSWORD)
    sam.press("Log in")
    sam.fill(Security_code=authenticator.code(sam.page.locator(".app-key").inner_text()))
    sam.press("Verify")
    sam.press("I have kept my recovery codes")
    sam.is_on("Digital Staff Passport portal")
    sam.says("HR user")
    expect(sam.page.get_by_role("link", name=USERS)).to_have_count(0)

    journey.reload()
    expect(page.locator("tbody tr").first).not_to_contain_text("Invitation pending")
    edit_sam(journey)
    journey.shows("Edit account")
    page.get_by_label("Read-only user").check()
    journey.press("Continue")
    journey.shows(CHECK)
    expect(page.locator("tbody td")).to_have_text(["HR user", "Read-only user", re.compile("Change")])
    journey.press("Save the change")
    journey.says("The account of Sam Reed has been changed.")
    sam.open("/")
    sam.is_on("You have been logged out")

    edit_sam(journey)
    journey.follow("Disable this account")
    journey.shows("Disable this account?")
    journey.press("Disable the account")
    expect(page.locator("tbody tr").first).to_contain_text("Disabled")
    edit_sam(journey)
    journey.follow("Enable this account")
    journey.shows("Enable this account again?")


def test_the_settings_of_a_trust_are_changed_and_seen_in_the_wording(
    senior: Membership, start: StartJourney, size: ViewportSize
) -> None:
    journey = start(senior, size=size)
    page = journey.page
    journey.open("/system")
    journey.shows(SYSTEM)
    journey.follow("Change Invitations work for")
    journey.fill(**{"How many days do invitations work for?": "2"})
    journey.press("Continue")
    journey.shows_problems(
        "Invitations and reminders",
        {
            "Invitations work for 2 days, so nobody can be reminded on day 3": (
                "On which days after the invitation are people reminded?"
            )
        },
    )
    journey.fill(**{"On which days after the invitation are people reminded?": "2"})
    journey.press("Continue")
    journey.shows(CHECK)
    journey.follow("Change Reminders")
    expect(journey.field("How many days do invitations work for?")).to_have_value("2")
    journey.press("Continue")
    journey.press("Save the change")
    journey.shows(SYSTEM)
    journey.says("Invitations and reminders: the change is saved.")
    journey.follow("Change Reply-to address of emails")
    journey.shows("Senders of messages")
    journey.press("Continue")
    journey.says("Nothing was changed")
    journey.follow("See what the people you invite read")
    journey.shows("What the people you invite read")
    expect(page.get_by_text("gets a reminder 2 days later")).to_have_count(4)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_whoever_works_for_two_trusts_chooses_and_changes(
    senior: Membership, other_trust: Organisation, start: StartJourney, script: bool
) -> None:
    Membership.everywhere.create(
        organisation=other_trust, user=senior.user, name="Alex Morgan", role=Role.READ_ONLY
    )
    journey = start(script=script)
    page = journey.page
    journey.open("/log-in")
    journey.fill(Email_address=senior.user.email, Password=making.PASSWORD)
    journey.press("Log in")
    journey.fill(Security_code=authenticator.code(KEY))
    journey.press("Verify")
    journey.is_on("Choose a trust")
    journey.press("Continue")
    page.locator(".nhsuk-error-summary").get_by_role("link", name="Select a trust").click()
    page.get_by_label(str(other_trust)).check()
    if script:
        journey.then_the_accessibility_baseline_is_met()
    journey.press("Continue")
    journey.is_on("Digital Staff Passport portal")
    expect(page.locator("header")).to_contain_text(other_trust.name)
    if script:
        journey.then_the_accessibility_baseline_is_met()
    journey.follow("Change trust")
    page.get_by_label(str(senior.organisation)).check()
    journey.press("Continue")
    expect(page.locator("header")).to_contain_text(senior.organisation.name)
    journey.says("Senior portal administrator")


def test_users_and_settings_are_managed_without_script(
    trust: Organisation, senior: Membership, start: StartJourney
) -> None:
    journey = start(senior, script=False)
    add_sam(journey)
    edit_sam(journey)
    journey.follow("Send the email on how to log in again")
    journey.press("Send the email")
    journey.says("An earlier link no longer works.")
    journey.open("/system")
    journey.follow("Change HR telephone number")
    journey.fill(HR_telephone_number="0113 496 0199")
    journey.press("Continue")
    journey.press("Save the change")
    journey.says("0113 496 0199")
    assert Organisation.objects.get(pk=trust.pk).hr_phone == "0113 496 0199"
