"""The whole way from the link to "Appointment needed", and what each step leaves behind."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from staffpassport.accounts.models import Membership, User
from staffpassport.audit.models import Event, Kind
from staffpassport.invitations.resending import resend
from staffpassport.messaging.models import Message, PracticeMessage
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.signup.models import Application
from tests import making
from tests.checking import CheckingClient
from tests.messaging.outbox import deliver_now
from tests.reading import error_sentences, filled_in, link, text
from tests.signup.person import PASSWORD, Person, invitation_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace(trust: Organisation) -> StaffPassport:
    return making.passport(trust, first_name="Grace", last_name="Okafor", email="Grace.Okafor@example.com")


@pytest.mark.parametrize("by", Channel)
def test_somebody_signs_up_by_the_link_of_either_channel(
    grace: StaffPassport, portal: CheckingClient, by: Channel
) -> None:
    person = Person(grace, by)
    assert "Details received" in text(person.sign_up())
    grace.refresh_from_db()
    account = User.objects.get(email="grace.okafor@example.com")
    assert account.check_password(PASSWORD)
    assert account.name == "Grace Okafor"
    assert (grace.status, grace.holder) == (Status.APPOINTMENT_NEEDED, account)
    sent = invitation_of(grace)
    assert sent.started_at
    assert sent.accepted_at
    application = Application.everywhere.get()
    assert application.sent_at
    assert (application.email_proved, application.phone_proved) == (grace.email_key, grace.phone)

    deliver_now()
    told = PracticeMessage.objects.of(grace.organisation).filter(subject__contains="has your details").get()
    assert told.recipient == "Grace.Okafor@example.com"
    assert "arrange an appointment" in told.body
    home = text(portal.get("/"))
    assert "0 invitations pending" in home
    assert "1 identity check appointment to complete" in home


def test_the_record_shows_every_step_and_what_was_changed(
    grace: StaffPassport, portal: CheckingClient
) -> None:
    person = Person(grace)
    person.until_proved()
    person.give_details(last_name="Okafor-Smith", preferred_name="Gracie")
    person.give_numbers(knows_esr="yes", esr_assignment_number="20123456")
    person.choose_password()
    person.send()
    record = text(portal.get(f"/people/{grace.pk}"))
    for line in (
        "Application started",
        "Privacy notice and terms accepted: privacy notice of",
        "Way to verify identity chosen: An appointment with HR",
        "Contact detail proved by a security code: telephone number",
        "Profile changed: Last name, Preferred name, ESR assignment number",
        "Signed up",
        "Appointment needed",
        "Okafor Okafor-Smith",
        "The staff member",
    ):
        assert line in record
    grace.refresh_from_db()
    assert (grace.last_name, grace.preferred_name) == ("Okafor-Smith", "Gracie")
    assert grace.esr_assignment_number == "20123456"
    assert Application.everywhere.get().answers == {}
    by = Event.objects.filter(kind=Kind.PROFILE_CHANGED).values_list("actor", flat=True)
    assert list(by) == [f"holder:{grace.pk}"]


def test_reminders_and_what_waits_end_with_signing_up(grace: StaffPassport) -> None:
    Person(grace).sign_up()
    waiting = Message.everywhere.filter(about=str(invitation_of(grace).pk))
    assert set(waiting.values_list("state", flat=True)) == {"cancelled"}


def test_the_link_of_somebody_who_has_signed_up_says_log_in(grace: StaffPassport) -> None:
    Person(grace).sign_up()
    page = text(Person(grace).open())
    assert "You have used this invitation already" in page
    assert "Log in" in page


def test_every_step_before_the_next_has_to_be_done(grace: StaffPassport) -> None:
    person = Person(grace)
    later = ["notices", "identity", "code", "details", "numbers", "account", "check"]
    person.start()
    for page in later:
        assert person.browser.get(f"/sign-up/{page}")["Location"] == "/sign-up/another"
        assert person.browser.post(f"/sign-up/{page}", {"do": "send"})["Location"] == "/sign-up/another"
    person.answer_questions()
    for page in later[3:]:
        assert person.browser.get(f"/sign-up/{page}")["Location"] == "/sign-up/code"
    assert Application.everywhere.count() == 0


def test_nothing_is_written_before_the_code_and_the_page_knows_no_person(grace: StaffPassport) -> None:
    before = (Event.objects.count(), Message.everywhere.count())
    person = Person(grace)
    pages = [person.start(), person.answer_questions(), person.get("/sign-up/code")]
    assert (Event.objects.count(), Message.everywhere.count()) == before
    assert invitation_of(grace).started_at is None
    for page in pages:
        for personal in ("Grace", "Okafor", grace.email, grace.phone[-8:], str(grace.pk)):
            assert personal not in page.content.decode()
    assert f"ends in {grace.phone[-3:]}" in text(pages[-1])


def test_a_wrong_code_ends_no_invitation_and_says_what_to_do(grace: StaffPassport) -> None:
    person = Person(grace)
    person.start()
    person.answer_questions()
    person.post("/sign-up/code", do="send")
    assert error_sentences(person.post("/sign-up/code", code="12345")) == [
        "The code must be 6 digits, for example 123456"
    ]
    for _ in range(4):
        assert error_sentences(person.post("/sign-up/code", code="000000")) == [
            "The code is not right. Check the newest message and type its 6 digits"
        ]
    assert error_sentences(person.post("/sign-up/code", code="000000")) == [
        "This code can no longer be used. Ask for a new one"
    ]
    assert "seconds" in text(person.post("/sign-up/code", do="send"))
    assert invitation_of(grace).ended_at is None


def test_the_way_to_a_new_code_lies_open_beside_a_code_that_will_not_do(grace: StaffPassport) -> None:
    person = Person(grace)
    person.start()
    person.answer_questions()
    opened = '<details class="nhsuk-details" open>'
    assert opened not in person.post("/sign-up/code", do="send").content.decode()
    assert opened in person.post("/sign-up/code", code="12345").content.decode()


def test_another_device_goes_on_where_the_first_stopped_after_a_code(grace: StaffPassport) -> None:
    first = Person(grace)
    first.until_proved()
    first.give_details(preferred_name="Gracie")
    second = Person(grace, Channel.TEXT)
    assert second.step() == "/sign-up/code"
    for page in ("details", "numbers", "account", "check"):
        assert second.browser.get(f"/sign-up/{page}")["Location"] == "/sign-up/code"
    assert "Numbers that other systems know you by" in text(second.give_code())
    second.give_numbers()
    second.choose_password()
    assert "Gracie" in text(second.get("/sign-up/check"))
    assert "Details received" in text(second.send())
    assert Application.everywhere.count() == 1


def test_a_newer_invitation_goes_on_in_the_same_browser_without_another_code(
    grace: StaffPassport, trust: Organisation
) -> None:
    """Pages of before are pressed again, too: what changes nothing writes nothing, as the client sees to."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        person = Person(grace)
        person.until_proved()
        clock.shift(timedelta(seconds=1))
        resend(organisation=trust, passports=[grace.pk], by=making.BY)
        assert "Your details" in text(person.start())
        assert "Your details" in text(person.answer_questions())
        person.give_details()
        person.give_numbers()
        person.choose_password()
        assert "Details received" in text(person.send())
    assert invitation_of(grace).accepted_at


