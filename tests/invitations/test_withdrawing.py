"""Taking many invitations back, and stopping messages that have not gone out."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import Actor
from staffpassport.invitations import links, withdrawing
from staffpassport.invitations.actions import invite
from staffpassport.invitations.composing import compose
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.withdrawing import stop_messages, withdraw
from staffpassport.messaging import outbox
from staffpassport.messaging.composers import NoLongerWanted, ToCompose
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel, State, Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from tests import making
from tests.checking import CheckingClient
from tests.reading import text

pytestmark = pytest.mark.django_db

BY = Actor.person(UUID(int=7), "Alex Morgan", "192.0.2.1")


def invited(trust: Organisation, count: int = 3) -> list[UUID]:
    people = [making.details() for _ in range(count)]
    return invite(
        organisation=trust,
        people={uuid7(): details for details in people},
        by=BY,
        urgency=Urgency.BULK,
    )


def invitation_of(passport: UUID) -> Invitation:
    found: Invitation = Invitation.everywhere.get(passport_id=passport)
    return found


def messages_of(passport: UUID) -> list[Message]:
    return list(Message.everywhere.filter(about=str(invitation_of(passport).pk)).order_by("channel"))


def everything(trust: Organisation) -> list[Any]:
    """All that a withdrawal could touch, for comparing."""
    return [
        list(model.everywhere.filter(organisation=trust).order_by("pk").values())
        for model in (Invitation, Message, StaffPassport)
    ]


def test_invitations_end_messages_are_cancelled_and_the_list_knows(trust: Organisation) -> None:
    ids = invited(trust)
    assert withdraw(organisation=trust, passports=ids[:2], by=BY) == 2
    for passport in ids[:2]:
        invitation = invitation_of(passport)
        assert (invitation.ended_reason, invitation.ended_at is None) == ("withdrawn", False)
        assert [(m.state, m.recipient, m.failure) for m in messages_of(passport)] == [
            (State.CANCELLED, None, "withdrawn")
        ] * 2
        shown = StaffPassport.objects.of(trust).get(pk=passport)
        assert (shown.email_state, shown.text_state) == (State.CANCELLED, State.CANCELLED)
        assert shown.invitation_expires_at is None
    untouched = StaffPassport.objects.of(trust).get(pk=ids[2])
    assert untouched.invitation_expires_at == invitation_of(ids[2]).expires_at
    assert [message.state for message in messages_of(ids[2])] == [State.QUEUED] * 2


def test_each_withdrawal_is_an_event_of_whoever_did_it(trust: Organisation) -> None:
    ids = invited(trust)
    withdraw(organisation=trust, passports=ids, by=BY)
    events = Event.objects.filter(kind=Kind.INVITATION_WITHDRAWN)
    assert {UUID(event.subject) for event in events} == set(ids)
    assert {(e.actor, e.actor_name, e.network_address, e.organisation_id) for e in events} == {
        (BY.key, "Alex Morgan", "192.0.2.1", trust.pk)
    }


def test_a_repetition_changes_nothing(trust: Organisation) -> None:
    ids = invited(trust)
    withdraw(organisation=trust, passports=ids, by=BY)
    before, events = everything(trust), Event.objects.count()
    assert withdraw(organisation=trust, passports=ids, by=BY) == 0
    assert withdraw(organisation=trust, passports=[], by=BY) == 0
    assert withdraw(organisation=trust, passports=[uuid7()], by=BY) == 0
    assert (everything(trust), Event.objects.count()) == (before, events)


@pytest.mark.parametrize(
    "fields",
    [
        {"accepted_at": timezone.now()},
        {"ended_at": timezone.now(), "ended_reason": "replaced"},
        {"expires_at": timezone.now() - timedelta(seconds=1)},
    ],
    ids=["accepted", "replaced", "expired"],
)
def test_what_is_not_open_is_left_alone(trust: Organisation, fields: dict[str, Any]) -> None:
    ids = invited(trust, 2)
    Invitation.everywhere.filter(passport_id=ids[0]).update(**fields)
    before = Invitation.everywhere.filter(passport_id=ids[0]).values().get()
    assert withdraw(organisation=trust, passports=ids, by=BY) == 1
    assert Invitation.everywhere.filter(passport_id=ids[0]).values().get() == before
    assert [message.state for message in messages_of(ids[0])] == [State.QUEUED] * 2
    assert StaffPassport.objects.of(trust).get(pk=ids[0]).invitation_expires_at is not None


def test_another_trusts_people_are_out_of_reach(trust: Organisation, other_trust: Organisation) -> None:
    theirs = invited(other_trust)
    before = everything(other_trust)
    assert withdraw(organisation=trust, passports=theirs, by=BY) == 0
    assert stop_messages(organisation=trust, passports=theirs) == 0
    assert everything(other_trust) == before


def test_what_has_gone_out_keeps_its_state(trust: Organisation) -> None:
    (passport,) = invited(trust, 1)
    Message.everywhere.filter(channel=Channel.EMAIL).update(state=State.DELIVERED, recipient=None)
    StaffPassport.objects.of(trust).update(email_state=State.DELIVERED)
    assert withdraw(organisation=trust, passports=[passport], by=BY) == 1
    assert [message.state for message in messages_of(passport)] == [State.DELIVERED, State.CANCELLED]
    shown = StaffPassport.objects.of(trust).get()
    assert (shown.email_state, shown.text_state) == (State.DELIVERED, State.CANCELLED)


def test_a_message_in_hand_is_no_longer_wanted(trust: Organisation) -> None:
    (passport,) = invited(trust, 1)
    Message.everywhere.update(
        state=State.LEASED,
        lease_until=timezone.now() + timedelta(minutes=1),
        attempts=1,
        attempted_at=timezone.now(),
    )
    withdraw(organisation=trust, passports=[passport], by=BY)
    (email, _) = messages_of(passport)
    assert email.state == State.LEASED, "who sends it decides"
    wanted = ToCompose(email.id, trust.pk, email.about, email.purpose, Channel.EMAIL, email.created_at)
    assert compose([wanted]) == {email.id: NoLongerWanted("invitation-ended")}


def test_the_link_says_that_it_was_withdrawn(trust: Organisation, visitor: CheckingClient) -> None:
    (passport,) = invited(trust, 1)
    token = links.token(bytes(invitation_of(passport).link_id), Channel.TEXT)
    assert "open until" in text(visitor.get(f"/i/{token}", follow=True))
    withdraw(organisation=trust, passports=[passport], by=BY)
    page = text(visitor.get(f"/i/{token}", follow=True))
    assert "The trust has withdrawn this invitation" in page
    assert "open until" not in page


def test_the_record_tells_of_it(trust: Organisation, portal: CheckingClient) -> None:
    (passport,) = invited(trust, 1)
    assert "It can be answered until" in text(portal.get(f"/people/{passport}"))
    withdraw(organisation=trust, passports=[passport], by=BY)
    page = text(portal.get(f"/people/{passport}"))
    assert "The invitation was withdrawn. It can no longer be answered." in page
    assert "Invitation withdrawn" in page.partition("History")[2]
    assert "Alex Morgan" in page.partition("History")[2]


def test_a_thousand_take_no_more_queries_than_ten(trust: Organisation) -> None:
    ids = invited(trust, 1010)
    with CaptureQueriesContext(connection) as few:
        withdraw(organisation=trust, passports=ids[:10], by=BY)
    with CaptureQueriesContext(connection) as many:
        assert withdraw(organisation=trust, passports=ids[10:], by=BY) == 1000
    # A statement more for each thousand messages or events that are written.
    assert len(many) <= len(few) + 10
    assert len(few) < 30


def test_what_fails_half_way_changes_nothing(trust: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = invited(trust)
    before = everything(trust)

    def broken(*args: object, **more: object) -> None:
        raise RuntimeError("no room for events")

    monkeypatch.setattr(withdrawing, "record_each", broken)
    with pytest.raises(RuntimeError):
        withdraw(organisation=trust, passports=ids, by=BY)
    assert everything(trust) == before


def test_stopping_cancels_what_has_not_gone_out_and_leaves_invitations_open(trust: Organisation) -> None:
    ids = invited(trust)
    Message.everywhere.filter(about=str(invitation_of(ids[0]).pk), channel=Channel.EMAIL).update(
        state=State.SENT, recipient=None
    )
    assert stop_messages(organisation=trust, passports=ids[:2]) == 3
    assert [message.state for message in messages_of(ids[0])] == [State.SENT, State.CANCELLED]
    assert [message.state for message in messages_of(ids[2])] == [State.QUEUED] * 2
    assert not Invitation.everywhere.exclude(ended_at=None).exists()
    assert not StaffPassport.objects.of(trust).filter(invitation_expires_at=None).exists()
    assert stop_messages(organisation=trust, passports=ids[:2]) == 0
    assert withdraw(organisation=trust, passports=ids, by=BY) == 3, "stopped ones can still be withdrawn"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_withdraw_the_same_people_at_the_same_moment_withdraw_them_once() -> None:
    trust = making.organisation()
    ids = invited(trust, 200)
    meeting = threading.Barrier(2, timeout=10)
    counts: list[int] = []

    def one(order: int) -> None:
        try:
            meeting.wait()
            counts.append(withdraw(organisation=trust, passports=ids[::order], by=BY))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(order,)) for order in (1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(counts) == [0, 200]
    assert Event.objects.filter(kind=Kind.INVITATION_WITHDRAWN).count() == 200


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_notes_what_it_sent_and_a_withdrawal_do_not_wait_in_a_ring(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The worker holds messages and wants passports; whoever withdraws holds passports and must not want messages."""
    trust = making.organisation()
    ids = invited(trust, 2)
    held, go_on = threading.Event(), threading.Event()
    withdrawn: list[int] = []

    def worker() -> None:
        try:
            with transaction.atomic():
                list(Message.everywhere.order_by("id").select_for_update())
                held.set()
                assert go_on.wait(10)
                list(StaffPassport.everywhere.order_by("pk").select_for_update())
        finally:
            connections.close_all()

    def wait_for_the_worker(*args: Any, **more: Any) -> int:
        go_on.set()
        return really_cancel(*args, **more)

    really_cancel = outbox.cancel
    monkeypatch.setattr(outbox, "cancel", wait_for_the_worker)
    thread = threading.Thread(target=worker)
    thread.start()
    assert held.wait(10)
    withdrawn.append(withdraw(organisation=trust, passports=ids, by=BY))
    thread.join(30)
    assert withdrawn == [2]
    assert [message.state for message in messages_of(ids[0])] == [State.QUEUED] * 2, "left to the composer"
