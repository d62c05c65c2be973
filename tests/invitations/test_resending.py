"""Sending invitations again: one or many, never twice for one click, never more than three a day."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import OperationalError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import Actor
from staffpassport.invitations import links, resending
from staffpassport.invitations.actions import invite
from staffpassport.invitations.holding import hold
from staffpassport.invitations.listening import messages_changed
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.resending import LeftOut, Resent, possible_from, resend
from staffpassport.invitations.withdrawing import withdraw
from staffpassport.messaging.listeners import Change
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel, State, Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from tests import making
from tests.checking import CheckingClient
from tests.locks import somebody_waits_for_this_connection
from tests.messaging.outbox import deliver_now
from tests.reading import text

pytestmark = pytest.mark.django_db

BY = Actor.person(UUID(int=7), "Alex Morgan", "192.0.2.1")


def invited(trust: Organisation, count: int = 3) -> list[UUID]:
    people = {uuid7(): making.details() for _ in range(count)}
    return invite(organisation=trust, people=people, by=BY, urgency=Urgency.BULK)


def again(trust: Organisation, *passports: UUID, **more: Any) -> Resent:
    return resend(organisation=trust, passports=passports, by=BY, **more)


def invitations_of(passport: UUID) -> list[Invitation]:
    return list(Invitation.everywhere.filter(passport_id=passport).order_by("sequence"))


def states_of(invitation: Invitation) -> list[str]:
    return [
        message.state for message in Message.everywhere.filter(about=str(invitation.pk)).order_by("channel")
    ]


def written() -> tuple[int, int, int]:
    return Invitation.everywhere.count(), Message.everywhere.count(), Event.objects.count()


def test_a_new_invitation_ends_the_old_and_queues_an_email_and_a_text(trust: Organisation) -> None:
    ids = invited(trust)
    result = again(trust, *ids[:2])
    assert set(result.invitations) == set(ids[:2])
    assert result.left_out == {}
    for passport in ids[:2]:
        old, new = invitations_of(passport)
        assert (old.ended_reason, old.ended_at is None) == ("replaced", False)
        assert (new.pk, new.sequence, new.ended_at) == (result.invitations[passport], 2, None)
        assert bytes(new.link_id) != bytes(old.link_id)
        assert (states_of(old), states_of(new)) == ([State.CANCELLED] * 2, [State.QUEUED] * 2)
        shown = StaffPassport.objects.of(trust).get(pk=passport)
        assert (shown.email_state, shown.text_state) == (State.QUEUED, State.QUEUED)
        assert shown.invitation_expires_at == new.expires_at
        recipients = Message.everywhere.filter(about=str(new.pk)).values_list(
            "channel", "recipient", "urgency"
        )
        assert set(recipients) == {
            (Channel.EMAIL, shown.email, Urgency.SINGLE),
            (Channel.TEXT, shown.phone, Urgency.SINGLE),
        }
    assert len(invitations_of(ids[2])) == 1
    events = Event.objects.filter(kind=Kind.INVITATION_RESENT)
    assert {(UUID(event.subject), event.actor, event.organisation_id) for event in events} == {
        (passport, BY.key, trust.pk) for passport in ids[:2]
    }


def test_what_did_not_arrive_is_queued_again_and_the_old_link_says_that_there_is_a_newer(
    trust: Organisation, visitor: CheckingClient
) -> None:
    person = making.passport(trust, email="does-not-exist@example.com")
    deliver_now()
    assert StaffPassport.objects.of(trust).get().email_state == State.FAILED
    again(trust, person.pk)
    assert StaffPassport.objects.of(trust).get().email_state == State.QUEUED
    old, new = invitations_of(person.pk)
    page = visitor.get(f"/i/{links.token(bytes(old.link_id), Channel.EMAIL)}", follow=True)
    assert "There is a newer invitation" in text(page)
    page = visitor.get(f"/i/{links.token(bytes(new.link_id), Channel.EMAIL)}", follow=True)
    assert "open until" in text(page)


def test_expired_and_withdrawn_invitations_can_be_sent_again(trust: Organisation) -> None:
    expired, withdrawn = invited(trust, 2)
    Invitation.everywhere.filter(passport_id=expired).update(expires_at=timezone.now())
    withdraw(organisation=trust, passports=[withdrawn], by=BY)
    assert len(again(trust, expired, withdrawn).invitations) == 2
    assert [one.ended_reason for one in invitations_of(expired)] == ["replaced", None]
    assert [one.ended_reason for one in invitations_of(withdrawn)] == ["withdrawn", None]
    assert StaffPassport.objects.of(trust).filter(invitation_expires_at__gt=timezone.now()).count() == 2


def test_a_second_click_sends_nothing_and_says_so(trust: Organisation) -> None:
    (passport,) = invited(trust, 1)
    seen = {passport: invitations_of(passport)[0].pk}
    assert set(again(trust, passport, seen=seen).invitations) == {passport}
    before = written()
    assert again(trust, passport, seen=seen) == Resent({}, {passport: LeftOut.ALREADY})
    assert written() == before


def test_three_a_day_and_a_fourth_a_day_after_the_first(trust: Organisation) -> None:
    (passport,) = invited(trust, 1)
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        for _ in range(3):
            assert possible_from(trust, passport) is None
            assert again(trust, passport).left_out == {}
            clock.shift(timedelta(hours=1))
        assert again(trust, passport).left_out == {passport: LeftOut.TOO_OFTEN}
        assert possible_from(trust, passport) == start + timedelta(hours=24)
        clock.move_to(start + timedelta(hours=24, seconds=1))
        assert possible_from(trust, passport) is None
        assert again(trust, passport).left_out == {}
        assert again(trust, passport).left_out == {passport: LeftOut.TOO_OFTEN}
    assert [one.sequence for one in invitations_of(passport)] == [1, 2, 3, 4, 5]


def test_only_who_is_waiting_to_answer_is_sent_one(trust: Organisation, other_trust: Organisation) -> None:
    answered, accepted, waiting = invited(trust, 3)
    (theirs,) = invited(other_trust, 1)
    StaffPassport.objects.of(trust).filter(pk=answered).update(status=Status.APPOINTMENT_NEEDED)
    Invitation.everywhere.filter(passport_id=accepted).update(accepted_at=timezone.now())
    unknown = uuid7()
    result = again(trust, answered, accepted, waiting, theirs, unknown)
    assert set(result.invitations) == {waiting}
    assert result.left_out == {
        answered: LeftOut.ANSWERED,
        accepted: LeftOut.ANSWERED,
        theirs: LeftOut.NOT_THERE,
        unknown: LeftOut.NOT_THERE,
    }
    assert len(invitations_of(theirs)) == 1
    assert all(why.sentence for why in LeftOut)


def test_a_thousand_take_about_as_many_queries_as_ten(trust: Organisation) -> None:
    ids = invited(trust, 1010)
    with CaptureQueriesContext(connection) as few:
        again(trust, *ids[:10])
    with CaptureQueriesContext(connection) as many:
        assert len(again(trust, *ids[10:]).invitations) == 1000
    # A statement more for each thousand messages or events that are written.
    assert len(many) <= len(few) + 12
    assert len(few) < 40


def test_what_fails_half_way_changes_nothing(trust: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = invited(trust)
    before = written()

    def broken(*args: object, **more: object) -> None:
        raise RuntimeError("no room for events")

    monkeypatch.setattr(resending, "record_each", broken)
    with pytest.raises(RuntimeError):
        again(trust, *ids)
    assert written() == before
    assert not Invitation.everywhere.exclude(ended_at=None).exists()


def test_late_news_of_the_old_invitation_does_not_cover_the_new_one(trust: Organisation) -> None:
    (passport,) = invited(trust, 1)
    (old,) = invitations_of(passport)
    again(trust, passport)
    late = Message.everywhere.get(about=str(old.pk), channel=Channel.EMAIL)
    messages_changed(
        [
            Change(
                late.pk,
                trust.pk,
                late.about,
                late.purpose,
                Channel.EMAIL,
                State.SENT,
                State.FAILED,
                "refused",
            )
        ]
    )
    assert StaffPassport.objects.of(trust).get().email_state == State.QUEUED


def at_the_same_moment(calls: Sequence[Any]) -> list[Any]:
    meeting = threading.Barrier(len(calls), timeout=10)
    answers: list[Any] = []

    def one(call: Any) -> None:
        try:
            meeting.wait()
            answers.append(call())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_have_seen_the_same_invitation_send_one_each_person() -> None:
    trust = making.organisation()
    ids = invited(trust, 100)
    seen = {passport: invitations_of(passport)[0].pk for passport in ids}
    one, two = at_the_same_moment(
        [
            lambda: again(trust, *ids, seen=seen),
            lambda: again(trust, *reversed(ids), seen=seen),
        ]
    )
    assert sorted([len(one.invitations), len(two.invitations)]) == [0, 100]
    assert Invitation.everywhere.filter(sequence=2, ended_at=None).count() == 100
    assert Invitation.everywhere.count() == 200


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_wait_in_a_ring_nor_send_a_fourth() -> None:
    """Re-sending by six and withdrawing by two, in either order: every one of them comes to an end."""
    trust = making.organisation()
    ids = invited(trust, 40)
    calls: list[Any] = [lambda order=order: again(trust, *ids[::order]) for order in (1, -1) * 3]
    calls += [
        lambda order=order: withdraw(organisation=trust, passports=ids[::order], by=BY) for order in (1, -1)
    ]
    assert len(at_the_same_moment(calls)) == len(calls)
    for passport in ids:
        assert [one.sequence for one in invitations_of(passport)] == [1, 2, 3, 4]
        assert sum(one.ended_at is None for one in invitations_of(passport)) <= 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_news_that_waits_for_a_resending_to_end_is_not_noted() -> None:
    """The worker has heard of the old e-mail, and finds the passport held by whoever re-sends."""
    trust = making.organisation()
    (passport,) = invited(trust, 1)
    (old,) = invitations_of(passport)
    news = Change(
        uuid7(), trust.pk, str(old.pk), "invitation", Channel.EMAIL, State.SENT, State.FAILED, "refused"
    )

    def worker() -> None:
        try:
            with transaction.atomic():
                messages_changed([news])
        finally:
            connections.close_all()

    thread = threading.Thread(target=worker)
    with transaction.atomic():
        again(trust, passport)
        thread.start()
        deadline = time.monotonic() + 10
        while not somebody_waits_for_this_connection():
            assert time.monotonic() < deadline
    thread.join(30)
    assert StaffPassport.objects.of(trust).get().email_state == State.QUEUED


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_whoever_holds_people_holds_the_invitation_that_came_while_they_waited() -> None:
    """Else the next would lock that invitation first and then wait for its passport, each for the other."""
    trust = making.organisation()
    (passport,) = invited(trust, 1)
    held, let_go = threading.Event(), threading.Event()

    def colleague() -> None:
        try:
            with transaction.atomic():
                hold(trust, [passport])
                held.set()
                assert let_go.wait(10)
        finally:
            connections.close_all()

    thread = threading.Thread(target=colleague)
    with transaction.atomic():
        new = again(trust, passport).invitations[passport]
        thread.start()
        deadline = time.monotonic() + 10
        while not somebody_waits_for_this_connection():
            assert time.monotonic() < deadline
    assert held.wait(10)
    with pytest.raises(OperationalError), transaction.atomic():
        Invitation.everywhere.select_for_update(nowait=True).get(pk=new)
    let_go.set()
    thread.join(30)
