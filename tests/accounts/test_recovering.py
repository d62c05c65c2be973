"""A way back in by less than what somebody had: after a wait, told on every channel, and stopped without logging in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import Settings

from staffpassport.accounts import forgotten, holders, recovering, recovery_mails, texts
from staffpassport.accounts.actions import create_portal_user
from staffpassport.accounts.models import Recovery, User
from staffpassport.accounts.session_store import SessionStore
from staffpassport.audit.models import Event, Kind
from staffpassport.codes.actions import Trying
from staffpassport.messaging import composers
from staffpassport.messaging.composers import Content, NoLongerWanted
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel, Urgency
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from tests import making
from tests.accounts.holding import holder, newest_code
from tests.accounts.meeting import at_once
from tests.accounts.signing_in import CODE, LOG_IN, code_of, give_password, with_authenticator
from tests.checking import CheckingClient
from tests.messaging.mailing import FROM
from tests.reading import link, text

pytestmark = pytest.mark.django_db

FORGOTTEN, BY_CODE, SEND, LOST, OWN = (
    "/log-in/forgotten",
    "/log-in/by-code",
    "/log-in/send-code",
    "/log-in/lost-phone",
    "/log-in/trust",
)
NEW = "another orange kettle"
OLD_PHONE, NEW_PHONE = "+447946000123", "+447946000456"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-02 12:00:00+00:00", tick=False) as clock:
        yield clock


@pytest.fixture
def by_mail_alone(settings: Settings) -> None:
    settings.MESSAGE_PROVIDER, settings.SMTP_FROM = "smtp", FROM


@pytest.fixture
def grace(trust: Organisation) -> User:
    return holder(trust, phone=OLD_PHONE)


def words(purpose: str, channel: Channel = Channel.EMAIL) -> Any:
    """What the newest message of a purpose would say now."""
    sent = Message.everywhere.filter(purpose=purpose, channel=channel).latest("created_at", "id")
    composed = composers.compose([sent])[sent.id]
    return composed.body if isinstance(composed, Content) else composed


def path_in(body: str, place: str) -> str:
    return str(urlsplit(re.findall(rf"http\S+/{place}/\S+", body)[0]).path)


def new_password(user: User, password: str = NEW) -> Any:
    """Chosen by the link of whoever reads the mailbox: the page after it."""
    CheckingClient().post(FORGOTTEN, {"email": user.email})
    browser = CheckingClient()
    path = path_in(words(forgotten.LINK), "choose-password")
    assert browser.get(path).status_code == 200
    return browser.post(path, {"password": password}, follow=True)


def codes_sent() -> int:
    return int(Message.everywhere.filter(urgency=Urgency.CODE, purpose="security-code").count())


# ── One mailbox, and no texts ───────────────────────────────────────────────────────────────────────────────


def test_whoever_reads_a_mailbox_gets_in_after_a_day_and_not_before(
    grace: User, by_mail_alone: None, clock: time_machine.Traveller
) -> None:
    assert "24 hours later" in (text(new_password(grace)) + words(forgotten.LINK))
    client = CheckingClient()
    assert give_password(client, grace.email, NEW)["Location"] == BY_CODE
    assert "You can log in from" in text(client.get(BY_CODE))
    client.post(SEND)
    assert codes_sent() == 0
    assert "You can log in from" in text(client.post(BY_CODE, {"code": "123456"}))
    assert client.get(OWN)["Location"].startswith(LOG_IN)

    clock.shift(timedelta(hours=24, seconds=1))
    later = CheckingClient()
    give_password(later, grace.email, NEW)
    assert later.post(BY_CODE, {"code": newest_code()})["Location"] == "/"
    assert not Recovery.everywhere.exists()


def test_a_password_that_one_knows_needs_no_wait(grace: User, by_mail_alone: None) -> None:
    client = CheckingClient()
    give_password(client, grace.email)
    assert client.post(BY_CODE, {"code": newest_code()})["Location"] == "/"


def test_an_app_or_a_passkey_opens_the_account_meanwhile(grace: User, by_mail_alone: None) -> None:
    secret = with_authenticator(grace)
    new_password(grace)
    client = CheckingClient()
    assert give_password(client, grace.email, NEW)["Location"] == CODE
    assert client.post(SEND)["Location"] == BY_CODE
    assert link(client.get(BY_CODE), "Use another second factor") == CODE
    assert client.post(CODE, {"code": code_of(secret)})["Location"] == "/"


def test_each_new_password_waits_anew(
    grace: User, by_mail_alone: None, clock: time_machine.Traveller
) -> None:
    """Else a thief would come in when the wait of the person's own is over."""
    new_password(grace)
    clock.shift(timedelta(hours=23))
    new_password(grace, "a thief's orange kettle")
    clock.shift(timedelta(hours=2))
    client = CheckingClient()
    give_password(client, grace.email, "a thief's orange kettle")
    assert "You can log in from" in text(client.get(BY_CODE))


