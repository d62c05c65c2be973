"""The first log-in of a new user, and every later one."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from playwright.sync_api import ViewportSize, expect

from staffpassport.accounts import factors, links
from staffpassport.accounts.actions import create_portal_user
from staffpassport.accounts.models import Membership, User
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.browser import authenticator
from tests.browser.conftest import StartJourney
from tests.browser.journey import Journey

pytestmark = pytest.mark.browser

KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "orange kettle winter bus"
HOME = "Digital Staff Passport portal"
WRONG = "Email address or password is not right. Check both and try again"
WRONG_CODE = "Code is not right, or was used already. Wait for your app to show a new code and type it here"
WRONG_FIRST_CODE = (
    "Code is not right. Check that you scanned the picture on this page, and that your phone's clock is right"
)
TRY_LATER = "You have tried too many times. Wait 5 minutes, then try again"


def new_user(trust: Organisation) -> User:
    return create_portal_user(
        organisation=trust, email="robin@example.com", name="Robin Shaw", role=Role.HR_USER, by=making.BY
    )


def one_time_link(user: User) -> str:
    return links.password_link(user, lives=links.PRINTED_LIVES)


@pytest.fixture
def with_app(hr: Membership) -> Membership:
    """An HR user who has set up an authenticator app with KEY."""
    Authenticator.objects.create(
        user=hr.user, type=Authenticator.Type.TOTP, data={"secret": factors.encrypt(KEY)}
    )
    RecoveryCodes.activate(hr.user).mark_as_viewed()
    return hr


def give_password(journey: Journey, member: Membership, password: str = making.PASSWORD) -> None:
    journey.open("/log-in")
    journey.fill(Email_address=member.user.email, Password=password)
    journey.press("Log in")


def test_a_new_user_chooses_a_password_and_sets_up_a_second_factor(
    trust: Organisation, start: StartJourney, size: ViewportSize
) -> None:
    journey = start(size=size)
    page = journey.page
    user = new_user(trust)
    link = one_time_link(user)

    journey.open(link)
    journey.shows("Choose a password")
    journey.says("For Robin Shaw, robin@example.com.")
    journey.press("Save password")
    journey.shows_problems("Choose a password", {"Enter a new password": "New password"})
    journey.fill(New_password="short")
    journey.press("Save password")
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("12 characters")
    journey.shows("Choose a password")
    journey.fill(New_password=PASSWORD)
    journey.press_here("Show password")
    expect(journey.field("New password")).to_have_attribute("type", "text")
    journey.press("Save password")

    journey.shows("Log in")
    journey.says("Your password is saved. Log in with it.")
    journey.fill(Email_address=user.email, Password=PASSWORD)
    journey.press("Log in")

    journey.shows("Set up your second factor")
    picture = page.get_by_role("img", name="QR code for your authenticator app").bounding_box()
    assert picture is not None
    assert picture["width"] >= 150
    assert picture["height"] >= 150
    key = page.locator(".app-key").inner_text()
    journey.press("Verify")
    journey.shows_problems(
        "Set up your second factor", {"Enter the code that your app shows": "Security code"}
    )
    journey.fill(Security_code="12345")
    journey.press("Verify")
    journey.shows_problems(
        "Set up your second factor", {"The code must be 6 digits, for example 123456": "Security code"}
    )
    wrong = str((int(authenticator.code(key)) + 500_000) % 1_000_000).zfill(6)
    journey.fill(Security_code=wrong)
    journey.press("Verify")
    journey.shows_problems("Set up your second factor", {WRONG_FIRST_CODE: "Security code"})
    journey.reload()
    expect(page.locator(".app-key")).to_have_text(key)
    code = authenticator.code(key)
    journey.fill(Security_code=f"{code[:3]} {code[3:]}")
    journey.press("Verify")

    journey.shows("Keep your recovery codes")
    codes = page.locator(".app-recovery-codes li").all_inner_texts()
    assert len(set(codes)) == 10
    journey.open("/people")
    journey.is_on("Keep your recovery codes")
    journey.press("I have kept my recovery codes")

    journey.shows(HOME)
    expect(page.get_by_text("Robin Shaw")).to_be_visible()
    for shown_once in ("/log-in/recovery-codes", "/log-in/set-up"):
        journey.open(shown_once)
        journey.is_on(HOME)


def test_a_one_time_link_works_once(trust: Organisation, start: StartJourney) -> None:
    journey = start()
    link = one_time_link(new_user(trust))
    for _ in range(2):
        journey.open(link)
        journey.is_on("Choose a password")
    journey.fill(New_password=PASSWORD)
    journey.press("Save password")
    journey.is_on("Log in")
    journey.open(link, status=410)
    journey.shows("This link no longer works")


def test_logging_in_takes_a_password_and_then_a_code(
    with_app: Membership, start: StartJourney, size: ViewportSize
) -> None:
    journey = start(size=size)
    journey.open("/people?status=active")
    journey.shows("Log in")
    journey.press("Log in")
    journey.shows_problems(
        "Log in", {"Enter your email address": "Email address", "Enter your password": "Password"}
    )
    journey.fill(Email_address=with_app.user.email, Password=making.PASSWORD)
    journey.press("Log in")

    journey.shows("Enter your security code")
    journey.press("Verify")
    journey.shows_problems("Enter your security code", {"Enter a security code": "Security code"})
    code = authenticator.code(KEY)
    journey.fill(Security_code=str((int(code) + 500_000) % 1_000_000).zfill(6))
    journey.press("Verify")
    journey.shows_problems("Enter your security code", {WRONG_CODE: "Security code"})
    journey.fill(Security_code=authenticator.code(KEY))
    journey.press("Verify")
    journey.is_on("Identity and access")
    expect(journey.page).to_have_url(re.compile(r"/people\?status=active$"))

    journey.press("Log out")
    journey.shows("Log in")
    journey.open("/people")
    journey.is_on("Log in")


@pytest.mark.parametrize("email", ["user@example.com", "nobody@example.com"], ids=["known", "unknown"])
def test_a_wrong_password_and_an_unknown_address_read_the_same(
    trust: Organisation, start: StartJourney, email: str
) -> None:
    making.member(trust, Role.HR_USER, email="user@example.com")
    journey = start()
    journey.open("/log-in")
    journey.fill(Email_address=email, Password="not the password")
    journey.press("Log in")
    journey.shows("Log in")
    expect(journey.page.locator(".nhsuk-error-summary").get_by_role("listitem")).to_have_text([WRONG])
    journey.page.locator(".nhsuk-error-summary").get_by_role("link").click()
    expect(journey.field("Email address")).to_be_focused()


def test_a_code_is_good_once(with_app: Membership, start: StartJourney) -> None:
    journey = start()
    # The next code: it lives long enough for both tries.
    code = authenticator.code(KEY, later=1)
    give_password(journey, with_app)
    journey.fill(Security_code=code)
    journey.press("Verify")
    journey.is_on(HOME)
    journey.press("Log out")
    give_password(journey, with_app)
    journey.fill(Security_code=code)
    journey.press("Verify")
    journey.is_on("Enter your security code")
    journey.says(WRONG_CODE)


def test_recovery_codes_not_kept_are_shown_at_the_next_log_in(
    with_app: Membership, start: StartJourney
) -> None:
    Authenticator.objects.filter(type=Authenticator.Type.RECOVERY_CODES).delete()
    RecoveryCodes.activate(with_app.user)
    journey = start()
    give_password(journey, with_app)
    journey.fill(Security_code=authenticator.code(KEY))
    journey.press("Verify")
    journey.is_on("Keep your recovery codes")
    journey.press("I have kept my recovery codes")
    journey.is_on(HOME)


def test_a_person_may_turn_back_at_the_second_factor(with_app: Membership, start: StartJourney) -> None:
    journey = start()
    give_password(journey, with_app)
    journey.press("Log in as somebody else")
    journey.is_on("Log in")


def test_a_recovery_code_opens_the_door_once(with_app: Membership, start: StartJourney) -> None:
    held = Authenticator.objects.get(user=with_app.user, type=Authenticator.Type.RECOVERY_CODES)
    code = RecoveryCodes(held).get_unused_codes()[0]
    journey = start()
    give_password(journey, with_app)
    journey.says("Lost your phone? Type one of your recovery codes.")
    journey.fill(Security_code=code)
    journey.press("Verify")
    journey.is_on(HOME)
    journey.press("Log out")
    give_password(journey, with_app)
    journey.fill(Security_code=code)
    journey.press("Verify")
    journey.is_on("Enter your security code")
    journey.says(WRONG_CODE)


def test_wrong_passwords_are_limited(with_app: Membership, start: StartJourney) -> None:
    journey = start()
    for _ in range(5):
        give_password(journey, with_app, "not the password")
        journey.says(WRONG)
    give_password(journey, with_app)
    journey.shows("Log in")
    journey.says(TRY_LATER)


def test_wrong_codes_are_limited(with_app: Membership, start: StartJourney) -> None:
    journey = start()
    give_password(journey, with_app)
    wrong = str((int(authenticator.code(KEY)) + 500_000) % 1_000_000).zfill(6)
    for _ in range(5):
        journey.fill(Security_code=wrong)
        journey.press("Verify")
        journey.says(WRONG_CODE)
    journey.fill(Security_code=authenticator.code(KEY))
    journey.press("Verify")
    journey.shows("Enter your security code")
    journey.says(TRY_LATER)
