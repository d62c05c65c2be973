"""Codes by text while logging in: beside a stronger factor for portal users, by themselves for staff members."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from staffpassport.accounts import fresh, holders, resets, texts
from staffpassport.accounts.actions import create_portal_user
from staffpassport.accounts.models import Membership, TextFactor, User
from staffpassport.audit.models import Event, Kind
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel, Urgency
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.accounts.holding import hold, holder, newest_code
from tests.accounts.signing_in import (
    CODE,
    LOG_IN,
    SET_UP,
    code_of,
    give_fresh_code,
    give_password,
    with_authenticator,
)
from tests.checking import CheckingClient
from tests.reading import error_sentences, link, text

pytestmark = pytest.mark.django_db

BY_CODE, SEND, OWN, PROVE, REMOVE = (
    "/log-in/by-code",
    "/log-in/send-code",
    "/your-account/text",
    "/your-account/text/code",
    "/your-account/text/remove",
)
PHONE = "+447946000123"
OWN_PAGE = "/log-in/trust"  # for whoever has proved a second factor, whatever trust they are in


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-02 12:00:00+00:00", tick=False) as clock:
        yield clock


@pytest.fixture
def with_number(hr: Membership) -> Membership:
    """An HR user with an authenticator app and a number."""
    with_authenticator(hr.user)
    TextFactor.objects.create(user=hr.user, phone=PHONE, proved_at=timezone.now())
    return hr


@pytest.fixture
def no_texts(settings: Any) -> None:
    """A mail server delivers, which sends none."""
    settings.MESSAGE_PROVIDER = "smtp"


def wrong() -> str:
    return f"{(int(newest_code()) + 1) % 10**6:06}"


def sent_to() -> list[str]:
    return [m.recipient or "" for m in Message.everywhere.filter(urgency=Urgency.CODE).order_by("pk")]


# ── Portal users ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_by_text_is_one_more_second_factor_of_log_in(with_number: Membership) -> None:
    client = CheckingClient()
    assert give_password(client, with_number.user.email)["Location"] == CODE
    assert not sent_to(), "nothing is sent before it is asked for"
    page = text(client.get(CODE))
    assert "authenticator app" in page, "never the only one"
    assert "Send me a code by text" in page

    assert client.post(SEND)["Location"] == BY_CODE
    assert sent_to() == [PHONE]
    assert "ends in 123" in text(client.get(BY_CODE))
    assert client.post(BY_CODE, {"code": newest_code()})["Location"] == "/"
    assert client.get("/people").status_code == 200


def test_it_goes_out_in_the_name_of_the_first_trust(
    with_number: Membership, other_trust: Organisation
) -> None:
    create_portal_user(
        organisation=other_trust,
        email=with_number.user.email,
        name="A",
        role=Role.HR_USER,
        by=making.BY,
    )
    client = CheckingClient()
    give_password(client, with_number.user.email)
    client.post(SEND)
    assert Message.everywhere.get(recipient=PHONE).organisation_id == with_number.organisation_id


def test_a_code_follows_whoever_changes_trust_within_the_hour(
    with_number: Membership, other_trust: Organisation, clock: time_machine.Traveller
) -> None:
    client = CheckingClient()
    give_password(client, with_number.user.email)
    client.post(SEND)
    create_portal_user(
        organisation=other_trust, email=with_number.user.email, name="A", role=Role.HR_USER, by=making.BY
    )
    Membership.everywhere.filter(pk=with_number.pk).update(ended_at=timezone.now())
    clock.shift(31)
    client.post(SEND)
    assert [m.organisation_id for m in Message.everywhere.filter(recipient=PHONE).order_by("pk")] == [
        with_number.organisation_id,
        other_trust.pk,
    ]
    assert client.post(BY_CODE, {"code": newest_code()}).status_code == 302


def test_without_a_number_without_texts_or_without_a_stronger_factor_it_is_not_offered(
    with_number: Membership, trust: Organisation, settings: Any
) -> None:
    without = making.member(trust, Role.HR_USER)
    with_authenticator(without.user)
    weak = making.member(trust, Role.HR_USER)
    TextFactor.objects.create(user=weak.user, phone=PHONE, proved_at=timezone.now())
    assert texts.way_of(with_number.user)
    assert texts.way_of(without.user) is texts.way_of(weak.user) is None
    settings.MESSAGE_PROVIDER = "smtp"
    assert texts.way_of(with_number.user) is None
    client = CheckingClient()
    give_password(client, with_number.user.email)
    assert "by text" not in text(client.get(CODE))
    assert client.post(SEND)["Location"] == LOG_IN
    assert client.get(BY_CODE)["Location"] == LOG_IN
    assert not sent_to()


def test_a_number_alone_does_not_spare_the_set_up(hr: Membership) -> None:
    TextFactor.objects.create(user=hr.user, phone=PHONE, proved_at=timezone.now())
    client = CheckingClient()
    give_password(client, hr.user.email)
    assert client.get("/people")["Location"] == SET_UP


def test_before_the_password_nothing_is_sent_and_nothing_opens(
    visitor: CheckingClient, with_number: Membership
) -> None:
    assert visitor.post(SEND)["Location"] == LOG_IN
    assert visitor.get(BY_CODE)["Location"] == visitor.post(BY_CODE, {"code": "123456"})["Location"] == LOG_IN
    assert visitor.get(SEND).status_code == 405
    assert not sent_to()


def test_wrong_codes_are_refused_written_down_and_end_the_code(with_number: Membership) -> None:
    client = CheckingClient()
    give_password(client, with_number.user.email)
    client.post(SEND)
    sentences = [error_sentences(client.post(BY_CODE, {"code": wrong()}))[0] for _ in range(5)]
    assert {sentence.partition(".")[0] for sentence in sentences[:4]} == {"The code is not right"}
    assert sentences[4] == "This code can no longer be used. Ask for a new one"
    assert error_sentences(client.post(BY_CODE, {"code": newest_code()})) == [sentences[4]]
    assert Event.objects.filter(kind=Kind.LOG_IN_REFUSED, detail=texts.FACTOR).count() == 6


def test_a_new_code_has_to_wait_for_half_a_minute(
    with_number: Membership, clock: time_machine.Traveller
) -> None:
    client = CheckingClient()
    give_password(client, with_number.user.email)
    client.post(SEND)
    client.post(SEND)
    assert "may still arrive" in text(client.get(BY_CODE))
    assert len(sent_to()) == 1
    clock.shift(31)
    client.post(SEND)
    assert "We have sent a code" in text(client.get(BY_CODE))
    assert len(sent_to()) == 2


def test_a_code_by_text_is_not_fresh(with_number: Membership) -> None:
    client = CheckingClient()
    give_password(client, with_number.user.email)
    client.post(SEND)
    client.post(BY_CODE, {"code": newest_code()})
    request = client.get("/people").wsgi_request
    assert not fresh.is_fresh(request)


def test_the_code_that_another_person_got_opens_nothing(with_number: Membership, trust: Organisation) -> None:
    thief = making.member(trust, Role.HR_USER)
    with_authenticator(thief.user)
    TextFactor.objects.create(user=thief.user, phone="+447946000999", proved_at=timezone.now())
    mine, theirs = CheckingClient(), CheckingClient()
    give_password(theirs, with_number.user.email)
    theirs.post(SEND)
    give_password(mine, thief.user.email)
    mine.post(SEND)
    assert theirs.post(BY_CODE, {"code": newest_code()}).status_code == 200


# ── A number of one's own ───────────────────────────────────────────────────────────────────────────────────


def test_a_number_is_added_by_a_fresh_factor_and_a_code(portal: CheckingClient, hr: Membership) -> None:
    with_authenticator(hr.user)
    assert portal.get(OWN)["Location"].startswith("/confirm-it-is-you")
    give_fresh_code(portal, hr.user)
    assert portal.post(OWN, {"phone": "07946 000 123", "name": "Work phone"})["Location"] == PROVE
    assert sent_to() == [PHONE]
    assert "07946 000123" in text(portal.get(PROVE))
    assert error_sentences(portal.post(PROVE, {"code": wrong()}))
    assert not TextFactor.objects.exists()
    assert portal.post(PROVE, {"code": newest_code()})["Location"] == OWN
    factor = TextFactor.objects.get()
    assert (factor.user, factor.phone, factor.name) == (hr.user, PHONE, "Work phone")
    assert "Work phone" in text(portal.get(OWN))
    assert portal.get(PROVE)["Location"] == OWN
    assert Event.objects.get(kind=Kind.FACTOR_ADDED).detail == texts.FACTOR


def test_another_number_takes_the_place_of_the_first_and_none_is_left_after_removing(
    portal: CheckingClient, with_number: Membership
) -> None:
    give_fresh_code(portal, with_number.user)
    portal.post(OWN, {"phone": "07946 000 456", "name": ""})
    portal.post(PROVE, {"code": newest_code()})
    assert TextFactor.objects.get().phone == "+447946000456"
    assert portal.post(REMOVE)["Location"] == OWN
    assert portal.post(REMOVE)["Location"] == OWN
    assert not TextFactor.objects.exists()
    assert Event.objects.filter(kind=Kind.FACTOR_REMOVED).count() == 1


def test_without_a_fresh_factor_nothing_is_changed(portal: CheckingClient, with_number: Membership) -> None:
    for path, form in ((OWN, {"phone": "07946 000 456"}), (PROVE, {"code": "123456"}), (REMOVE, {})):
        assert portal.post(path, form)["Location"].startswith("/confirm-it-is-you"), path
    assert TextFactor.objects.get().phone == PHONE
    assert not sent_to()


def test_where_no_texts_are_sent_there_is_no_such_page(
    portal: CheckingClient, with_number: Membership, no_texts: None
) -> None:
    assert portal.get(OWN).status_code == 404
    assert portal.get(PROVE).status_code == 404


# ── Staff members ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_staff_member_logs_in_by_password_and_a_code_to_the_phone_that_they_have_proved(
    trust: Organisation,
) -> None:
    user = holder(trust, phone=PHONE)
    client = CheckingClient()
    assert give_password(client, user.email)["Location"] == BY_CODE
    assert sent_to() == [PHONE]
    assert client.get(OWN_PAGE)["Location"].startswith(LOG_IN), "a password alone opens nothing"
    page = text(client.get(BY_CODE))
    assert "ends in 123" in page
    assert "I do not have this phone any more" in page
    assert client.post(BY_CODE, {"code": newest_code()})["Location"] == "/"
    assert client.get(OWN_PAGE)["Location"] == "/", (
        "the second factor is proved, and there is no trust to choose"
    )
    assert client.get("/people").status_code == 403


def test_whoever_logs_in_again_at_once_reads_that_no_new_code_was_sent(trust: Organisation) -> None:
    user = holder(trust)
    give_password(CheckingClient(), user.email)
    client = CheckingClient()
    give_password(client, user.email)
    assert "may still arrive" in text(client.get(BY_CODE))


def test_where_no_texts_are_sent_the_code_comes_by_email(trust: Organisation, no_texts: None) -> None:
    user = holder(trust)
    client = CheckingClient()
    give_password(client, user.email)
    message = Message.everywhere.get(urgency=Urgency.CODE)
    assert (message.channel, message.recipient) == (Channel.EMAIL, user.email)
    assert "Check your email" in text(client.get(BY_CODE))
    assert client.post(BY_CODE, {"code": newest_code()}).status_code == 302


def test_of_several_passports_the_newest_says_where(trust: Organisation, other_trust: Organisation) -> None:
    user = holder(trust)
    hold(making.passport(other_trust, phone=PHONE), user)
    contact = holders.contact_of(user)
    assert contact == holders.Contact(other_trust, PHONE, other_trust)


def test_a_session_of_a_staff_member_without_a_code_is_sent_to_log_in_and_never_to_set_up(
    trust: Organisation,
) -> None:
    client = CheckingClient()
    client.force_login(holder(trust))
    assert client.get(OWN_PAGE)["Location"].startswith(LOG_IN)
    assert "_auth_user_id" not in client.session


def test_whoever_works_in_a_portal_keeps_to_its_rules_also_for_their_own_passport(hr: Membership) -> None:
    hold(making.passport(hr.organisation, phone=PHONE), hr.user)
    client = CheckingClient()
    assert give_password(client, hr.user.email)["Location"] == BY_CODE
    client.post(BY_CODE, {"code": newest_code()})
    assert client.get(OWN_PAGE)["Location"] == SET_UP, "a code by text opens nothing in a portal"
    with_authenticator(hr.user)
    later = CheckingClient()
    assert give_password(later, hr.user.email)["Location"] == CODE
    assert "by text" not in text(later.get(CODE))


def test_a_staff_members_code_opens_no_portal_that_they_are_added_to_meanwhile(trust: Organisation) -> None:
    user = holder(trust)
    client = CheckingClient()
    give_password(client, user.email)
    client.post(BY_CODE, {"code": newest_code()})
    create_portal_user(
        organisation=trust, email=user.email, name="A", role=Role.SENIOR_ADMINISTRATOR, by=making.BY
    )
    assert client.get("/people")["Location"] == SET_UP
    assert client.get(OWN_PAGE)["Location"] == SET_UP


def test_adding_a_staff_member_to_a_portal_opens_their_account_to_no_password_alone(
    trust: Organisation, other_trust: Organisation
) -> None:
    """Any trust can add anybody whose address it knows: what guards their own passport stays until they come."""
    user = holder(trust, phone=PHONE)
    create_portal_user(
        organisation=other_trust, email=user.email, name="A", role=Role.READ_ONLY, by=making.BY
    )
    client = CheckingClient()
    assert give_password(client, user.email)["Location"] == BY_CODE
    assert sent_to() == [PHONE]
    assert client.get(SET_UP)["Location"].startswith(LOG_IN)
    client.post(BY_CODE, {"code": newest_code()})
    assert client.get(SET_UP).status_code == 200


def test_whose_factors_were_reset_gets_no_code_to_the_phone_that_may_be_lost(hr: Membership) -> None:
    hold(making.passport(hr.organisation, phone=PHONE), hr.user)
    with_authenticator(hr.user)
    resets.reset_second_factor(user=hr.user, by=making.BY)
    client = CheckingClient()
    give_password(client, hr.user.email)
    assert not sent_to()
    assert client.get(OWN_PAGE)["Location"] == SET_UP


def test_whoever_left_the_portal_logs_in_as_a_staff_member(hr: Membership) -> None:
    secret = with_authenticator(hr.user)
    hold(making.passport(hr.organisation, phone=PHONE), hr.user)
    Membership.everywhere.filter(pk=hr.pk).update(ended_at=timezone.now())
    by_app, by_text = CheckingClient(), CheckingClient()
    give_password(by_app, hr.user.email)
    assert by_app.post(CODE, {"code": code_of(secret)})["Location"] == "/"
    assert not sent_to(), "an app is enough"
    give_password(by_text, hr.user.email)
    assert "Send me a code by text" in text(by_text.get(CODE))
    by_text.post(SEND)
    assert by_text.post(BY_CODE, {"code": newest_code()})["Location"] == "/"


def test_an_account_that_opens_nothing_gets_no_code(trust: Organisation) -> None:
    user = User.objects.create_user(email="nobody@example.com", name="Nobody")
    user.set_password(making.PASSWORD)
    user.save()
    give_password(CheckingClient(), user.email)
    assert not sent_to()


def test_an_old_log_in_does_not_wait_for_ever(trust: Organisation, clock: time_machine.Traveller) -> None:
    user = holder(trust)
    client = CheckingClient()
    give_password(client, user.email)
    clock.shift(timedelta(hours=1))
    assert client.get(BY_CODE)["Location"] == LOG_IN


def test_a_staff_member_without_app_or_passkey_gives_a_fresh_code_by_text(
    trust: Organisation, clock: time_machine.Traveller
) -> None:
    """Else they could never add a passkey."""
    client = CheckingClient()
    user = holder(trust, phone=PHONE)
    give_password(client, user.email)
    client.post(BY_CODE, {"code": newest_code()})
    request = client.get(OWN_PAGE).wsgi_request
    assert not fresh.is_fresh(request), "the code of log-in does not count"
    page = fresh.ask(request, "/your-account", instead=OWN_PAGE)["Location"]
    clock.shift(31)
    assert "Send me a code" in text(client.get(page))
    sent = client.get(client.post(page.replace("by-code", "send-code"))["Location"])
    assert link(sent, "Back") == OWN_PAGE
    key = client.session.session_key
    assert error_sentences(client.post(page, {"code": wrong()}))
    assert client.post(page, {"code": newest_code()})["Location"] == "/your-account"
    assert fresh.is_fresh(client.get(OWN_PAGE).wsgi_request)
    assert client.session.session_key != key

    create_portal_user(organisation=trust, email=user.email, name="A", role=Role.HR_USER, by=making.BY)
    assert not fresh.is_fresh(client.get(OWN_PAGE).wsgi_request), "in a portal it is not fresh"


def test_for_portal_users_there_is_no_fresh_code_by_text(
    portal: CheckingClient, with_number: Membership
) -> None:
    for answer in (portal.get("/confirm-it-is-you/by-code"), portal.post("/confirm-it-is-you/send-code")):
        assert answer["Location"].startswith("/confirm-it-is-you?")
    assert not sent_to()
