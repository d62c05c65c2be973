"""An installation that sends no texts, as one with a mail server: none is queued, promised, or missed."""

from __future__ import annotations

import pytest
from django.urls import reverse
from pytest_django import Settings

from staffpassport.invitations.resending import resend
from staffpassport.messaging import leftovers
from staffpassport.messaging.models import Message
from staffpassport.messaging.providers.practice import PracticeProvider
from staffpassport.messaging.providers.smtp import SmtpProvider
from staffpassport.messaging.states import Channel, Failure, State
from staffpassport.organisations.models import Organisation
from staffpassport.passports.filters import did_not_arrive
from staffpassport.passports.models import StaffPassport
from tests import making
from tests.checking import CheckingClient
from tests.messaging.mailing import FROM
from tests.reading import text


@pytest.fixture
def by_mail(settings: Settings) -> None:
    settings.MESSAGE_PROVIDER = "smtp"
    settings.SMTP_FROM = FROM


@pytest.mark.usefixtures("by_mail")
def test_no_text_is_queued_and_nobody_counts_as_not_reached(trust: Organisation) -> None:
    person = making.passport(trust)
    assert [message.channel for message in Message.everywhere.all()] == [Channel.EMAIL]
    assert (person.email_state, person.text_state) == (State.QUEUED, None)
    resend(organisation=trust, passports=[person.pk], by=making.BY)
    person.refresh_from_db()
    assert (person.email_state, person.text_state) == (State.QUEUED, None)
    assert not StaffPassport.objects.of(trust).filter(did_not_arrive()).exists()
    assert not Message.everywhere.filter(channel=Channel.TEXT).exists()


@pytest.mark.usefixtures("by_mail")
def test_no_page_promises_a_text(portal: CheckingClient, trust: Organisation) -> None:
    person = making.passport(trust)
    record = text(portal.get(reverse("person", args=[person.pk])))
    assert "This service sends no text messages. You need not do anything." in record
    people = text(portal.get(reverse("people")))
    assert "Email: Queued" in people
    assert "Text" not in people
    question = text(portal.get(reverse("resend-invitation", args=[person.pk])))
    assert "A new email goes out." in question
    assert "text message" not in question
    resend(organisation=trust, passports=[person.pk], by=making.BY)
    assert "text message" not in text(portal.get(reverse("invitation-resent", args=[person.pk])))


def test_texts_that_waited_are_cancelled_with_a_reason_and_keep_no_number(
    portal: CheckingClient, trust: Organisation, settings: Settings
) -> None:
    person = making.passport(trust)
    assert not leftovers.clear(PracticeProvider)
    settings.MESSAGE_PROVIDER = "smtp"
    assert leftovers.clear(SmtpProvider)
    assert not leftovers.clear(SmtpProvider)
    message = Message.everywhere.get(channel=Channel.TEXT)
    assert (message.state, message.failure, message.recipient) == (
        State.CANCELLED,
        Failure.NOT_CARRIED,
        None,
    )
    assert Message.everywhere.get(channel=Channel.EMAIL).state == State.QUEUED
    person.refresh_from_db()
    assert person.text_state == State.CANCELLED
    record = text(portal.get(reverse("person", args=[person.pk])))
    assert "This service does not send messages of this kind." in record


def test_what_another_provider_may_have_taken_is_not_looked_up_for_ever(trust: Organisation) -> None:
    making.passport(trust)
    Message.everywhere.update(state=State.UNCERTAIN, attempts=1, attempted_at="2026-11-22T12:00:00Z")
    assert leftovers.clear(SmtpProvider)
    assert {(one.state, one.failure) for one in Message.everywhere.all()} == {
        (State.MAYBE_SENT, Failure.NO_ANSWER)
    }
