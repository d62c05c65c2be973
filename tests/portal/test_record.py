"""A record: why a message did not arrive, in plain words, and the link to what helps."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel, Failure, State
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from tests import making
from tests.checking import CheckingClient
from tests.reading import link, text

pytestmark = pytest.mark.django_db


def became(channel: Channel, state: State, failure: str = "") -> None:
    recipient = {"recipient": None} if state != State.UNCERTAIN else {}
    Message.everywhere.filter(channel=channel).update(state=state, failure=failure, **recipient)


@pytest.mark.parametrize(
    ("channel", "state", "failure", "said", "link_words", "leads_to"),
    [
        (
            Channel.EMAIL,
            State.FAILED,
            Failure.NO_SUCH_ADDRESS,
            "Did not arrive to grace@example.com This email address does not exist. "
            "Check it, change it and re-send the invitation (email address) .",
            "Check it, change it and re-send the invitation (email address)",
            "edit#id_email",
        ),
        (
            Channel.TEXT,
            State.FAILED,
            Failure.NO_SUCH_PHONE,
            "This phone number does not exist. Check it, change it and re-send the invitation",
            "Check it, change it and re-send the invitation (telephone number)",
            "edit#id_phone",
        ),
        (
            Channel.TEXT,
            State.FAILED,
            Failure.PHONE_NOT_ACCEPTING,
            "This phone is not accepting messages. Change the telephone number",
            "re-send the invitation",
            "resend",
        ),
        (
            Channel.TEXT,
            State.FAILED,
            Failure.PHONE_REFUSED,
            "Texts cannot be sent to this phone number. Check it, change it and re-send the invitation",
            "Check it, change it and re-send the invitation (telephone number)",
            "edit#id_phone",
        ),
        (
            Channel.EMAIL,
            State.FAILED,
            Failure.TEAM_ONLY,
            "until GOV.UK Notify has made it live. Tell the people who run this service, then re-send the invitation .",
            "re-send the invitation",
            "resend",
        ),
        (
            Channel.EMAIL,
            State.FAILED,
            Failure.GAVE_UP,
            "It could not be handed over within 72 hours. Re-send the invitation .",
            "Re-send the invitation",
            "resend",
        ),
        (
            Channel.EMAIL,
            State.MAYBE_SENT,
            Failure.NO_ANSWER,
            "May have been sent to grace@example.com The provider did not say whether it took it. "
            "Ask Grace whether it came. If not, re-send the invitation .",
            "re-send the invitation",
            "resend",
        ),
        (
            Channel.EMAIL,
            State.CANCELLED,
            "a-reason-of-another-room",
            "Cancelled to grace@example.com Re-send the invitation .",
            "Re-send the invitation",
            "resend",
        ),
    ],
)
def test_what_went_wrong_and_what_to_do(
    portal: CheckingClient,
    trust: Organisation,
    channel: Channel,
    state: State,
    failure: str,
    said: str,
    link_words: str,
    leads_to: str,
) -> None:
    person = making.passport(trust, email="grace@example.com")
    became(channel, state, failure)
    page = portal.get(f"/people/{person.pk}")
    assert said in text(page)
    assert link(page, link_words) == f"/people/{person.pk}/{leads_to}"


def test_what_is_being_looked_up_or_well_on_its_way_needs_nothing(
    portal: CheckingClient, trust: Organisation
) -> None:
    person = making.passport(trust)
    became(Channel.EMAIL, State.UNCERTAIN)
    became(Channel.TEXT, State.DELIVERED)
    page = text(portal.get(f"/people/{person.pk}"))
    assert "You need not do anything now." in page
    assert "re-send the invitation" not in page.partition("Invitation")[2].partition("Delete")[0]


def test_an_expired_invitation_shows_as_such(portal: CheckingClient, trust: Organisation) -> None:
    person = making.passport(trust)
    StaffPassport.everywhere.update(invitation_expires_at=datetime(2026, 11, 11, 12, tzinfo=UTC))
    page = text(portal.get(f"/people/{person.pk}"))
    assert "Invitation expired on 11/11/2026. It can no longer be answered." in page
    assert "Re-send an invitation" in page
    assert "Withdraw the invitation" not in page
