"""A sign-up that is left open in a browser that others use too, such as a ward's computer, or left for good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from staffpassport.invitations.forgetting import FORGETTING
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.signup.models import Application
from tests import making
from tests.signup.person import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def test_after_an_hour_without_use_nothing_of_the_record_is_shown_before_another_code(
    trust: Organisation, clock: time_machine.Traveller
) -> None:
    person = Person(making.passport(trust, first_name="Nkechi"))
    person.until_proved()
    for _ in range(3):
        clock.shift(timedelta(minutes=50))
        assert "Nkechi" in person.get("/sign-up/details").content.decode(), "it is in use"
    person.give_details()
    person.give_numbers()
    person.choose_password()
    clock.shift(timedelta(minutes=61))
    for page in ("details", "numbers", "account", "check"):
        answer = person.get(f"/sign-up/{page}")
        assert answer.redirect_chain[-1][0] == "/sign-up/code", page
        assert "Nkechi" not in answer.content.decode()
    person.give_code()
    person.choose_password()
    person.send()
    person.passport.refresh_from_db()
    assert person.passport.holder_id, "and it goes on where it stopped"


def test_proofs_that_were_left_alone_count_for_no_other_invitation(
    trust: Organisation, other_trust: Organisation, clock: time_machine.Traveller
) -> None:
    passport = making.passport(trust)
    person = Person(passport)
    person.sign_up()
    person.passport = making.passport(other_trust, email=passport.email, phone=passport.phone)
    clock.shift(timedelta(minutes=61))
    person.start()
    person.answer_questions()
    assert person.step() == "/sign-up/code"


def test_what_somebody_began_and_never_sent_goes_with_the_record_of_whoever_never_answered(
    trust: Organisation, clock: time_machine.Traveller
) -> None:
    Organisation.objects.filter(pk=trust.pk).update(delete_unanswered_days=30)
    person = Person(making.passport(trust))
    person.until_check()
    clock.shift(timedelta(days=trust.invitation_days + 29))
    assert not FORGETTING.run()
    assert Application.everywhere.exists()
    clock.shift(timedelta(days=1, minutes=1))
    FORGETTING.run()
    assert not Application.everywhere.exists()
    assert not StaffPassport.everywhere.exists()