def test_the_wait_is_the_trusts_delay_where_that_is_longer(
    grace: User, trust: Organisation, by_mail_alone: None
) -> None:
    Organisation.objects.filter(pk=trust.pk).update(reset_delay_minutes=72 * 60)
    new_password(grace)
    recovery = Recovery.everywhere.get()
    assert recovery.effective_at - recovery.started_at == timedelta(hours=72)


def test_the_person_is_told_and_stops_it_without_logging_in(
    grace: User, by_mail_alone: None, clock: time_machine.Traveller
) -> None:
    new_password(grace)
    body = words(recovery_mails.PURPOSE)
    stop = path_in(body, "stop-recovery")
    browser = CheckingClient()
    assert "Stop it" in text(browser.get(stop))
    assert Recovery.everywhere.exists(), "a scanner of mail opens every link"
    assert "The new password no longer works" in text(browser.post(stop, follow=True))
    assert browser.post(stop).status_code == 410
    clock.shift(timedelta(days=2))
    give_password(browser, grace.email, NEW)
    assert browser.get(BY_CODE)["Location"].startswith(LOG_IN)
    assert isinstance(words(recovery_mails.PURPOSE), NoLongerWanted)
    assert set(Event.objects.filter(kind__startswith="recovery").values_list("kind", "subject")) == {
        (Kind.RECOVERY_STARTED, str(grace.pk)),
        (Kind.RECOVERY_STOPPED, str(grace.pk)),
    }


def test_a_log_in_that_waits_is_over_once_it_is_stopped(grace: User, by_mail_alone: None) -> None:
    """Else a thief gives the password, presses the button in the stolen mailbox themselves, and waits for nothing."""
    new_password(grace)
    thief = CheckingClient()
    give_password(thief, grace.email, NEW)
    thief.post(path_in(words(recovery_mails.PURPOSE), "stop-recovery"))
    assert thief.post(SEND)["Location"] == thief.get(BY_CODE)["Location"] == LOG_IN
    assert codes_sent() == 0


def test_the_link_that_stops_one_stops_none_after_it(grace: User, by_mail_alone: None) -> None:
    new_password(grace)
    old = path_in(words(recovery_mails.PURPOSE), "stop-recovery")
    CheckingClient().post(old)
    new_password(grace, "a third orange kettle")
    assert CheckingClient().post(old).status_code == 410
    assert Recovery.everywhere.exists()


def test_adding_a_staff_member_to_a_portal_does_not_shorten_the_wait(
    grace: User, other_trust: Organisation, by_mail_alone: None
) -> None:
    create_portal_user(
        organisation=other_trust, email=grace.email, name="A", role=Role.READ_ONLY, by=making.BY
    )
    new_password(grace)
    client = CheckingClient()
    give_password(client, grace.email, NEW)
    assert "You can log in from" in text(client.get(BY_CODE))


def test_where_texts_are_sent_the_phone_is_the_other_factor_and_nobody_waits(grace: User) -> None:
    assert "a code that we send to your phone" in (new_password(grace) and words(forgotten.LINK))
    assert not Recovery.everywhere.exists()


def test_a_link_made_up_stops_nothing(visitor: CheckingClient, grace: User) -> None:
    assert visitor.get("/stop-recovery/made-up").status_code == 410


def test_what_nobody_uses_is_forgotten(
    grace: User, by_mail_alone: None, clock: time_machine.Traveller
) -> None:
    new_password(grace)
    clock.shift(timedelta(days=8))
    recovering.forget_old()
    assert Recovery.everywhere.exists()
    clock.shift(timedelta(days=1))
    recovering.forget_old()
    assert not Recovery.everywhere.exists()


# ── A lost phone ────────────────────────────────────────────────────────────────────────────────────────────


def hr_writes(phone: str) -> None:
    StaffPassport.everywhere.update(phone=phone)


def lost_phone_of(user: User) -> Recovery:
    hr_writes(NEW_PHONE)
    contact = holders.contact_of(user)
    assert contact
    return recovering.start_by_phone(user, contact, None)


