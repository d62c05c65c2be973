"""A forgotten password, and a code by text: of a staff member on a phone, in one go."""

from __future__ import annotations

import re

import pytest

from staffpassport.accounts import forgotten
from staffpassport.messaging.composers import Content, ToCompose
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from tests.accounts.holding import holder, newest_code
from tests.browser.conftest import StartJourney
from tests.browser.journey import PHONE

pytestmark = pytest.mark.browser

PASSWORD = "orange kettle winter bus"


def link_in_the_email() -> str:
    sent = Message.everywhere.get(purpose=forgotten.LINK)
    content = forgotten.compose(
        [ToCompose(sent.id, sent.organisation_id, sent.about, sent.purpose, Channel.EMAIL, sent.created_at)]
    )[sent.id]
    assert isinstance(content, Content)
    return str(re.findall(r"http\S+", content.body)[0])


def test_a_staff_member_who_has_forgotten_the_password_comes_in_by_email_and_phone(
    trust: Organisation, start: StartJourney
) -> None:
    user = holder(trust, phone="+447946000123")
    journey = start(size=PHONE)
    journey.open("/log-in")
    journey.follow("Forgotten your password?")
    journey.press("Email me a link")
    journey.shows_problems("Forgotten your password?", {"Enter your email address": "Email address"})
    journey.fill(Email_address=user.email)
    journey.press("Email me a link")
    journey.shows("Check your email")
    journey.says(user.email)

    journey.open(link_in_the_email())
    journey.fill(New_password="Fairdale-2026-NHS")
    journey.press("Save password")
    journey.says("more in it than words like NHS")
    journey.fill(New_password=PASSWORD)
    journey.press("Save password")
    journey.is_on("Log in")
    journey.fill(Email_address=user.email, Password=PASSWORD)
    journey.press("Log in")

    journey.shows("Check your phone")
    journey.says("the number that ends in 123")
    journey.fill(Security_code="000000")
    journey.press("Continue")
    journey.shows_problems(
        "Check your phone",
        {"The code is not right. Check the newest message and type its 6 digits": "Security code"},
    )
    journey.fill(Security_code=newest_code())
    journey.press("Continue")
    assert "/my-staff-passports/" in journey.page.url
