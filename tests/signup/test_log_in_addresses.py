"""Codes and links go to what the person has proved, whatever HR writes to the record, until they prove that too."""

from __future__ import annotations

import importlib
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.utils import timezone
from pytest_django import Settings

from staffpassport.accounts import holders, recovering, texts
from staffpassport.accounts.models import Recovery, User
from staffpassport.accounts.recovering import start_by_mail
from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import Actor
from staffpassport.codes.models import SecurityCode
from staffpassport.invitations.correcting import correct
from staffpassport.invitations.wording import fits_one_text
from staffpassport.messaging.models import Message, PracticeMessage
from staffpassport.messaging.states import Channel
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.editing import profile_of, version_of, with_address
from staffpassport.passports.models import StaffPassport
from staffpassport.signup import own_mails
from staffpassport.signup.correcting import confirm, refuse
from staffpassport.signup.models import Application, ContactCorrection
from tests import making
from tests.checking import CheckingClient
from tests.messaging.mailing import FROM
from tests.messaging.outbox import deliver_now
from tests.reading import filled_in, link, text
from tests.signup.holders import fresh_browser_of, owned
from tests.signup.person import Person, newest_code

pytestmark = pytest.mark.django_db

HR = Actor.person(UUID(int=7), "Alex Morgan", "192.0.2.1")
EMAIL, PHONE = "grace@example.com", "+447946000777"
NEW_EMAIL, NEW_PHONE = "grace.new@example.com", "+447946000888"


@pytest.fixture
def grace(trust: Organisation) -> StaffPassport:
    return owned(trust, email=EMAIL, phone=PHONE)


def account_of(passport: StaffPassport) -> User:
    assert passport.holder_id
    return User.objects.get(pk=passport.holder_id)


def hr_writes(passport: StaffPassport, channel: Channel, value: str) -> None:
    passport.refresh_from_db()
    correct(
        organisation=passport.organisation,
        passport=passport.pk,
        profile=with_address(profile_of(passport), channel, value),
        seen=version_of(passport),
        by=HR,
    )
    passport.refresh_from_db()


def codes_go_to(passport: StaffPassport) -> str | None:
    way = texts.way_of(account_of(passport))
    return way.address if way else None


def notices() -> list[tuple[str, str, str]]:
    """Recipient, purpose and words of each."""
    deliver_now()
    ours = dict(Message.everywhere.filter(purpose__in=own_mails.PURPOSES).values_list("id", "purpose"))
    sent = PracticeMessage.everywhere.filter(reference__in=ours).order_by("recipient")
    return [(one.recipient, ours[one.reference], one.body) for one in sent]


def at(passport: StaffPassport, page: str = "") -> str:
    return f"/my-staff-passports/{passport.pk}{page and '/' + page}"


def prove(staff: CheckingClient, where: str) -> Any:
    """Sends the code to what the page proposes, and types it."""
    asked = staff.post(where, {"value": filled_in(staff.get(where))["value"]})
    return staff.post(asked["Location"], {"code": newest_code()}, follow=True)


# ── HR changes the record ───────────────────────────────────────────────────────────────────────────────────


def test_hr_reads_before_saving_that_the_log_in_stays_and_after_it_that_the_person_is_told(
    grace: StaffPassport, portal: CheckingClient
) -> None:
    where = f"/people/{grace.pk}/edit"
    page = portal.get(where)
    assert "Grace Okafor has signed up. If you change the email address or the telephone number" in text(page)
    assert "They keep logging in with what they have confirmed themselves" in text(page)
    saved = portal.post(where, {**filled_in(page), "phone": NEW_PHONE, "email": NEW_EMAIL}, follow=True)
    assert "We tell Grace Okafor of the new email address and telephone number" in text(saved)
    assert "Telephone number to confirm 07946 000888. They are asked when they log in next" in text(saved)
    assert codes_go_to(grace) == PHONE

    invited = making.passport(grace.organisation)
    assert "has signed up" not in text(portal.get(f"/people/{invited.pk}/edit"))


def test_the_person_is_told_where_they_are_known_to_read_and_nowhere_else(grace: StaffPassport) -> None:
    hr_writes(grace, Channel.TEXT, NEW_PHONE)
    hr_writes(grace, Channel.EMAIL, NEW_EMAIL)
    told = notices()
    assert {(to, purpose) for to, purpose, _ in told} == {
        (to, purpose) for to in (EMAIL, PHONE) for purpose in (own_mails.EMAIL_BY_HR, own_mails.PHONE_BY_HR)
    }
    assert all(fits_one_text(body) for to, _, body in told if to == PHONE)
    assert all(at(grace) in body for to, _, body in told if to == EMAIL)


