"""An installation that sends no texts: a code to the e-mail address proves it, and the phone stays unproved."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.signup.models import Application
from tests import making
from tests.checking import CheckingClient
from tests.messaging.mailing import FROM
from tests.reading import text
from tests.signup.person import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace(trust: Organisation, settings: Settings) -> StaffPassport:
    settings.MESSAGE_PROVIDER = "smtp"
    settings.SMTP_FROM = FROM
    return making.passport(trust, email="grace@example.com", last_name="Okafor")


def test_the_link_alone_is_not_enough(grace: StaffPassport, portal: CheckingClient) -> None:
    person = Person(grace)
    person.start()
    assert "email to the address that begins with “g”" in text(person.answer_questions())
    assert "Your details" in text(person.give_code())
    application = Application.everywhere.get()
    assert (application.email_proved, application.phone_proved) == ("grace@example.com", None)
    assert not Message.everywhere.filter(channel=Channel.TEXT).exists()
    assert "Telephone number proved Not proved" in text(portal.get(f"/people/{grace.pk}"))
    person.give_details()
    person.give_numbers()
    person.choose_password()
    assert "Details received" in text(person.send())


def test_other_trusts_are_not_shown_as_the_phone_is_not_proved(
    grace: StaffPassport, other_trust: Organisation
) -> None:
    making.passport(other_trust, email=grace.email, phone=grace.phone)
    assert "Your details" in text(Person(grace).until_proved())


def test_a_number_that_cannot_be_proved_is_for_hr_to_correct(grace: StaffPassport) -> None:
    person = Person(grace)
    person.start()
    page = person.answer_questions()
    assert "/sign-up/correct" not in page.content.decode()
    person.give_code()
    details = person.get("/sign-up/details").content.decode()
    assert "/sign-up/correct/email" in details
    assert "/sign-up/correct/text" not in details
    assert person.browser.get("/sign-up/correct/text").status_code == 404
