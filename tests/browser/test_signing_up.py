"""A staff member signs up: on a phone by keyboard alone, at a desk without script, and with a passkey."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from playwright.sync_api import expect

from staffpassport.accounts.models import User
from staffpassport.invitations import links
from staffpassport.messaging.models import PracticeMessage
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from tests import making
from tests.browser.conftest import StartJourney
from tests.browser.journey import DESK, PHONE, Journey
from tests.browser.keyboard import Keyboard
from tests.messaging.outbox import deliver_now
from tests.signup.person import PASSWORD, Person, invitation_of, newest_code

pytestmark = pytest.mark.browser

ANOTHER = "Do you already have a Digital Staff Passport?"
IDENTITY = "How do you want to verify your identity?"
CODE = "Enter the code that we sent you"
DETAILS = "Your details"
NUMBERS = "Numbers that other systems know you by"
LOG_IN = "How you log in"
CHECK = "Confirm your details"
DONE = "Details received"

# The page and all that it brings along, as it comes over the wire.
_FETCHED_BYTES = """() => ["navigation", "resource"]
  .flatMap(kind => performance.getEntriesByType(kind))
  .reduce((sum, entry) => sum + entry.transferSize, 0)"""


def invited(trust: Organisation) -> StaffPassport:
    return making.passport(trust, first_name="Siobhán", last_name="Ó Briain", email="siobhan@example.com")


def open_link(journey: Journey, passport: StaffPassport, by: Channel) -> None:
    token = links.token(bytes(invitation_of(passport).link_id), by)
    journey.open(f"/i/{token}")
    assert journey.page.url.endswith("/invitation")


def test_on_a_phone_by_keyboard_with_every_mistake(trust: Organisation, start: StartJourney) -> None:
    passport = invited(trust)
    journey = start(size=PHONE)
    page, keys = journey.page, Keyboard(journey)
    open_link(journey, passport, Channel.EMAIL)
    journey.shows("Your invitation from Fairdale Teaching Hospitals")
    assert page.evaluate(_FETCHED_BYTES) < 150_000
    keys.follow("This is not me")
    keys.press_button("Continue")
    journey.shows_problems(
        "This is not me", {"Select yes if this invitation is not meant for you": "Yes, this is not me"}
    )
    keys.follow("Back")

    keys.press_button("Start application")
    journey.is_on(ANOTHER)  # looked at by axe with its error, as the others of which one is shown
    keys.press_button("Continue")
    journey.shows_problems(ANOTHER, {"Select yes if you already have a Digital Staff Passport": "Yes"})
    keys.choose_radio("Yes", "No")
    keys.leave()
    journey.shows("Before you start")
    keys.press_button("Accept and continue")
    journey.is_on(IDENTITY)
    keys.press_button("Continue")
    journey.shows_problems(
        IDENTITY, {"Select how you want to verify your identity": "A digital identity app"}
    )
    journey.says("Step 1 of 2: Verify your identity")
    keys.choose_radio("A digital identity app", "An appointment with HR")
    keys.leave()

    journey.shows("We send you a security code")
    keys.press_button("Send the code")
    journey.is_on(CODE)
    box = journey.field("Security code")
    expect(box).to_have_attribute("autocomplete", "one-time-code")
    expect(box).to_have_attribute("inputmode", "numeric")
    box.fill("000000" if newest_code() != "000000" else "111111")
    journey.press("Continue")
    journey.shows_problems(
        CODE, {"The code is not right. Check the newest message and type its 6 digits": "Security code"}
    )
    deliver_now()
    assert PracticeMessage.everywhere.filter(body__startswith=newest_code(), channel="text").exists()
    paste(keys, "Security code", f" {newest_code()[:3]} {newest_code()[3:]} ")
    keys.leave()

    journey.shows(DETAILS)
    expect(journey.field("First name")).to_have_value("Siobhán")
    keys.type("First name", "")
    keys.type("Year", "")
    keys.leave()
    journey.shows_problems(
        DETAILS, {"Enter a first name": "First name", "Date of birth must include a year": "Year"}
    )
    keys.type("First name", "Siobhán")
    keys.type("Preferred name", "Shiv")
    keys.type("Year", "1984")
    keys.leave()
    journey.is_on(NUMBERS)
    keys.go_to(page.locator("[name=knows_esr][value=yes]"))
    keys.press("Space")
    keys.go_to(page.locator("[name=knows_oriel][value=yes]"))
    keys.press("ArrowDown")
    expect(page.locator("[name=knows_oriel][value=no]")).to_be_checked()
    keys.press_button("Continue")
    journey.shows_problems(
        NUMBERS,
        {"Enter your ESR assignment number, or select no": "ESR assignment number, if you know it"},
    )
    keys.type("ESR assignment number, if you know it", "20123456")
    keys.leave()
    journey.shows(LOG_IN)
    keys.type("Choose a password", PASSWORD)
    keys.leave()
    journey.shows(CHECK)
    keys.follow("Change Preferred name")
    expect(journey.field("Preferred name")).to_be_focused()
    keys.leave()
    journey.is_on(CHECK)
    keys.press_button("Confirm and send")
    journey.shows(DONE)
    passport.refresh_from_db()
    assert (passport.status, passport.preferred_name) == (Status.APPOINTMENT_NEEDED, "Shiv")


def paste(keys: Keyboard, label: str, copied: str) -> None:
    """Into a text box, as what was copied from a message is pasted: with the spaces around it."""
    keys.go_to(keys.journey.field(label))
    keys.press("ControlOrMeta+a")
    keys.journey.page.keyboard.insert_text(copied)


def test_at_a_desk_without_script_with_a_corrected_email(trust: Organisation, start: StartJourney) -> None:
    passport = invited(trust)
    journey = start(size=DESK, script=False)
    page = journey.page
    open_link(journey, passport, Channel.TEXT)
    journey.press("Start application")
    page.get_by_label("Yes", exact=True).check()
    journey.press("Continue")
    journey.press("Accept and continue")
    page.get_by_label("A digital identity app").check()
    journey.press("Continue")
    journey.follow("Is this not your email address?")
    journey.fill(Your_email_address="right@example.com")
    journey.press("Send the code")
    journey.is_on(CODE)
    journey.fill(Security_code=newest_code())
    journey.press("Continue")
    journey.is_on("The HR team checks your contact details")
    journey.press("Take it back")
    journey.is_on("We send you a security code")
    journey.press("Send the code")
    journey.fill(Security_code=newest_code())
    journey.press("Continue")
    journey.is_on(DETAILS)
    journey.press("Continue")
    page.locator("[name=knows_esr][value=no]").check()
    page.locator("[name=knows_oriel][value=no]").check()
    journey.press("Continue")
    page.locator("#id_password").fill(PASSWORD)
    journey.press("Continue")
    journey.press("Confirm and send")
    journey.is_on(DONE)
    journey.says("It cannot be used yet")
    passport.refresh_from_db()
    assert passport.status == Status.APPOINTMENT_NEEDED


def test_a_passkey_of_the_device_takes_the_place_of_a_password(
    trust: Organisation, start: StartJourney
) -> None:
    passport = invited(trust)
    person = Person(passport)
    person.until_proved()
    person.give_details()
    person.give_numbers()
    journey = start(size=PHONE)
    cookie = person.browser.cookies["session"].value
    address = settings.BASE_URL
    journey.context.add_cookies([{"name": "session", "value": cookie, "url": address}])
    device = journey.context.new_cdp_session(journey.page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    journey.open("/sign-up/account")
    journey.shows(LOG_IN)
    journey.press("Make a passkey")
    journey.is_on(CHECK)
    journey.says("With a passkey")
    journey.press("Confirm and send")
    journey.is_on(DONE)
    account = User.objects.get(email=passport.email_key)
    assert Authenticator.objects.filter(user=account, type=Authenticator.Type.WEBAUTHN).count() == 1