def test_whoever_has_not_signed_up_is_told_nothing(trust: Organisation) -> None:
    hr_writes(making.passport(trust), Channel.TEXT, NEW_PHONE)
    assert notices() == []


def test_links_to_a_new_password_go_to_the_proved_address(grace: StaffPassport) -> None:
    hr_writes(grace, Channel.EMAIL, NEW_EMAIL)
    assert account_of(grace).email == EMAIL
    CheckingClient().post("/log-in/forgotten", {"email": NEW_EMAIL})
    deliver_now()
    assert not PracticeMessage.everywhere.filter(subject__contains="Choose a new password").exists()


# ── The person proves it at the next visit ──────────────────────────────────────────────────────────────────


def test_a_new_number_is_asked_for_at_the_next_visit_and_proved_by_a_code(
    grace: StaffPassport, portal: CheckingClient
) -> None:
    hr_writes(grace, Channel.TEXT, NEW_PHONE)
    staff = fresh_browser_of(grace.holder)
    page = staff.get(at(grace))
    assert "has 07946 000888 now, and you have not confirmed it" in text(page)
    assert "Security codes go to the number that ends in 777" in text(page)
    confirmed = text(prove(staff, link(page, "Confirm or change the number")))
    assert "Your telephone number is confirmed." in confirmed
    assert "have not confirmed it" not in confirmed
    assert "Security codes go to the number that ends in 888" in confirmed
    assert codes_go_to(grace) == NEW_PHONE
    assert (PHONE, own_mails.PHONE_CHANGED) in [(to, purpose) for to, purpose, _ in notices()]
    assert Event.objects.get(kind=Kind.CHANNEL_PROVED, subject=str(grace.pk)).actor == f"holder:{grace.pk}"
    record = text(portal.get(f"/people/{grace.pk}"))
    assert "Telephone number proved 07946 000888" in record
    assert "to confirm" not in record


def test_a_new_address_is_what_they_log_in_with_once_it_is_proved(grace: StaffPassport) -> None:
    hr_writes(grace, Channel.EMAIL, NEW_EMAIL)
    staff = fresh_browser_of(grace.holder)
    page = prove(staff, link(staff.get(at(grace)), "Confirm or change the address"))
    assert f"You log in with the email address {NEW_EMAIL}" in text(page)
    assert (EMAIL, own_mails.EMAIL_CHANGED) in [(to, purpose) for to, purpose, _ in notices()]


def test_what_hr_wrote_can_be_put_right_in_place_of_proving_it(grace: StaffPassport) -> None:
    hr_writes(grace, Channel.TEXT, "+447946000111")
    staff = fresh_browser_of(grace.holder)
    asked = staff.post(at(grace, "text"), {"value": NEW_PHONE})
    staff.post(asked["Location"], {"code": newest_code()})
    grace.refresh_from_db()
    assert (grace.phone, codes_go_to(grace)) == (NEW_PHONE, NEW_PHONE)
    assert "have not confirmed" not in text(staff.get(at(grace)))


def test_proving_it_twice_changes_and_tells_nothing_more(grace: StaffPassport) -> None:
    hr_writes(grace, Channel.TEXT, NEW_PHONE)
    staff = fresh_browser_of(grace.holder)
    prove(staff, at(grace, "text"))
    told = len(notices())
    SecurityCode.objects.all().delete()
    page = staff.post(at(grace, "text"), {"value": NEW_PHONE})
    assert "This is what stands on your passport already" in text(page)
    assert len(notices()) == told


# ── Several trusts ──────────────────────────────────────────────────────────────────────────────────────────


def test_one_trust_moves_no_codes_and_the_other_trusts_record_stays(
    grace: StaffPassport, other_trust: Organisation
) -> None:
    there = owned(other_trust, grace.holder, email=EMAIL, phone=PHONE)
    hr_writes(there, Channel.TEXT, NEW_PHONE)
    staff = fresh_browser_of(grace.holder)
    assert text(staff.get("/my-staff-passports")).count("a contact detail for you to confirm") == 1
    prove(staff, at(there, "text"))
    grace.refresh_from_db()
    assert (grace.phone, codes_go_to(grace)) == (PHONE, NEW_PHONE)


