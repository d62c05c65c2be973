"""What can be done with a link besides signing up: asking for a new invitation, and saying "This is not me"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from staffpassport.audit.models import Event, Kind
from staffpassport.invitations.deleting import delete
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.resending import resend
from staffpassport.invitations.withdrawing import withdraw
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.signup.asking_again import answer_some, forget
from staffpassport.signup.models import NewInvitationRequest
from tests import making
from tests.checking import CheckingClient
from tests.reading import error_sentences, text
from tests.signup.person import Person, invitation_of
from tests.signup.statements import statements

pytestmark = pytest.mark.django_db

# A working day, by day.
START = timezone.now().replace(year=2026, month=11, day=24, hour=11)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def grace(trust: Organisation) -> StaffPassport:
    return making.passport(trust, first_name="Grace")


def expired(passport: StaffPassport) -> Person:
    """Somebody whose link is too old."""
    sent = invitation_of(passport)
    before = timezone.now() - timedelta(seconds=1)
    Invitation.everywhere.filter(pk=sent.pk).update(created_at=before, expires_at=timezone.now())
    person = Person(passport)
    person.open()
    return person


def ask(person: Person) -> Any:
    return person.post("/invitation/new", send="yes")


def test_a_new_invitation_goes_to_the_addresses_on_record(
    grace: StaffPassport, portal: CheckingClient
) -> None:
    person = expired(grace)
    old = invitation_of(grace)
    assert "Send me a new invitation" in text(person.open())
    assert "a new invitation is on its way" in text(ask(person))
    assert invitation_of(grace) == old
    answer_some()
    new = invitation_of(grace)
    assert new.sequence == 2
    messages = Message.everywhere.filter(about=str(new.pk))
    assert set(messages.values_list("recipient", flat=True)) == {grace.email, grace.phone}
    assert "Asked for a new invitation" in text(portal.get(f"/people/{grace.pk}"))


def test_three_a_day_and_a_second_click_is_no_second_invitation(
    grace: StaffPassport, clock: time_machine.Traveller
) -> None:
    person = expired(grace)
    ask(person)
    ask(person)
    answer_some()
    assert invitation_of(grace).sequence == 2
    for _ in range(5):
        clock.shift(timedelta(minutes=1))
        assert "a new invitation is on its way" in text(ask(person))
        answer_some()
    assert NewInvitationRequest.everywhere.count() == 3
    assert invitation_of(grace).sequence == 3
    clock.shift(timedelta(days=1, minutes=1))
    ask(expired(grace))
    answer_some()
    assert invitation_of(grace).sequence == 4


def gone(trust: Organisation, grace: StaffPassport) -> None:
    delete(organisation=trust, passports=[grace.pk], by=making.BY)


def withdrawn(trust: Organisation, grace: StaffPassport) -> None:
    withdraw(organisation=trust, passports=[grace.pk], by=making.BY)


def answered(trust: Organisation, grace: StaffPassport) -> None:
    StaffPassport.objects.of(trust).filter(pk=grace.pk).update(status=Status.ACTIVE)


def at_a_stranger(trust: Organisation, grace: StaffPassport) -> None:
    newest = invitation_of(grace)
    Invitation.everywhere.filter(pk=newest.pk).update(not_me_at=timezone.now(), not_me_by="email")


def waiting_as_ever(trust: Organisation, grace: StaffPassport) -> None:
    pass


@pytest.mark.parametrize("becomes", [gone, withdrawn, answered, at_a_stranger, waiting_as_ever])
def test_the_answer_and_its_queries_are_the_same_for_everybody(
    trust: Organisation,
    grace: StaffPassport,
    becomes: Callable[[Organisation, StaffPassport], None],
    clock: time_machine.Traveller,
) -> None:
    ada = making.passport(trust)
    people = [Person(grace), Person(ada)]
    for person in people:
        person.open()
    clock.shift(timedelta(seconds=1))
    resend(organisation=trust, passports=[grace.pk, ada.pk], by=making.BY)
    becomes(trust, grace)
    newest, messages = invitation_of(grace).pk, Message.everywhere.count()
    clock.shift(timedelta(seconds=1))
    said, answers = [], []
    for person in people:
        with statements() as made:
            answers.append(text(ask(person)))
        said.append(made)
    assert said[0] == said[1]
    assert answers[0] == answers[1]
    assert "If Fairdale Teaching Hospitals still waits for your answer" in answers[0]
    assert Message.everywhere.count() == messages
    answer_some()
    assert (invitation_of(grace).pk != newest) is (becomes is waiting_as_ever)


def test_an_open_or_used_invitation_is_not_sent_again(grace: StaffPassport) -> None:
    person = Person(grace)
    person.open()
    assert person.browser.post("/invitation/new", {"send": "yes"})["Location"] == "/invitation"
    assert NewInvitationRequest.everywhere.count() == 0


def test_requests_are_forgotten(grace: StaffPassport, clock: time_machine.Traveller) -> None:
    ask(expired(grace))
    clock.shift(timedelta(days=2, seconds=1))
    forget()
    assert NewInvitationRequest.everywhere.count() == 0


@pytest.mark.parametrize("by", Channel)
def test_this_is_not_me_tells_hr_until_it_is_put_right(
    grace: StaffPassport, portal: CheckingClient, by: Channel
) -> None:
    person = Person(grace, by)
    person.open()
    assert error_sentences(person.post("/invitation/not-me")) == [
        "Select yes if this invitation is not meant for you"
    ]
    page = text(person.post("/invitation/not-me", not_me="yes"))
    assert "You have told Fairdale Teaching Hospitals" in page
    for personal in ("Grace", "Okafor", grace.email, grace.phone[-8:]):
        assert personal not in page
    assert "1 contact detail to check" in text(portal.get("/"))
    what = "email" if by is Channel.EMAIL else "text message"
    assert f"Whoever got the {what} said on" in text(portal.get("/people/contact-details"))
    record = text(portal.get(f"/people/{grace.pk}"))
    assert f"Whoever got the {what} of the invitation said on 24/11/2026" in record
    assert "Said that the invitation is not for them: by the link" in record
    resend(organisation=grace.organisation, passports=[grace.pk], by=making.BY)
    assert "contact detail to check" not in text(portal.get("/"))


def test_the_right_person_can_still_start_after_a_stranger_said_no(grace: StaffPassport) -> None:
    stranger = Person(grace, Channel.TEXT)
    stranger.open()
    stranger.post("/invitation/not-me", not_me="yes")
    stranger.post("/invitation/not-me", not_me="yes")
    assert Event.objects.filter(kind=Kind.NOT_ME).count() == 1
    assert "This is not me" in text(Person(grace).open())
    assert "Do you already have" in text(Person(grace).start())


@pytest.mark.parametrize("path", ["/invitation/new", "/invitation/asked", "/invitation/not-me"])
def test_without_a_link_there_is_nothing(visitor: CheckingClient, path: str) -> None:
    assert visitor.get(path).status_code == 404
