"""A staff member comes back to their own passport, on a phone and without script at that."""

from __future__ import annotations

import pytest

from staffpassport.organisations.models import Organisation
from tests.accounts.holding import newest_code
from tests.browser.conftest import StartJourney
from tests.browser.journey import PHONE
from tests.signup.holders import as_member, owned

pytestmark = pytest.mark.browser


def test_a_staff_member_sees_their_passport_and_changes_their_address(
    trust: Organisation, other_trust: Organisation, start: StartJourney
) -> None:
    own = owned(trust, email="grace@example.com")
    owned(other_trust, own.holder)
    journey = start(as_member(own.holder), size=PHONE)
    journey.open("/")
    journey.shows("My staff passports")
    journey.follow(str(trust))
    journey.shows("Your staff passport with Fairdale Teaching Hospitals")
    journey.follow("Change Email address")
    journey.shows("Get a security code")
    journey.press("Send me a code")
    journey.shows("Enter a security code")
    journey.fill(Security_code=newest_code())
    journey.press("Continue")
    journey.press("Send the code")
    journey.shows_problems("Change your email address", {"Enter your new email address": "New email address"})
    journey.fill(New_email_address="grace.new@example.com")
    journey.press("Send the code")
    journey.shows("Enter the code that we sent you")
    journey.fill(Security_code=newest_code())
    journey.press("Continue")
    journey.shows("Your staff passport with Fairdale Teaching Hospitals")
    journey.says("Your email address has been changed.")
    journey.press("Log out")
    journey.is_on("Log in")