def test_codes_stay_where_another_trust_had_them_proved(
    grace: StaffPassport, other_trust: Organisation
) -> None:
    there = owned(other_trust, grace.holder, email=EMAIL, phone="+447946000111")
    assert codes_go_to(grace) == PHONE, "signing up with another trust moves no codes"
    hr_writes(there, Channel.TEXT, NEW_PHONE)
    prove(fresh_browser_of(grace.holder), at(there, "text"))
    assert codes_go_to(grace) == PHONE


def test_a_record_does_not_tell_what_was_proved_to_another_trust(
    grace: StaffPassport, other_trust: Organisation, portal: CheckingClient
) -> None:
    owned(other_trust, grace.holder, email=EMAIL, phone=NEW_PHONE)
    hr_writes(grace, Channel.TEXT, NEW_PHONE)
    assert "Telephone number to confirm 07946 000888" in text(portal.get(f"/people/{grace.pk}"))


def test_nor_does_what_is_held_about_somebody_tell_it(
    grace: StaffPassport, other_trust: Organisation, portal: CheckingClient
) -> None:
    elsewhere = "grace@elsewhere.example.com"
    User.objects.filter(pk=account_of(grace).pk).update(email=elsewhere, phone="+447946000111")
    hr_writes(grace, Channel.TEXT, NEW_PHONE)
    told = Message.everywhere.filter(purpose=own_mails.PHONE_BY_HR).values_list("recipient", flat=True)
    assert set(told) == {EMAIL, PHONE, elsewhere, "+447946000111"}
    taken = portal.post(f"/people/{grace.pk}/held", {"format": "csv"})
    file = b"".join(taken).decode()
    assert f"to {EMAIL}" in file
    assert f"to {PHONE}" in file
    assert elsewhere not in file
    assert "+447946000111" not in file


# ── HR confirms what somebody who has signed up has given ───────────────────────────────────────────────────


def waiting(grace: StaffPassport, channel: Channel, value: str) -> ContactCorrection:
    """What grace has proved stood on another record, which is gone by now."""
    other = making.passport(grace.organisation, email=NEW_EMAIL, phone=NEW_PHONE)
    staff = fresh_browser_of(grace.holder)
    asked = staff.post(at(grace, channel.value), {"value": value})
    staff.post(asked["Location"], {"code": newest_code()})
    StaffPassport.objects.of(grace.organisation).filter(pk=other.pk).update(
        email="x@example.com", email_key="x@example.com", phone="+447946000111"
    )
    found: ContactCorrection = ContactCorrection.everywhere.get(decided_at=None)
    return found


@pytest.mark.parametrize(
    ("channel", "value", "old", "purpose"),
    [
        (Channel.EMAIL, NEW_EMAIL, EMAIL, own_mails.EMAIL_CHANGED),
        (Channel.TEXT, NEW_PHONE, PHONE, own_mails.PHONE_CHANGED),
    ],
)
def test_the_account_follows_what_hr_confirms_and_both_ends_are_told(
    grace: StaffPassport, channel: Channel, value: str, old: str, purpose: str
) -> None:
    correction = waiting(grace, channel, value)
    confirm(organisation=grace.organisation, correction=correction.pk, by=HR)
    account = account_of(grace)
    assert value in (account.email, account.phone)
    assert old not in (account.email, account.phone)
    assert (old, purpose) in [(to, what) for to, what, _ in notices()]
    decided = PracticeMessage.everywhere.get(reference=Message.everywhere.get(purpose="contact-decided").pk)
    assert "confirmed" in decided.body
    assert "/i/" not in decided.body, "their invitation is over"


def test_whoever_has_signed_up_hears_of_a_refusal_too(grace: StaffPassport) -> None:
    correction = waiting(grace, Channel.TEXT, NEW_PHONE)
    refuse(organisation=grace.organisation, correction=correction.pk, by=HR)
    deliver_now()
    decided = PracticeMessage.everywhere.get(reference=Message.everywhere.get(purpose="contact-decided").pk)
    assert "has not confirmed the telephone number that you gave" in decided.body
    assert codes_go_to(grace) == PHONE


# ── Signing up, and what was there before ───────────────────────────────────────────────────────────────────


