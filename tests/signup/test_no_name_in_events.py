"""Whatever staff members do with their own account, no event holds their name: events outlive the account."""

from __future__ import annotations

import pytest

from staffpassport.accounts.links import PRINTED_LIVES, password_link
from staffpassport.accounts.models import Membership, User
from staffpassport.accounts.network import A_STAFF_MEMBER
from staffpassport.audit.models import Event, Kind
from staffpassport.codes.models import SecurityCode
from staffpassport.organisations.models import Organisation
from tests import making
from tests.accounts.signing_in import code_of, give_password, key_on
from tests.checking import CheckingClient
from tests.signup.person import PASSWORD, Person, newest_code

pytestmark = pytest.mark.django_db

BY_CODE, FRESH = "/log-in/by-code", "/confirm-it-is-you/by-code"
NEW_PASSWORD = "four other words of a nurse"


def test_a_staff_members_name_is_in_no_event(trust: Organisation) -> None:
    passport = making.passport(trust, first_name="Nkechi", last_name="Brathwaite")
    person = Person(passport)
    person.until_proved()
    person.give_details(first_name="Nkechi", last_name="Brathwaite")
    person.give_numbers()
    person.choose_password()
    person.send()
    user = User.objects.get(email=passport.email_key)

    browser = CheckingClient()
    give_password(browser, user.email, PASSWORD)
    browser.post(BY_CODE, {"code": newest_code()})
    SecurityCode.objects.all().delete()  # the pause before the next one is over
    add_app = "/your-account/app"
    fresh = browser.get(add_app)["Location"]
    browser.post(fresh.replace(FRESH, "/confirm-it-is-you/send-code"))
    browser.post(fresh, {"code": newest_code()})
    browser.post(add_app, {"code": code_of(key_on(browser.get(add_app)))})
    browser.post("/log-in/recovery-codes")
    browser.post("/your-account/password", {"current": PASSWORD, "password": NEW_PASSWORD})
    browser.get("/people")
    browser.post("/log-out")
    link = password_link(User.objects.get(pk=user.pk), lives=PRINTED_LIVES)
    browser.post("/" + link.split("/", 3)[3], {"password": PASSWORD})

    done = Event.objects.filter(actor=f"user:{user.pk}")
    assert {
        Kind.LOGGED_IN,
        Kind.CODE_GIVEN,
        Kind.FACTOR_ADDED,
        Kind.RECOVERY_CODES_KEPT,
        Kind.PASSWORD_CHANGED,
        Kind.ACCESS_REFUSED,
        Kind.LOGGED_OUT,
        Kind.PASSWORD_SET,
    } <= set(done.values_list("kind", flat=True))
    assert set(done.values_list("actor_name", flat=True)) == {A_STAFF_MEMBER}
    for event in Event.objects.values_list():
        assert "nkechi" not in str(event).lower()
        assert "brathwaite" not in str(event).lower()


def test_a_trusts_events_name_its_portal_users_as_the_trust_does(
    hr: Membership, other_trust: Organisation
) -> None:
    """What another trust, or the person's own passport, calls them is none of its business."""
    User.objects.filter(pk=hr.user_id).update(name="Known elsewhere")
    browser = CheckingClient()
    give_password(browser, hr.user.email)
    browser.post("/log-in/set-up", {"code": code_of(key_on(browser.get("/log-in/set-up")))})
    entered = Event.objects.get(kind=Kind.TRUST_ENTERED)
    assert (entered.organisation_id, entered.actor_name) == (hr.organisation_id, hr.name)
