"""A session that nobody uses: the warning before its end, staying logged in, and what was typed when it was over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db.models import F
from playwright.sync_api import expect

from staffpassport.accounts import factors
from staffpassport.accounts.models import Membership, UserSession
from staffpassport.passports.models import StaffPassport
from tests import making
from tests.browser import authenticator
from tests.browser.conftest import StartJourney
from tests.browser.journey import PHONE, Journey

pytestmark = pytest.mark.browser

KEY = "TESTSTESTSTESTSTESTSTESTSTESTSTE"
FORM = "Create single staff passport"


def time_goes_on(journey: Journey, *, minutes: int, for_the_server: bool = True) -> None:
    """The clock of the browser, and of the session if nothing else has used it meanwhile."""
    if for_the_server:
        UserSession.objects.update(last_seen_at=F("last_seen_at") - timedelta(minutes=minutes))
    journey.page.clock.fast_forward(minutes * 60_000)


def log_in(journey: Journey, member: Membership, *, code: str) -> None:
    journey.fill(Email_address=member.user.email, Password=making.PASSWORD)
    journey.press("Log in")
    journey.fill(Security_code=code)
    journey.press("Verify")


def test_somebody_is_warned_stays_and_later_finds_again_what_was_typed(
    hr: Membership, start: StartJourney
) -> None:
    Authenticator.objects.create(
        user=hr.user, type=Authenticator.Type.TOTP, data={"secret": factors.encrypt(KEY)}
    )
    journey = start(size=PHONE)
    page = journey.page
    page.clock.install()
    journey.open("/log-in?next=/people/invite/one")
    log_in(journey, hr, code=authenticator.code(KEY))
    journey.fill(First_name="Grace", Last_name="Okafor")
    warning = page.get_by_role("region", name="Your session")

    time_goes_on(journey, minutes=18, for_the_server=False)
    page.wait_for_load_state("networkidle")
    expect(warning).to_have_count(0)

    time_goes_on(journey, minutes=18)
    expect(warning.get_by_role("status")).to_have_text(
        "You will be logged out in 2 minutes, as you have done nothing here for a while."
    )
    journey.shows(FORM)
    journey.press_here("Stay logged in")
    expect(warning.get_by_role("status")).to_have_text("You stay logged in.")
    expect(warning).to_be_focused()

    with journey.leaving():
        time_goes_on(journey, minutes=20)
    journey.shows("You have been logged out")
    journey.says("You did nothing here for 20 minutes.")
    journey.says("It is kept until you log in again in this browser")
    assert not StaffPassport.everywhere.exists()

    journey.press("Log in")
    # A code works once; the next one is taken already, and still where the clock has reached it meanwhile.
    log_in(journey, hr, code=authenticator.code(KEY, later=1))
    journey.is_on(FORM)
    expect(journey.field("First name")).to_have_value("Grace")
    expect(journey.field("Last name")).to_have_value("Okafor")