def test_going_back_changes_an_answer(grace: StaffPassport) -> None:
    person = Person(grace)
    assert "Confirm your details" in text(person.until_check())
    assert "Confirm your details" in text(person.post("/sign-up/identity", route="app"))
    assert "Confirm your details" in text(person.give_details(first_name="Grazia"))
    assert "A digital identity app" in text(person.get("/sign-up/check"))
    page = text(person.send())
    assert "It cannot be used yet" in page
    assert Application.everywhere.get().identity_route == "app"
    grace.refresh_from_db()
    assert grace.first_name == "Grazia"


def test_back_of_a_page_opened_to_change_an_answer_leads_to_the_answers(grace: StaffPassport) -> None:
    person = Person(grace)
    check = person.until_check().content.decode()
    changes = set(re.findall(r'href="(/sign-up/[^"#]*)[^"]*">Change', check))
    assert len(changes) == 7
    for page in changes:
        assert link(person.get(page), "Back") == "/sign-up/check", page
    assert link(person.get("/sign-up/numbers"), "Back") == "/sign-up/details"


def test_what_hr_corrects_meanwhile_is_shown_before_anything_is_sent(
    grace: StaffPassport, trust: Organisation
) -> None:
    person = Person(grace)
    page = person.until_check()
    StaffPassport.objects.of(trust).filter(pk=grace.pk).update(last_name="Okafor-Smith")
    answer = person.post("/sign-up/check", seen=filled_in(page)["seen"])
    assert "nothing was sent" in text(answer)
    assert "Okafor-Smith" in text(answer)
    assert "Details received" in text(person.send())


def test_an_address_that_hr_changes_has_to_be_proved_again(grace: StaffPassport, trust: Organisation) -> None:
    person = Person(grace)
    person.until_check()
    StaffPassport.objects.of(trust).filter(pk=grace.pk).update(
        phone="+447946099999", phone_since=timezone.now()
    )
    for page in ("details", "check"):
        assert person.browser.get(f"/sign-up/{page}")["Location"] == "/sign-up/code"
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert "Confirm your details" in text(person.give_code())


