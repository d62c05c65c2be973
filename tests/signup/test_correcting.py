"""A wrong e-mail address or number: corrected and proved by the person, confirmed or refused by HR."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from staffpassport.accounts.models import User
from staffpassport.invitations.deleting import delete
from staffpassport.messaging.models import Message, PracticeMessage
from staffpassport.messaging.states import Channel
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import ProfileChange, StaffPassport
from staffpassport.portal.held import everything_about
from staffpassport.signup.models import Application, ContactCorrection
from tests import making
from tests.checking import CheckingClient
from tests.messaging.outbox import deliver_now
from tests.reading import error_sentences, text
from tests.signup.person import Person, invitation_of, newest_code
from tests.signup.statements import statements

pytestmark = pytest.mark.django_db

NEW = "07946 123456"
STORED = "+447946123456"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


@pytest.fixture
def grace(trust: Organisation) -> StaffPassport:
    return making.passport(trust, first_name="Grace", last_name="Okafor")


def correct(person: Person, channel: Channel, value: str) -> Any:
    person.post(f"/sign-up/correct/{channel.value}", value=value)
    return person.post(f"/sign-up/correct/{channel.value}/code", code=newest_code())


def waiting(grace: StaffPassport, value: str = NEW) -> Person:
    """Somebody whose phone on the record is wrong, and who has given the right one."""
    person = Person(grace)
    person.start()
    person.answer_questions()
    assert "The HR team checks your contact details" in text(correct(person, Channel.TEXT, value))
    return person


def decide(portal: CheckingClient, decision: str) -> Any:
    correction = ContactCorrection.everywhere.get(decided_at=None)
    return portal.post(f"/people/contact-details/{correction.pk}", {"decision": decision}, follow=True)


def test_a_corrected_number_waits_and_shows_nothing_of_the_record(grace: StaffPassport) -> None:
    person = waiting(grace)
    page = text(person.get("/sign-up/code"))
    assert "We tell you by email as soon as it is decided" in page
    for name in ("waiting", "details", "numbers", "account", "check", "code"):
        shown = person.get(f"/sign-up/{name}").content.decode()
        for personal in ("Grace", "Okafor", grace.email, grace.phone[-8:]):
            assert personal not in shown
    assert (Application.everywhere.count(), User.objects.filter(email=grace.email_key).count()) == (0, 0)
    grace.refresh_from_db()
    assert grace.phone != STORED


def test_hr_sees_old_and_new_and_confirms(
    grace: StaffPassport, portal: CheckingClient, clock: time_machine.Traveller
) -> None:
    person = waiting(grace)
    assert "1 contact detail to check" in text(portal.get("/"))
    assert "Grace Okafor" in text(portal.get("/people/contact-details"))
    record = text(portal.get(f"/people/{grace.pk}"))
    assert f"Given by the staff member: {NEW}" in record
    assert "Contact detail corrected by the staff member: telephone number" in record
    clock.shift(timedelta(seconds=5))
    answer = text(decide(portal, "confirm"))
    assert "You have confirmed the contact detail" in answer
    assert "Corrected contact detail confirmed: telephone number" in answer
    grace.refresh_from_db()
    assert (grace.phone, grace.phone_since) == (STORED, timezone.now())
    assert "7946123456" in grace.search_key
    assert ProfileChange.everywhere.get().by_name == "Alex Morgan"
    assert "contact detail to check" not in text(portal.get("/"))

    deliver_now()
    told = PracticeMessage.everywhere.filter(subject__startswith="Go on with").get()
    assert told.recipient == grace.email
    assert "has confirmed the telephone number" in told.body
    # The same browser has proved the new number; whoever comes from elsewhere proves it by a code.
    assert "Your contact details are confirmed" in text(person.get("/sign-up/code"))
    assert "Your details" in text(person.post("/sign-up/code"))
    elsewhere = Person(grace)
    assert elsewhere.step() == "/sign-up/code"
    clock.shift(timedelta(seconds=31))
    assert "Your details" in text(elsewhere.give_code())
    assert Message.everywhere.filter(recipient=STORED).exists()


def test_hr_refuses_and_the_person_goes_on_with_what_stands_there(
    grace: StaffPassport, portal: CheckingClient, clock: time_machine.Traveller
) -> None:
    person = waiting(grace)
    assert "You have refused the contact detail" in text(decide(portal, "refuse"))
    grace.refresh_from_db()
    assert grace.phone != STORED
    deliver_now()
    told = PracticeMessage.everywhere.filter(subject__startswith="Go on with").get()
    assert "has not confirmed the telephone number" in told.body
    assert f"ends in {grace.phone[-3:]}" in text(person.get("/sign-up/code"))
    clock.shift(timedelta(seconds=31))
    assert "Your details" in text(person.give_code())


def test_a_wrong_email_is_corrected_by_whoever_got_the_text(
    grace: StaffPassport, portal: CheckingClient
) -> None:
    person = Person(grace, Channel.TEXT)
    person.start()
    person.answer_questions()
    assert "by a text message" in text(correct(person, Channel.EMAIL, "Right@Example.com"))
    decide(portal, "confirm")
    grace.refresh_from_db()
    assert (grace.email, grace.email_key) == ("Right@example.com", "right@example.com")
    deliver_now()
    told = PracticeMessage.everywhere.get(body__startswith="Your email address is confirmed")
    assert told.recipient == grace.phone
    assert len(told.body) <= 160
    assert "Your details" in text(person.post("/sign-up/code"))


def test_a_collision_gets_the_same_answer_and_shows_to_hr_as_a_possible_duplicate(
    grace: StaffPassport, trust: Organisation, portal: CheckingClient
) -> None:
    ada = making.passport(trust, first_name="Ada", last_name="Adeyemi", phone=STORED)
    free = making.passport(trust)
    answers, made, sent = [], [], []
    for person, number in ((free, "07946 654321"), (grace, NEW)):
        before = Message.everywhere.count()
        with statements() as of_this_person:
            answers.append(text(waiting(person, number).get("/sign-up/waiting")))
        made.append(of_this_person)
        sent.append(Message.everywhere.count() - before)
    assert answers[0] == answers[1]
    assert made[0] == made[1]
    assert sent[0] == sent[1]
    ContactCorrection.everywhere.filter(passport=free).delete()
    correction = ContactCorrection.everywhere.get()
    for path in (
        "/people/contact-details",
        f"/people/{grace.pk}",
        f"/people/contact-details/{correction.pk}",
    ):
        assert "Possible duplicate" in text(portal.get(path)), path
    assert f'href="/people/{ada.pk}"' in portal.get(f"/people/{grace.pk}").content.decode()
    assert error_sentences(decide(portal, "confirm")) == [
        "You cannot confirm this contact detail while it is on another record. "
        "Delete one of the two records, or refuse it"
    ]
    correction.refresh_from_db()
    assert correction.decided_at is None
    assert "You have refused" in text(decide(portal, "refuse"))


def test_typing_what_stands_there_already_is_a_proof_of_it(grace: StaffPassport) -> None:
    person = Person(grace)
    person.start()
    person.answer_questions()
    assert "Your details" in text(correct(person, Channel.TEXT, grace.phone))
    assert ContactCorrection.everywhere.count() == 0


def test_a_correction_from_the_details_stops_everything_until_it_is_taken_back(
    grace: StaffPassport, portal: CheckingClient
) -> None:
    person = Person(grace)
    person.until_check()
    correct(person, Channel.EMAIL, "another@example.com")
    for name in ("details", "check"):
        assert "The HR team checks" in text(person.get(f"/sign-up/{name}"))
    person.post("/sign-up/check", seen="")
    assert not User.objects.filter(email=grace.email_key).exists()
    assert "Confirm your details" in text(person.post("/sign-up/waiting"))
    assert "contact detail to check" not in text(portal.get("/"))
    assert "Details received" in text(person.send())


def test_the_channel_of_the_link_cannot_be_corrected_by_the_link_alone(grace: StaffPassport) -> None:
    person = Person(grace)
    person.start()
    person.answer_questions()
    assert person.browser.get("/sign-up/correct/email").status_code == 404
    assert person.browser.post("/sign-up/correct/email", {"value": "me@example.com"}).status_code == 404
    assert person.browser.get("/sign-up/correct/fax").status_code == 404


def test_another_session_neither_sees_nor_takes_back_what_waits(grace: StaffPassport) -> None:
    waiting(grace)
    other = Person(grace)
    other.start()
    other.answer_questions()
    page = text(other.get("/sign-up/waiting"))
    assert "Take it back" not in page
    assert NEW not in page
    other.post("/sign-up/waiting")
    assert ContactCorrection.everywhere.filter(decided_at=None).count() == 1


def test_a_second_correction_takes_the_place_of_the_first(
    grace: StaffPassport, clock: time_machine.Traveller
) -> None:
    person = waiting(grace)
    clock.shift(timedelta(seconds=31))
    correct(person, Channel.TEXT, "07946 999999")
    assert ContactCorrection.everywhere.get(decided_at=None).value == "+447946999999"


def test_a_colleagues_answer_stands(grace: StaffPassport, portal: CheckingClient) -> None:
    waiting(grace)
    correction = ContactCorrection.everywhere.get()
    decide(portal, "refuse")
    answer = portal.post(f"/people/contact-details/{correction.pk}", {"decision": "confirm"}, follow=True)
    assert "decided on already" in text(answer)
    grace.refresh_from_db()
    assert grace.phone != STORED


def test_whoever_only_reads_sees_it_and_cannot_answer(grace: StaffPassport, trust: Organisation) -> None:
    waiting(grace)
    reader = making.logged_in(making.member(trust, Role.READ_ONLY))
    record = text(reader.get(f"/people/{grace.pk}"))
    assert "Contact details to check" in record
    assert "Check the telephone number" not in record
    assert reader.get("/people/contact-details").status_code == 403


def test_a_correction_is_erased_with_the_passport(grace: StaffPassport, trust: Organisation) -> None:
    waiting(grace)
    delete(organisation=trust, passports=[grace.pk], by=making.BY)
    assert ContactCorrection.everywhere.count() == 0


def test_an_invitation_that_ended_takes_no_correction(grace: StaffPassport) -> None:
    person = Person(grace)
    person.start()
    person.answer_questions()
    person.post("/sign-up/correct/text", value=NEW)
    sent = invitation_of(grace)
    type(sent).everywhere.filter(pk=sent.pk).update(expires_at=timezone.now())
    answer = person.post("/sign-up/correct/text/code", code=newest_code())
    assert "This invitation ended on" in text(answer)
    assert ContactCorrection.everywhere.count() == 0


def test_all_that_is_held_of_the_sign_up_can_be_handed_over(grace: StaffPassport) -> None:
    person = Person(grace)
    person.until_proved()
    person.give_details(preferred_name="Gracie")
    correct(person, Channel.EMAIL, "another@example.com")
    held = {(part, what): value for part, what, value, _, _ in everything_about(grace)}
    assert held["Sign-up", "Email address given"] == "another@example.com"
    assert held["Sign-up", "Answered and not sent: Preferred name"] == "Gracie"
    assert held["Sign-up", "Accepted: terms-of-use"]