def test_a_lost_phone_is_replaced_by_the_number_on_record_after_a_day(
    grace: User, clock: time_machine.Traveller
) -> None:
    client = CheckingClient()
    give_password(client, grace.email)
    lost = link(client.get(BY_CODE), "I do not have this phone any more")
    assert "Ask the HR team of" in text(client.get(lost))
    client.post(lost)
    assert not Recovery.everywhere.exists(), "there is no other number"

    hr_writes(NEW_PHONE)
    page = text(client.get(lost))
    assert "ends in 456" in page
    assert "begins in 24 hours" in page
    client.post(lost)
    client.post(lost)
    assert "From 3 November 2026" in text(client.get(lost))
    told = Message.everywhere.filter(purpose=recovery_mails.PURPOSE)
    assert set(told.values_list("channel", "recipient")) == {("text", OLD_PHONE), ("email", grace.email)}
    assert told.count() == 2, "a second press tells nothing more"

    clock.shift(timedelta(hours=24, seconds=1))
    later = CheckingClient()
    give_password(later, grace.email)
    assert "ends in 456" in text(later.get(BY_CODE))
    assert later.post(BY_CODE, {"code": newest_code()})["Location"] == "/"
    grace.refresh_from_db()
    assert (grace.phone, Recovery.everywhere.exists()) == (NEW_PHONE, False)


def test_until_then_codes_go_to_the_old_phone_and_finding_it_ends_the_matter(grace: User) -> None:
    hr_writes(NEW_PHONE)
    client = CheckingClient()
    give_password(client, grace.email)
    client.post(LOST)
    assert "ends in 123" in text(client.get(BY_CODE))
    client.post(BY_CODE, {"code": newest_code()})
    assert not Recovery.everywhere.exists()
    grace.refresh_from_db()
    assert grace.phone == OLD_PHONE


def test_a_stranger_is_stopped_from_the_old_phone(grace: User, clock: time_machine.Traveller) -> None:
    hr_writes(NEW_PHONE)
    thief = CheckingClient()
    give_password(thief, grace.email)
    thief.post(LOST)
    stop = path_in(words(recovery_mails.PURPOSE, Channel.TEXT), "stop-recovery")
    assert "Codes go to your phone as before" in text(CheckingClient().post(stop, follow=True))
    clock.shift(timedelta(days=2))
    again = CheckingClient()
    give_password(again, grace.email)
    assert "ends in 123" in text(again.get(BY_CODE))


def test_a_code_to_the_new_number_is_spent_once_it_is_stopped(
    grace: User, clock: time_machine.Traveller, rf: RequestFactory
) -> None:
    """What the page of the code had read a moment before counts no more."""
    recovery = lost_phone_of(grace)
    clock.shift(timedelta(days=2))
    way = texts.way_of(grace)
    assert way
    assert way.address == NEW_PHONE
    texts.send(way)
    assert recovering.stop(recovery, making.BY)
    assert texts.prove(rf.post(BY_CODE), grace, way, newest_code()) is Trying.SPENT
    grace.refresh_from_db()
    assert grace.phone == OLD_PHONE


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_stopping_and_proving_at_the_same_moment_one_happens() -> None:
    user = holder(making.organisation(), phone=OLD_PHONE)
    recovery = lost_phone_of(user)
    Recovery.everywhere.update(effective_at=timezone.now())
    way = texts.way_of(user)
    assert way
    texts.send(way)
    request = RequestFactory().post(BY_CODE)
    request.session = SessionStore()
    typed = newest_code()
    stopped_or_proved = at_once(
        lambda: recovering.stop(recovery, making.BY),
        lambda: texts.prove(request, user, way, typed) is Trying.RIGHT,
    )
    assert sorted(map(bool, stopped_or_proved)) == [False, True]
    user.refresh_from_db()
    took_over = Event.objects.filter(kind=Kind.RECOVERY_ENDED).exists()
    assert user.phone == (NEW_PHONE if took_over else OLD_PHONE)


def test_a_number_that_hr_has_changed_again_meanwhile_gets_nothing(
    grace: User, clock: time_machine.Traveller
) -> None:
    hr_writes(NEW_PHONE)
    client = CheckingClient()
    give_password(client, grace.email)
    client.post(LOST)
    hr_writes("+447946000789")
    clock.shift(timedelta(days=2))
    later = CheckingClient()
    give_password(later, grace.email)
    assert "ends in 123" in text(later.get(BY_CODE))


def test_before_the_password_there_is_no_such_page(visitor: CheckingClient, grace: User) -> None:
    assert visitor.get(LOST)["Location"] == visitor.post(LOST)["Location"] == LOG_IN