def test_a_link_that_went_to_an_address_before_proves_nothing(
    grace: StaffPassport, trust: Organisation
) -> None:
    """HR has corrected the e-mail: whoever reads the old one cannot go on by the phone alone."""
    StaffPassport.objects.of(trust).filter(pk=grace.pk).update(
        email="new@example.com", email_key="new@example.com", email_since=timezone.now()
    )
    person = Person(grace)
    person.start()
    person.answer_questions()
    assert "begins with “n”" in text(person.give_code())
    assert Application.everywhere.count() == 0
    assert "Your details" in text(person.give_code())
    assert Application.everywhere.get().email_proved == "new@example.com"


@pytest.mark.parametrize("reason", ["replaced", "withdrawn", "expired"])
def test_an_invitation_that_ends_meanwhile_ends_the_session(grace: StaffPassport, reason: str) -> None:
    person = Person(grace)
    person.until_check()
    sent = invitation_of(grace)
    now = timezone.now()
    changes = {"expires_at": now} if reason == "expired" else {"ended_at": now, "ended_reason": reason}
    type(sent).everywhere.filter(pk=sent.pk).update(**changes)
    for page in ("another", "code", "details", "check"):
        answer = person.get(f"/sign-up/{page}")
        assert answer.redirect_chain[-1][0] == "/invitation"
        assert "Grace" not in text(answer)
    person.post("/sign-up/check", seen="")
    assert not User.objects.filter(email=grace.email_key).exists()


def test_the_session_outlives_the_cookie_of_the_link(grace: StaffPassport) -> None:
    person = Person(grace)
    person.until_proved()
    del person.browser.cookies["invitation"]
    assert "Your details" in text(person.get("/sign-up/details"))
    assert "Your invitation from" in text(person.get("/invitation"))


def test_another_persons_session_sees_nothing(grace: StaffPassport, trust: Organisation) -> None:
    Person(grace).until_check()
    other = Person(making.passport(trust, first_name="Ermintrude", last_name="Adeyemi"))
    other.until_proved()
    for page in ("details", "numbers", "account"):
        assert "Okafor" not in other.get(f"/sign-up/{page}").content.decode()
    assert "Ermintrude" in other.get("/sign-up/details").content.decode()


def test_the_session_gets_a_new_key_with_the_proof(grace: StaffPassport) -> None:
    person = Person(grace)
    person.start()
    person.answer_questions()
    before = person.browser.cookies["session"].value
    person.give_code()
    assert person.browser.cookies["session"].value != before


@pytest.mark.parametrize("password", ["short", "qwerty123456", "grace.okafor@example.com"])
def test_a_weak_password_is_refused_with_its_reason(grace: StaffPassport, password: str) -> None:
    person = Person(grace)
    person.until_proved()
    person.give_details()
    person.give_numbers()
    assert error_sentences(person.choose_password(password))


def test_the_password_stands_nowhere_as_it_was_typed(grace: StaffPassport) -> None:
    person = Person(grace)
    person.until_check()
    assert PASSWORD not in str(dict(person.browser.session.items()))


# ── An account that is there already ───────────────────────────────────────────────────────────────────────


def test_whoever_has_an_account_logs_in_to_it(grace: StaffPassport) -> None:
    account = User.objects.create_user(email=grace.email_key, name="Grace Okafor")
    account.set_password(making.PASSWORD)
    account.save()
    person = Person(grace)
    person.until_proved()
    person.give_details()
    page = person.give_numbers()
    assert "You have an account already" in text(page)
    assert person.browser.get("/sign-up/check")["Location"] == "/sign-up/account"
    answer = person.post("/log-in?next=/sign-up/account", login=grace.email_key, password=making.PASSWORD)
    assert "Confirm your details" in text(answer)
    assert "With the account that you have" in text(answer)
    assert "Details received" in text(person.send())
    grace.refresh_from_db()
    assert grace.holder == account
    assert account.check_password(making.PASSWORD)


def test_whoever_works_in_a_portal_gives_the_second_factor_first(
    grace: StaffPassport, hr: Membership
) -> None:
    User.objects.filter(pk=hr.user_id).update(email=grace.email_key)
    person = Person(grace)
    person.until_proved()
    person.give_details()
    person.give_numbers()
    person.browser.force_login(User.objects.get(pk=hr.user_id))
    assert "You have an account already" in text(person.get("/sign-up/check"))
    session = person.browser.session
    session["second_factor_set_up_by"] = str(hr.user_id)
    session.save()
    assert "Details received" in text(person.send())


def test_an_account_made_meanwhile_is_its_owners(grace: StaffPassport) -> None:
    person = Person(grace)
    person.until_check()
    User.objects.create_user(email=grace.email_key, name="Grace Okafor")
    assert "You have an account already" in text(person.send())
    grace.refresh_from_db()
    assert grace.status == Status.INVITATION_SENT
