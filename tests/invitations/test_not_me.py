"""Somebody says that an invitation is not meant for them: reminders stop, and the rest goes on."""

from __future__ import annotations

import pytest
from django.utils import timezone

from staffpassport.invitations.composing import compose
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.not_me import said_not_me, say_not_me
from staffpassport.invitations.purposes import REMINDER
from staffpassport.invitations.reminding import remind_some
from staffpassport.messaging.composers import NoLongerWanted, ToCompose
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from tests import making
from tests.invitations.conftest import Clock
from tests.messaging.outbox import deliver_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(trust: Organisation, clock: Clock) -> Invitation:
    """Sent on a day after which people are reminded."""
    clock.to("2026-11-23 10:30")
    passport = making.passport(trust)
    deliver_now()
    found: Invitation = Invitation.everywhere.select_related("organisation").get(passport_id=passport.pk)
    return found


@pytest.mark.parametrize("says_so", [True, False])
def test_no_reminder_goes_to_a_stranger(sent: Invitation, clock: Clock, says_so: bool) -> None:
    if says_so:
        assert say_not_me(invitation=sent, by=Channel.EMAIL, network_address=None)
    clock.to("2026-11-24 10:30")
    remind_some()
    assert Message.everywhere.filter(purpose=REMINDER).count() == (0 if says_so else 2)


def test_one_that_waits_is_cancelled_and_one_in_hand_is_not_sent(sent: Invitation, clock: Clock) -> None:
    clock.to("2026-11-24 10:30")
    remind_some()
    say_not_me(invitation=sent, by=Channel.TEXT, network_address=None)
    states = Message.everywhere.filter(purpose=REMINDER).values_list("state", flat=True)
    assert list(states) == ["cancelled", "cancelled"]
    reminder = ToCompose(sent.pk, sent.organisation_id, str(sent.pk), REMINDER, Channel.EMAIL, timezone.now())
    assert compose([reminder])[sent.pk] == NoLongerWanted("not-me")


def test_saying_it_twice_is_once_and_it_is_over_with_the_invitation(sent: Invitation) -> None:
    assert say_not_me(invitation=sent, by=Channel.TEXT, network_address=None)
    assert not say_not_me(invitation=sent, by=Channel.EMAIL, network_address=None)
    assert [one.not_me_by for one in said_not_me(sent.organisation)] == ["text"]
    Invitation.everywhere.filter(pk=sent.pk).update(ended_at=timezone.now(), ended_reason="replaced")
    assert not said_not_me(sent.organisation).exists()
