"""Whatever a staff member reads goes through gettext: Welsh needs a catalogue, and no change of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import trans_real

from staffpassport.accounts import links
from staffpassport.accounts.models import User
from staffpassport.audit.record import Actor
from staffpassport.identity.answering import decline_access, reconsider
from staffpassport.identity.models import Reason
from staffpassport.invitations import purposes
from staffpassport.invitations.composing import preview
from staffpassport.invitations.correcting import correct
from staffpassport.invitations.deleting import delete
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.models import Message, PracticeMessage
from staffpassport.messaging.states import Channel, State
from staffpassport.organisations.models import Organisation
from staffpassport.passports.editing import profile_of, version_of, with_address
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.roster.cohort import EmploymentStatus, EmploymentType
from staffpassport.signup.correcting import confirm, refuse
from staffpassport.signup.models import ContactCorrection
from tests import making
from tests.identity.answering import confirmed
from tests.messaging.outbox import deliver_now
from tests.signup.holders import owned
from tests.signup.person import PASSWORD, Person, invitation_of, newest_code
from tests.translated import Marked, ReadingClient, unmarked

pytestmark = pytest.mark.django_db

BY = Actor.person(UUID(int=7), "Alex Morgan", "192.0.2.1")
_ADDRESS = re.compile(r"https?://[^\s⟦⟧]+|@localhost #\d+|•+")

# Names, addresses and numbers, which are the same in every language.
VALUES = (
    "Digital Staff Passport",
    "Fairdale Teaching Hospitals",
    "Northmoor Community Health",
    "NHS Foundation Trust",
    "hr@rz1.example.com",
    "hr@rz2.example.com",
    "grace.new@example.com",
    "grace@example.com",
    "Grace",
    "Okafor",
    "Sam Reed",
    "The practice team",
    "portal-team@example.com",
    "http://localhost:8000",
    "A browser on an unknown system",  # kept in these words since it logged in
    # of cookies
    "session",
    "csrf",
    "known",
    "__Host-",
)


@pytest.fixture(autouse=True)
def _marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trans_real, "_default", Marked())
    active = trans_real._active  # type: ignore[attr-defined]
    monkeypatch.setattr(active, "value", Marked(), raising=False)


@pytest.fixture
def reader() -> Iterator[ReadingClient]:
    """Reads every page of a test, which then fails with the address of each page and its words."""
    reader = ReadingClient(VALUES)
    yield reader
    assert reader.pages
    assert not reader.missing, "\n".join(f"{page}: {words}" for page, words in sorted(reader.missing))


@pytest.fixture
def grace(trust: Organisation) -> StaffPassport:
    return making.passport(trust, email="grace@example.com", phone="+447946000777")


@pytest.fixture
def person(grace: StaffPassport, reader: ReadingClient) -> Person:
    person = Person(grace)
    person.browser = reader  # type: ignore[assignment]
    return person


def wrong_code() -> str:
    return f"{(int(newest_code()) + 1) % 10**6:06}"


def test_an_invitation_however_it_stands(person: Person) -> None:
    person.open()
    person.get("/invitation/not-me")
    person.post("/invitation/not-me")
    person.post("/invitation/not-me", not_me="yes")
    person.open()
    person.get("/invitation/new")
    person.post("/invitation/new")
    person.get("/i/AAAAAAAAAAAAAAAAAAAAAAAAAA")
    sent = invitation_of(person.passport)
    for reason in ("replaced", "withdrawn"):
        Invitation.everywhere.filter(pk=sent.pk).update(ended_at=timezone.now(), ended_reason=reason)
        person.open()
    Invitation.everywhere.filter(pk=sent.pk).update(
        ended_at=None, ended_reason=None, expires_at=timezone.now()
    )
    person.open()
    person.post("/invitation/new", send="yes")


def test_signing_up_with_every_mistake(person: Person) -> None:
    person.start()
    person.post("/sign-up/another")
    person.post("/sign-up/another", another="perhaps")
    person.post("/sign-up/another", another="no")
    person.post("/sign-up/notices")
    person.post("/sign-up/identity")
    person.post("/sign-up/identity", route="appointment")
    person.post("/sign-up/code", do="send")
    person.post("/sign-up/code", do="send")  # too soon
    person.post("/sign-up/code")
    person.post("/sign-up/code", code="12345")
    for _ in range(6):
        person.post("/sign-up/code", code=wrong_code())
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        person.give_code()
    for first, last, preferred in (
        ("", "", "G2"),
        ("Gr%ce", "...", "grace@example.com"),
        ("G" * 101, "GrÃ¤ce", "Grace"),
    ):
        person.give_details(first_name=first, last_name=last, preferred_name=preferred)
    for parts in (("", "", ""), ("", "3", ""), ("31", "2", "1984"), ("1", "1", "84"), ("1", "1", "2999")):
        day, month, year = parts
        person.give_details(
            **{"date_of_birth-day": day, "date_of_birth-month": month, "date_of_birth-year": year}
        )
    person.give_details(preferred_name="Grace")
    person.give_numbers(knows_esr="", knows_oriel="")
    person.give_numbers(knows_esr="yes", knows_oriel="yes")
    person.give_numbers(knows_esr="yes", esr_assignment_number="1", knows_oriel="yes", oriel_pin="%")
    person.give_numbers()
    for password in ("", "short", "a" * 129, "qwerty123456", "grace.okafor@example.com", "nhs trust 2026"):
        person.choose_password(password)
    person.post("/sign-up/account", passkey="{}")
    person.choose_password()
    person.post("/sign-up/check", seen="")
    person.send()
    person.open()


def test_correcting_a_contact_detail(person: Person) -> None:
    person.start()
    person.answer_questions(route="app")
    for typed in ("", "0113 496 0100", "0794", "+353", "letters"):
        person.post("/sign-up/correct/text", value=typed)
    person.post("/sign-up/correct/text", value="07946 000888")
    person.post("/sign-up/correct/text/code", code="12345")
    person.post("/sign-up/correct/text/code", code=wrong_code())
    person.post("/sign-up/correct/text/code", code=newest_code())
    person.get("/sign-up/waiting")
    person.post("/sign-up/waiting")


def test_answering_one_of_several_trusts(person: Person, other_trust: Organisation) -> None:
    making.passport(other_trust, email=person.passport.email, phone=person.passport.phone)
    person.until_proved()


def test_an_account_that_is_there_already(person: Person) -> None:
    User.objects.create_user(email=person.passport.email_key, name="Grace Okafor")
    person.until_proved()
    person.give_details()
    person.give_numbers()


@pytest.fixture
def holder(trust: Organisation) -> StaffPassport:
    """Has signed up, and logs in by a password and a code by text."""
    passport = owned(trust, email="grace@example.com", phone="+447946000777")
    assert passport.holder
    passport.holder.set_password(making.PASSWORD)
    passport.holder.save()
    return passport


def log_in(reader: ReadingClient, passport: StaffPassport) -> None:
    reader.post("/log-in", {"login": passport.email, "password": making.PASSWORD}, follow=True)
    reader.post("/log-in/send-code", follow=True)
    page = reader.post("/log-in/by-code", {"code": newest_code()}, follow=True)
    assert page.wsgi_request.path.startswith("/my-staff-passports"), page.wsgi_request.path


def test_logging_in_and_the_own_pages(reader: ReadingClient, holder: StaffPassport) -> None:
    reader.get("/my-staff-passports", follow=True)
    reader.post("/log-in", {})
    for _ in range(6):
        reader.post("/log-in", {"login": "grace@example.com", "password": "wrong"})
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        reader.post("/log-in", {"login": holder.email, "password": making.PASSWORD}, follow=True)
        reader.post("/log-in/by-code", {"code": ""})
        reader.post("/log-in/by-code", {"code": wrong_code()})
        reader.post("/log-in/send-code", follow=True)
        reader.post("/log-in/by-code", {"code": newest_code()}, follow=True)
        own = f"/my-staff-passports/{holder.pk}"
        reader.get(own)
        for channel, new in (("email", "grace.new@example.com"), ("text", "07946 000888")):
            reader.get(f"{own}/{channel}")
            reader.post(f"{own}/{channel}", {"value": ""})
            reader.post(f"{own}/{channel}", {"value": "x"})
            asked = reader.post(f"{own}/{channel}", {"value": new})
            assert not said()
            reader.post(asked["Location"], {"code": ""})
            reader.post(asked["Location"], {"do": "send"}, follow=True)
            reader.post(asked["Location"], {"code": wrong_code()})
            reader.post(asked["Location"], {"code": newest_code()}, follow=True)
        assert not said()
        reader.get("/people")
        reader.get("/no-such-page")
        reader.post("/log-out", follow=True)


def test_the_own_page_in_every_state(
    reader: ReadingClient, holder: StaffPassport, other_trust: Organisation
) -> None:
    log_in(reader, holder)
    own = f"/my-staff-passports/{holder.pk}"
    confirmed(holder)
    reader.get(own)
    for status in Status:
        StaffPassport.everywhere.filter(pk=holder.pk).update(status=status)
        reader.get(own)
    other = owned(other_trust, user=holder.holder, email="grace@example.com")
    decline_access(
        organisation=other_trust,
        passport=other.pk,
        reason=Reason.NOT_CONFIRMED,
        by=BY,
    )
    reader.get("/my-staff-passports")
    reader.get(f"/my-staff-passports/{other.pk}")


def test_how_the_person_logs_in(reader: ReadingClient, holder: StaffPassport) -> None:
    log_in(reader, holder)
    reader.get("/your-account")
    reader.get("/your-account/sessions")
    reader.get("/your-account/app", follow=True)
    reader.post("/confirm-it-is-you/by-code", {"code": "1"})
    with time_machine.travel(timezone.now() + timedelta(seconds=40)):
        reader.get("/your-account/app", follow=True)
        reader.post("/confirm-it-is-you/send-code?next=/your-account", follow=True)
        reader.post("/confirm-it-is-you/by-code?next=/your-account", {"code": newest_code()}, follow=True)
        reader.post("/your-account/app", {"code": "12345"})
        reader.post("/your-account/app", {"code": "123456"})
        reader.get("/your-account/passkey")
        reader.post("/your-account/passkey", {})
        reader.post("/your-account/passkey", {"kind": "passkey", "name": "x" * 200})
        reader.get("/your-account/password")
        reader.post("/your-account/password", {})
        reader.post("/your-account/password", {"current": "wrong", "password": PASSWORD})
        reader.post("/your-account/password", {"current": making.PASSWORD, "password": PASSWORD}, follow=True)


def test_a_forgotten_password(reader: ReadingClient, holder: StaffPassport) -> None:
    reader.get("/log-in/forgotten")
    reader.post("/log-in/forgotten", {})
    reader.post("/log-in/forgotten", {"email": "x"})
    reader.post("/log-in/forgotten", {"email": holder.email}, follow=True)
    reader.get("/choose-password/nothing")
    deliver_now()
    sent = PracticeMessage.everywhere.get(body__contains="/choose-password/")
    link = re.findall(r"/choose-password/([^\s⟦⟧]+)", sent.body)[0]
    reader.get(f"/choose-password/{link}")
    reader.post(f"/choose-password/{link}", {"password": "short"})
    reader.post(f"/choose-password/{link}", {"password": PASSWORD}, follow=True)
    assert not said()


def test_what_hr_has_written_is_confirmed(reader: ReadingClient, holder: StaffPassport) -> None:
    log_in(reader, holder)
    for channel, value in ((Channel.EMAIL, "grace.new@example.com"), (Channel.TEXT, "+447946000888")):
        holder.refresh_from_db()
        correct(
            organisation=holder.organisation,
            passport=holder.pk,
            profile=with_address(profile_of(holder), channel, value),
            seen=version_of(holder),
            by=BY,
        )
    assert not said()
    own = f"/my-staff-passports/{holder.pk}"
    reader.get(own)
    with time_machine.travel(timezone.now() + timedelta(seconds=40)):
        reader.post(f"/confirm-it-is-you/send-code?next={own}", follow=True)
        reader.post(f"/confirm-it-is-you/by-code?next={own}", {"code": newest_code()}, follow=True)
        for page, typed in (("email", "grace.new@example.com"), ("text", "07946 000888")):
            reader.get(f"{own}/{page}")
            asked = reader.post(f"{own}/{page}", {"value": typed})
            reader.post(asked["Location"], {"code": newest_code()}, follow=True)
    assert not said()


def test_a_lost_phone(reader: ReadingClient, holder: StaffPassport) -> None:
    reader.post("/log-in", {"login": holder.email, "password": making.PASSWORD}, follow=True)
    reader.get("/log-in/lost-phone")
    StaffPassport.everywhere.update(phone="+447946000888")
    reader.get("/log-in/lost-phone")
    reader.post("/log-in/lost-phone", follow=True)
    stopped(reader)


def test_one_mailbox_and_no_texts(reader: ReadingClient, holder: StaffPassport) -> None:
    """The number was never proved, as where no texts are sent."""
    assert holder.holder
    User.objects.update(phone=None)
    link = links.password_link(holder.holder, lives=links.PRINTED_LIVES).rpartition("/")[2]
    reader.get(f"/choose-password/{link}")
    reader.post(f"/choose-password/{link}", {"password": PASSWORD}, follow=True)
    reader.post("/log-in", {"login": holder.email, "password": PASSWORD}, follow=True)
    stopped(reader)


def stopped(reader: ReadingClient) -> None:
    assert not said()
    sent = PracticeMessage.everywhere.filter(body__contains="/stop-recovery/", channel=Channel.EMAIL).get()
    stop = re.findall(r"/stop-recovery/[^\s⟦⟧]+", sent.body)[0]
    reader.get(stop)
    reader.post(stop, follow=True)
    reader.get(stop)


@pytest.mark.parametrize("name", ["accessibility", "contact", "cookies", "privacy", "terms"])
def test_the_pages_of_the_footer(reader: ReadingClient, name: str) -> None:
    reader.get(f"/{name}")


def said() -> set[str]:
    """The words of all messages that were sent so far, and were not translated."""
    deliver_now()
    sent = PracticeMessage.everywhere.values_list("subject", "body")
    return {left for one in sent for text in one if (left := untranslated(text))}


def untranslated(message: str) -> str:
    return unmarked(_ADDRESS.sub(" ", message), VALUES)


def test_every_message_on_the_way(person: Person, trust: Organisation) -> None:
    for purpose in (purposes.INVITATION, purposes.REMINDER):
        for kind in product(EmploymentType, EmploymentStatus):
            cohort = replace(making.COHORT, employment_type=kind[0], employment_status=kind[1])
            for content in preview(trust, "Grace", timezone.now(), cohort, purpose).values():
                assert not untranslated(content.subject)
                assert not untranslated(content.body)
    assert not said()
    grace = person.passport
    for decide in (refuse, confirm):
        with time_machine.travel(timezone.now() + timedelta(minutes=decide is confirm)):
            person.start()
            person.answer_questions()
            person.post("/sign-up/correct/text", value="07946 000888")
            assert not said()
            person.post("/sign-up/correct/text/code", code=newest_code())
            decide(organisation=trust, correction=ContactCorrection.everywhere.latest("pk").pk, by=BY)
            assert not said()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert "/sign-up/done" in str(person.sign_up().redirect_chain)
    assert not said()
    decline_access(organisation=trust, passport=grace.pk, reason=Reason.NOT_CONFIRMED, by=BY)
    assert not said()
    reconsider(organisation=trust, passport=grace.pk, by=BY)
    assert not said()
    grace.refresh_from_db()
    confirmed(grace)
    assert not said()
    delete(organisation=trust, passports=[grace.pk], by=BY)
    assert not said()
    sent = Message.everywhere.exclude(state=State.CANCELLED).values_list("purpose", flat=True)
    assert set(sent) == {
        "invitation",
        "security-code",
        "contact-decided",
        "signed-up",
        "access-declined",
        "access-reconsidered",
        "identity-confirmed",
        "invitation-deleted",
    }
