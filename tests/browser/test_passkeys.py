"""Passkeys in a real browser, whose own virtual authenticator stands in for a phone or a security key."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from playwright.sync_api import CDPSession, expect

from staffpassport.accounts import factors
from staffpassport.accounts.models import Membership
from tests import making
from tests.browser import authenticator
from tests.browser.conftest import StartJourney
from tests.browser.journey import Journey
from tests.browser.keyboard import Keyboard

pytestmark = pytest.mark.browser

KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HOME = "Digital Staff Passport portal"


def plug_in(journey: Journey) -> tuple[CDPSession, str]:
    """A device that keeps passkeys and asks for a finger, which it always gets."""
    devtools = journey.context.new_cdp_session(journey.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools, made["authenticatorId"]


@pytest.fixture
def with_app(hr: Membership) -> Membership:
    Authenticator.objects.create(
        user=hr.user, type=Authenticator.Type.TOTP, data={"secret": factors.encrypt(KEY)}
    )
    RecoveryCodes.activate(hr.user).mark_as_viewed()
    return hr


def test_a_passkey_is_added_logs_in_alone_confirms_and_is_removed(
    with_app: Membership, start: StartJourney
) -> None:
    journey = start(with_app)
    devtools, device = plug_in(journey)
    journey.open("/people")
    journey.follow("Alex Morgan")
    journey.shows("How you log in")
    journey.press("Add a passkey or security key")
    journey.shows("Enter your security code")
    journey.fill(Security_code=authenticator.code(KEY))
    journey.press("Continue")

    journey.shows("Add a passkey or security key")
    journey.press("Continue")
    journey.shows_problems("Add a passkey or security key", {"Enter a name": "Name"})
    journey.fill(Name="Work laptop")
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    journey.press("Continue")
    journey.shows("Add a passkey or security key")
    journey.says("The passkey was not made. It was cancelled or took too long")
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    expect(journey.field("Name")).to_have_value("Work laptop")
    journey.press("Continue")
    journey.shows("How you log in")
    journey.says("“Work laptop” is added. You can log in with it from now on.")

    journey.press("Log out")
    journey.open("/people?status=active")
    journey.shows("Log in")
    journey.press("Log in with a passkey")
    journey.is_on("Identity and access")
    expect(journey.page).to_have_url(re.compile(r"/people\?status=active$"))

    journey.follow("Alex Morgan")
    remove = journey.page.get_by_role("row").filter(has_text="Work laptop").get_by_role("link", name="Remove")
    journey.leave_by(remove)
    journey.shows("Enter your security code")
    journey.press("Use a passkey or security key")
    journey.shows("Remove “Work laptop”?")
    journey.says("Your passkey is right.")
    journey.press("Remove")
    journey.shows("How you log in")
    journey.says("“Work laptop” is removed.")

    journey.press("Log out")
    journey.press("Log in with a passkey")
    journey.is_on("Log in")
    journey.says("This passkey is not known here. Choose another way")


def test_the_first_log_in_with_a_passkey_by_keyboard(hr: Membership, start: StartJourney) -> None:
    journey = start()
    plug_in(journey)
    keyboard = Keyboard(journey)
    journey.open("/log-in")
    journey.fill(Email_address=hr.user.email, Password=making.PASSWORD)
    journey.press("Log in")
    journey.shows("Set up your second factor")
    keyboard.press_button("Set up a passkey")
    journey.shows("Keep your recovery codes")
    journey.press("I have kept my recovery codes")
    journey.is_on(HOME)
    journey.press("Log out")
    journey.fill(Email_address=hr.user.email, Password=making.PASSWORD)
    journey.press("Log in")
    journey.shows("Use your passkey")
    keyboard.press_button("Use a passkey or security key")
    journey.is_on(HOME)


def test_without_script_the_other_ways_are_there(with_app: Membership, start: StartJourney) -> None:
    journey = start(script=False)
    journey.open("/log-in")
    expect(journey.page.get_by_role("button")).to_have_text(["Log in"])
    journey.fill(Email_address=with_app.user.email, Password=making.PASSWORD)
    journey.press("Log in")
    expect(journey.page.get_by_role("button")).to_have_text(["Verify", "Log in as somebody else"])
    code = RecoveryCodes(
        Authenticator.objects.get(user=with_app.user, type=Authenticator.Type.RECOVERY_CODES)
    ).get_unused_codes()[0]
    journey.fill(Security_code=code)
    journey.press("Verify")
    journey.is_on(HOME)
    journey.open("/your-account/passkey")
    journey.fill(Security_code=authenticator.code(KEY))
    journey.press("Continue")
    journey.is_on("Add a passkey or security key")
    journey.says("This browser cannot make passkeys.")
    expect(journey.page.locator("main").get_by_role("button")).to_have_count(0)
