"""Invitations of several trusts: seen after e-mail and phone are proved, and never before."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from staffpassport.accounts.models import User
from staffpassport.audit.models import Event
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from tests import making
from tests.reading import text
from tests.signup.person import Person, invitation_of

pytestmark = pytest.mark.django_db

SAME = {"email": "grace@example.com", "phone": "+447946000999", "last_name": "Okafor"}


@pytest.fixture
def here(trust: Organisation) -> StaffPassport:
    return making.passport(trust, **SAME)


@pytest.fixture
def there(other_trust: Organisation) -> StaffPassport:
    return making.passport(other_trust, **{**SAME, "email": "Grace@Example.com"})


def test_they_are_shown_after_the_proof_and_never_before(here: StaffPassport, there: StaffPassport) -> None:
    person = Person(here)
    before = [person.start(), person.answer_questions(), person.get("/sign-up/invitations")]
    assert all(there.organisation.name not in text(page) for page in before)
    page = text(person.give_code())
    assert "You have invitations from several trusts" in page
    assert there.organisation.name in page


@pytest.mark.parametrize("differs", [{"phone": "+447946000111"}, {"email": "other@example.com"}])
def test_both_addresses_have_to_be_the_same(
    here: StaffPassport, other_trust: Organisation, differs: dict[str, str]
) -> None:
    making.passport(other_trust, **{**SAME, **differs})
    assert "Your details" in text(Person(here).until_proved())


def test_one_after_the_other_ends_with_one_account(here: StaffPassport, there: StaffPassport) -> None:
    person = Person(here)
    person.until_proved()
    events = Event.objects.filter(subject=str(there.pk)).count()
    assert "Your details" in text(person.post("/sign-up/invitations"))
    person.give_details()
    person.give_numbers()
    person.choose_password()
    sent = text(person.send())
    assert "Details received" in sent
    assert f"Your invitation from {there.organisation.name}" in sent
    # No trust learns of another: of the second nothing has happened yet.
    assert Event.objects.filter(subject=str(there.pk)).count() == events
    assert invitation_of(there).started_at is None

    next_one = person.post("/sign-up/done", invitation=str(invitation_of(there).pk))
    assert "Do you already have" in text(next_one)
    person.passport = there
    assert person.step() == "/sign-up/another"
    codes = Message.everywhere.filter(purpose="security-code").count()
    assert "Your details" in text(person.answer_questions())
    assert Message.everywhere.filter(purpose="security-code").count() == codes
    person.give_details()
    assert "With the account that you have" in text(person.give_numbers())
    assert "Details received" in text(person.send())
    account = User.objects.get(email="grace@example.com")
    held = StaffPassport.everywhere.filter(holder=account)
    assert set(held.values_list("pk", "status")) == {
        (here.pk, Status.APPOINTMENT_NEEDED),
        (there.pk, Status.APPOINTMENT_NEEDED),
    }


def test_another_one_can_be_answered_first(here: StaffPassport, there: StaffPassport) -> None:
    person = Person(here)
    person.until_proved()
    answer = person.post("/sign-up/invitations", invitation=str(invitation_of(there).pk))
    assert "Do you already have" in text(answer)
    person.answer_questions()
    person.give_details()
    person.give_numbers()
    person.choose_password()
    assert there.organisation.name in text(person.send())
    there.refresh_from_db()
    here.refresh_from_db()
    assert (there.status, here.status) == (Status.APPOINTMENT_NEEDED, Status.INVITATION_SENT)


def test_somebody_elses_invitation_cannot_be_taken_up(
    here: StaffPassport, there: StaffPassport, other_trust: Organisation
) -> None:
    stranger = making.passport(other_trust)
    person = Person(here)
    person.until_proved()
    answer = person.post("/sign-up/invitations", invitation=str(invitation_of(stranger).pk))
    assert "Your details" in text(answer)
    assert here.organisation.name in text(answer)


def test_after_twenty_minutes_the_page_of_what_was_sent_shows_no_other_invitation(
    here: StaffPassport, there: StaffPassport
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        person = Person(here)
        person.until_proved()
        person.post("/sign-up/invitations")
        person.give_details()
        person.give_numbers()
        person.choose_password()
        assert there.organisation.name in text(person.send())
        clock.shift(timedelta(minutes=20, seconds=1))
        page = text(person.get("/sign-up/done"))
        assert "Details received" in page
        assert there.organisation.name not in page
        answer = person.post("/sign-up/done", invitation=str(invitation_of(there).pk))
        assert "Details received" in text(answer)


def test_another_device_is_logged_in_before_the_second_passport_is_added(
    here: StaffPassport, there: StaffPassport
) -> None:
    first = Person(here)
    first.until_proved()
    first.post("/sign-up/invitations")
    first.give_details()
    first.give_numbers()
    first.choose_password()
    first.send()
    second = Person(there, Channel.TEXT)
    second.until_proved()
    second.give_details()
    assert "You have an account already" in text(second.give_numbers())
    assert second.browser.post("/sign-up/check", {"seen": ""})["Location"] == "/sign-up/account"
