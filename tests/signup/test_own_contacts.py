"""A staff member changes their own e-mail address or phone: proved by a code, told to the old one, no one else's."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings

from staffpassport.accounts.models import User
from staffpassport.audit.models import Event, Kind
from staffpassport.codes import digits
from staffpassport.codes.models import SecurityCode
from staffpassport.invitations.wording import fits_one_text
from staffpassport.messaging.models import Message, PracticeMessage
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import ProfileChange, StaffPassport
from staffpassport.signup.models import ContactCorrection
from staffpassport.signup.own_mails import PURPOSES
from tests import making
from tests.checking import CheckingClient
from tests.messaging.mailing import FROM
from tests.messaging.outbox import deliver_now
from tests.reading import error_sentences, link, text
from tests.signup.holders import browser_of, fresh_browser_of, owned

pytestmark = pytest.mark.django_db

NEW_EMAIL = "grace.new@example.com"
NEW_PHONE = "07946 000888"


@pytest.fixture
def grace(trust: Organisation) -> StaffPassport:
    return owned(trust, email="grace@example.com", phone="+447946000777")


@pytest.fixture
def staff(grace: StaffPassport) -> CheckingClient:
    return fresh_browser_of(grace.holder)


def at(passport: StaffPassport, page: str = "") -> str:
    return f"/my-staff-passports/{passport.pk}{page and '/' + page}"


def newest_code() -> str:
    return digits.of(SecurityCode.objects.latest("made_at").pk)


def wrong_code() -> str:
    return f"{(int(newest_code()) + 1) % 10**6:06}"


def changed(staff: CheckingClient, passport: StaffPassport, channel: str, value: str) -> Any:
    """The page after the new address was typed and proved."""
    asked = staff.post(at(passport, channel), {"value": value})
    assert asked.status_code == 302, error_sentences(asked)
    return staff.post(asked["Location"], {"code": newest_code()}, follow=True)


def notices() -> list[tuple[str, str]]:
    deliver_now()
    ours = Message.everywhere.filter(purpose__in=PURPOSES).values("id")
    sent = PracticeMessage.everywhere.filter(reference__in=ours).order_by("recipient")
    return [(one.recipient, one.subject or one.body) for one in sent]


def test_a_proved_email_address_takes_effect_and_the_old_one_is_told(
    staff: CheckingClient, grace: StaffPassport
) -> None:
    where = link(staff.get(at(grace)), "Change Email address")
    assert "has grace@example.com now" in text(staff.get(where))
    page = changed(staff, grace, "email", NEW_EMAIL)
    assert "Your email address has been changed." in text(page)
    assert f"Email address {NEW_EMAIL}" in text(page)
    assert "You changed: Email address" in text(page)
    change = ProfileChange.objects.of(grace.organisation).get()
    assert (change.old, change.new, change.by_name) == (
        "grace@example.com",
        NEW_EMAIL,
        "The staff member",
    )
    assert Event.objects.get(kind=Kind.PROFILE_CHANGED).actor == f"holder:{grace.pk}"
    assert notices() == [
        ("grace@example.com", "The email address of your Digital Staff Passport was changed")
    ]


def test_a_session_alone_changes_no_contact_detail(grace: StaffPassport) -> None:
    """Whoever has stolen one would move the account to a phone and a mailbox of their own."""
    browser = browser_of(grace.holder)
    for channel, value in (("email", NEW_EMAIL), ("text", NEW_PHONE)):
        for page in (channel, f"{channel}/code"):
            asked = browser.post(at(grace, page), {"value": value, "code": "123456"})
            assert asked["Location"].startswith("/confirm-it-is-you"), page
    assert not SecurityCode.objects.exists()


def test_a_proved_phone_takes_effect_and_both_old_ones_are_told(
    staff: CheckingClient, grace: StaffPassport
) -> None:
    page = changed(staff, grace, "text", NEW_PHONE)
    assert "Your telephone number has been changed." in text(page)
    grace.refresh_from_db()
    assert grace.phone == "+447946000888"
    (number, words), (address, subject) = notices()
    assert (number, address) == ("+447946000777", "grace@example.com")
    assert fits_one_text(words)
    assert subject == "The telephone number of your Digital Staff Passport was changed"


def test_nothing_changes_without_the_right_code(staff: CheckingClient, grace: StaffPassport) -> None:
    code_page = staff.post(at(grace, "email"), {"value": NEW_EMAIL})["Location"]
    assert f"The code comes in an email to {NEW_EMAIL}" in text(staff.get(code_page))
    assert error_sentences(staff.post(code_page, {})) == ["Enter the security code"]
    wrong = staff.post(code_page, {"code": wrong_code()})
    assert error_sentences(wrong) == ["The code is not right. Check the newest message and type its 6 digits"]
    for _ in range(4):
        spent = staff.post(code_page, {"code": wrong_code()})
    assert error_sentences(spent) == ["This code can no longer be used. Ask for a new one"]
    assert error_sentences(staff.post(code_page, {"code": newest_code()})) != []
    early = staff.post(code_page, {"do": "send"}, follow=True)
    assert "may still arrive" in text(early)
    grace.refresh_from_db()
    assert grace.email == "grace@example.com"
    assert notices() == []


def test_a_code_proves_the_address_that_it_went_to_only(staff: CheckingClient, grace: StaffPassport) -> None:
    code_page = staff.post(at(grace, "email"), {"value": NEW_EMAIL})["Location"]
    other = staff.post(at(grace, "email"), {"value": "stranger@example.com"})
    assert "may still arrive" in error_sentences(other)[0]
    session = staff.session
    session["own_contact"] = [str(grace.pk), "email", "stranger@example.com"]
    session.save()
    refused = staff.post(code_page, {"code": newest_code()})
    assert error_sentences(refused) == ["This code can no longer be used. Ask for a new one"]


def test_a_code_is_asked_for_before_its_page_is_opened(staff: CheckingClient, grace: StaffPassport) -> None:
    assert staff.get(at(grace, "email/code"))["Location"] == at(grace, "email")
    staff.post(at(grace, "email"), {"value": NEW_EMAIL})
    assert staff.get(at(grace, "text/code"))["Location"] == at(grace, "text")


@pytest.mark.parametrize(
    ("channel", "value", "sentence"),
    [
        ("email", "", "Enter your new email address"),
        ("email", "grace@example.com", "This is what stands on your passport already"),
        ("text", "", "Enter your new telephone number"),
        ("text", "07946 000777", "This is what stands on your passport already"),
    ],
)
def test_a_mistake_gets_its_sentence_and_no_code(
    staff: CheckingClient, grace: StaffPassport, channel: str, value: str, sentence: str
) -> None:
    assert error_sentences(staff.post(at(grace, channel), {"value": value})) == [sentence]
    assert not SecurityCode.objects.exists()


@pytest.mark.parametrize(("channel", "value"), [("email", "tom@example.com"), ("text", "07946 000999")])
def test_an_address_of_another_record_changes_nothing_and_is_told_to_hr_alone(
    staff: CheckingClient,
    grace: StaffPassport,
    portal: CheckingClient,
    trust: Organisation,
    channel: str,
    value: str,
) -> None:
    making.passport(trust, first_name="Tom", email="tom@example.com", phone="+447946000999")
    page = changed(staff, grace, channel, value)
    assert "We could not change it here. The HR team of Fairdale Teaching Hospitals has been told." in text(
        page
    )
    assert "Tom" not in text(page)
    assert "duplicate" not in text(page)
    before = (grace.email, grace.phone)
    grace.refresh_from_db()
    assert (grace.email, grace.phone) == before
    assert notices() == []
    assert "a possible duplicate" in text(portal.get(f"/people/{grace.pk}")).partition("History")[2]
    assert "1 contact detail to check" in text(portal.get("/"))
    where = f"/people/contact-details/{ContactCorrection.everywhere.get(decided_at=None).pk}"
    assert "Tom" in text(portal.get(where))
    refused = portal.post(where, {"decision": "confirm"})
    assert error_sentences(refused) == [
        "You cannot confirm this contact detail while it is on another record. Delete one of the two records, or "
        "refuse it"
    ]
    assert "You have refused the contact detail" in text(
        portal.post(where, {"decision": "refuse"}, follow=True)
    )


def test_what_is_given_later_takes_the_place_of_what_waits_for_hr(
    staff: CheckingClient, grace: StaffPassport, trust: Organisation
) -> None:
    """Else HR would put the older one back by confirming it."""
    making.passport(trust, first_name="Tom", email="tom@example.com")
    changed(staff, grace, "email", "tom@example.com")
    SecurityCode.objects.all().delete()  # the pause before the next one is over
    assert "has been changed" in text(changed(staff, grace, "email", NEW_EMAIL))
    assert ContactCorrection.everywhere.get().decision == ContactCorrection.Decision.TAKEN_BACK


def test_another_trusts_record_never_counts(
    staff: CheckingClient, grace: StaffPassport, other_trust: Organisation
) -> None:
    making.passport(other_trust, email=NEW_EMAIL)
    assert "has been changed" in text(changed(staff, grace, "email", NEW_EMAIL))


def log_in_address(passport: StaffPassport) -> str:
    assert passport.holder_id
    return User.objects.get(pk=passport.holder_id).email


def test_the_address_to_log_in_by_changes_along(staff: CheckingClient, grace: StaffPassport) -> None:
    changed(staff, grace, "email", NEW_EMAIL)
    assert log_in_address(grace) == NEW_EMAIL
    assert staff.get(at(grace)).status_code == 200


def test_it_stays_where_another_account_has_the_new_one(staff: CheckingClient, grace: StaffPassport) -> None:
    User.objects.create_user(email=NEW_EMAIL, name="Somebody else")
    page = changed(staff, grace, "email", NEW_EMAIL)
    assert "Your email address has been changed." in text(page)
    assert "You log in with the email address grace@example.com" in text(page)
    assert log_in_address(grace) == "grace@example.com"


def test_it_stays_where_it_was_another_one(grace: StaffPassport, other_trust: Organisation) -> None:
    other = owned(other_trust, grace.holder, email="grace.at.northmoor@example.com")
    changed(fresh_browser_of(grace.holder), other, "email", NEW_EMAIL)
    assert log_in_address(grace) == "grace@example.com"
    grace.refresh_from_db()
    assert grace.email == "grace@example.com"


def test_it_stays_for_somebody_of_hr(trust: Organisation) -> None:
    member = making.member(trust, Role.HR_USER, email="alex@example.com")
    own = owned(trust, member.user, email="alex@example.com")
    changed(fresh_browser_of(member.user), own, "email", NEW_EMAIL)
    assert log_in_address(own) == "alex@example.com"


def test_what_cannot_be_proved_cannot_be_changed(
    staff: CheckingClient, grace: StaffPassport, settings: Settings
) -> None:
    """An installation that sends no texts, and a channel that nobody knows."""
    assert staff.get(at(grace, "pigeon")).status_code == 404
    settings.MESSAGE_PROVIDER, settings.SMTP_FROM = "smtp", FROM
    assert "Change Telephone number" not in text(staff.get(at(grace)))
    assert staff.get(at(grace, "text")).status_code == 404
