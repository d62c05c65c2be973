"""A passkey in place of a password: made before the account is there, and kept with it."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator

from staffpassport.accounts.models import User
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from tests import making
from tests.accounts.security_key import SecurityKey
from tests.reading import text
from tests.signup.person import PASSWORD, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace(trust: Organisation) -> StaffPassport:
    return making.passport(trust, last_name="Okafor")


@pytest.fixture
def person(grace: StaffPassport) -> Person:
    person = Person(grace)
    person.until_proved()
    person.give_details()
    person.give_numbers()
    return person


def make_passkey(person: Person) -> str:
    answer = person.browser.post("/sign-up/account/passkey")
    page = person.post("/sign-up/account", passkey=SecurityKey().make(answer.json()))
    return text(page)


def test_the_passkey_is_kept_with_the_new_account(person: Person, grace: StaffPassport) -> None:
    assert "With a passkey" in make_passkey(person)
    assert Authenticator.objects.count() == 0
    assert "Details received" in text(person.send())
    account = User.objects.get(email=grace.email_key)
    assert Authenticator.objects.get(user=account).type == Authenticator.Type.WEBAUTHN
    assert not account.has_usable_password()


def test_what_was_chosen_last_counts(person: Person, grace: StaffPassport) -> None:
    make_passkey(person)
    assert "With the password that you chose" in text(person.choose_password())
    person.send()
    assert User.objects.get(email=grace.email_key).check_password(PASSWORD)
    assert Authenticator.objects.count() == 0


def test_one_that_was_not_made_says_so_and_a_password_still_will_do(person: Person) -> None:
    person.browser.post("/sign-up/account/passkey")
    page = text(person.post("/sign-up/account", passkey='{"problem": "NotAllowedError"}'))
    assert "The passkey was not made" in page
    assert "Confirm your details" in text(person.choose_password())


def test_instructions_are_for_those_who_are_that_far(grace: StaffPassport, person: Person) -> None:
    assert person.browser.get("/sign-up/account/passkey").status_code == 404
    assert Person(grace).browser.post("/sign-up/account/passkey")["Location"] == "/invitation"