def test_the_number_proved_in_signing_up_gets_the_codes(trust: Organisation) -> None:
    passport = making.passport(trust, email=EMAIL, phone=PHONE, last_name="Okafor")
    Person(passport).sign_up()
    passport.refresh_from_db()
    assert account_of(passport).phone == PHONE


def test_a_number_that_nobody_has_proved_gets_none(trust: Organisation, settings: Settings) -> None:
    """Signed up where no texts were sent, which are sent by now: asked for at the next visit."""
    settings.MESSAGE_PROVIDER, settings.SMTP_FROM = "smtp", FROM
    passport = making.passport(trust, email=EMAIL, phone=PHONE, last_name="Okafor")
    Person(passport).sign_up()
    passport.refresh_from_db()
    settings.MESSAGE_PROVIDER = "practice"
    assert codes_go_to(passport) == EMAIL
    staff = fresh_browser_of(passport.holder)
    prove(staff, link(staff.get(at(passport)), "Confirm or change the number"))
    assert codes_go_to(passport) == PHONE


def test_where_no_texts_are_sent_a_number_is_told_and_not_to_be_proved(
    grace: StaffPassport, portal: CheckingClient, settings: Settings
) -> None:
    settings.MESSAGE_PROVIDER, settings.SMTP_FROM = "smtp", FROM
    page = text(portal.get(f"/people/{grace.pk}/edit"))
    assert "A telephone number changes nothing of how they log in" in page
    hr_writes(grace, Channel.TEXT, NEW_PHONE)
    told = Message.everywhere.get(purpose=own_mails.PHONE_BY_HR)
    assert (told.channel, told.recipient) == (Channel.EMAIL, EMAIL)
    assert "have not confirmed" not in text(fresh_browser_of(grace.holder).get(at(grace)))


def test_hr_sees_that_somebody_is_on_their_way_back_in(
    grace: StaffPassport, portal: CheckingClient, other_trust: Organisation
) -> None:
    elsewhere = owned(other_trust, grace.holder, email=EMAIL, phone=PHONE)
    start_by_mail(account_of(grace), grace.organisation, None)
    assert "Has chosen a new password by email" in text(portal.get(f"/people/{grace.pk}"))
    other_hr = making.logged_in(making.member(other_trust, Role.HR_USER))
    assert "Way back in" not in text(other_hr.get(f"/people/{elsewhere.pk}"))


def test_a_number_that_hr_takes_back_and_writes_again_waits_anew(grace: StaffPassport) -> None:
    """Else it opens the account at once, after the person was told that the record is right again."""
    hr_writes(grace, Channel.TEXT, NEW_PHONE)
    contact = holders.contact_of(account_of(grace))
    assert contact
    recovering.start_by_phone(account_of(grace), contact, None)
    hr_writes(grace, Channel.TEXT, PHONE)
    Recovery.everywhere.update(effective_at=timezone.now())
    hr_writes(grace, Channel.TEXT, NEW_PHONE)
    assert codes_go_to(grace) == PHONE
    assert Event.objects.get(kind=Kind.RECOVERY_ENDED).actor == f"user:{UUID(int=7)}"


def test_a_number_proved_by_logging_in_is_not_asked_for_again(grace: StaffPassport) -> None:
    hr_writes(grace, Channel.TEXT, NEW_PHONE)
    account = account_of(grace)
    contact = holders.contact_of(account)
    assert contact
    recovering.start_by_phone(account, contact, None)
    Recovery.everywhere.update(effective_at=timezone.now())
    recovering.finish(account, NEW_PHONE, HR)
    assert codes_go_to(grace) == NEW_PHONE
    assert "have not confirmed" not in text(fresh_browser_of(grace.holder).get(at(grace)))


def test_accounts_from_before_keep_what_was_proved_last(grace: StaffPassport) -> None:
    """Before, a number that the person had changed was noted on the record alone."""
    prove_own = fresh_browser_of(grace.holder)
    asked = prove_own.post(at(grace, "text"), {"value": NEW_PHONE})
    prove_own.post(asked["Location"], {"code": newest_code()})
    Application.everywhere.update(phone_proved=PHONE)
    User.objects.update(phone=None)
    hr_writes(grace, Channel.TEXT, "+447946000111")
    migration = importlib.import_module("staffpassport.signup.migrations.0002_phones_that_were_proved")
    migration.keep_what_was_proved(apps, None)
    assert account_of(grace).phone == NEW_PHONE
    assert Application.everywhere.get().phone_proved == NEW_PHONE
