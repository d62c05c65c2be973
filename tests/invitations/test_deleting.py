"""Deleting passports from the records: what goes, what stays, who is told, and that it can be repeated."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import Actor
from staffpassport.invitations import deleting, links
from staffpassport.invitations.actions import invite
from staffpassport.invitations.deleting import Deleted, delete
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.resending import resend
from staffpassport.messaging.models import Message, PracticeMessage
from staffpassport.messaging.states import Channel, State, Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import ProfileChange, StaffPassport
from tests import making
from tests.checking import CheckingClient
from tests.messaging.outbox import deliver_now
from tests.reading import text

pytestmark = pytest.mark.django_db

BY = Actor.person(UUID(int=7), "Alex Morgan", "192.0.2.1")


def invited(trust: Organisation, count: int) -> list[UUID]:
    people = {uuid7(): making.details() for _ in range(count)}
    return invite(organisation=trust, people=people, by=BY, urgency=Urgency.BULK)


def deleted(trust: Organisation, *passports: UUID) -> Deleted:
    return delete(organisation=trust, passports=passports, by=BY)


def changed(trust: Organisation, passport: UUID) -> None:
    ProfileChange.everywhere.create(
        organisation=trust,
        passport_id=passport,
        field="first_name",
        old="Gracia",
        new="Grace",
        by=BY.key,
        by_name=BY.name,
        at=timezone.now(),
    )


def test_the_person_is_erased_and_that_it_happened_is_kept(trust: Organisation) -> None:
    person = making.passport(trust, first_name="Zoë", email="zoe.a@example.com", phone="+447946000777")
    kept = making.passport(trust)
    changed(trust, person.pk)
    deliver_now()
    assert deleted(trust, person.pk) == Deleted(frozenset({person.pk}), frozenset({person.pk}))
    deliver_now()
    assert list(StaffPassport.objects.of(trust)) == [kept]
    assert not ProfileChange.everywhere.exists()
    invitation = Invitation.everywhere.get(passport_id=person.pk)
    assert invitation.ended_reason == Invitation.EndedReason.DELETED
    assert not Message.everywhere.exclude(recipient=None).exists()
    event = Event.objects.get(kind=Kind.PASSPORT_DELETED)
    assert (event.subject, event.actor, event.organisation_id) == (str(person.pk), BY.key, trust.pk)
    what_stays = repr([list(model.objects.values()) for model in (Event,)])
    what_stays += repr([list(model.everywhere.values()) for model in (Invitation, Message)])
    for personal in ("Zoë", "Okafor", "zoe.a", "7946000777", "date(1984"):
        assert personal not in what_stays


def test_the_person_is_told_by_email_in_words_that_need_no_name(trust: Organisation) -> None:
    person = making.passport(trust, email="zoe.a@example.com")
    deliver_now()
    deleted(trust, person.pk)
    deliver_now()
    last = PracticeMessage.everywhere.filter(channel=Channel.EMAIL).latest("id")
    assert last.recipient == "zoe.a@example.com"
    assert (
        last.subject == "Fairdale Teaching Hospitals has deleted your invitation to a Digital Staff Passport"
    )
    assert "no longer work" in last.body
    assert "hr@rz1.example.com" in last.body
    assert "{" not in last.body
    assert PracticeMessage.everywhere.filter(channel=Channel.TEXT).count() == 1


def test_whoever_nothing_has_reached_yet_gets_nothing_at_all(trust: Organisation) -> None:
    person = making.passport(trust)
    assert deleted(trust, person.pk) == Deleted(frozenset({person.pk}), frozenset())
    assert set(Message.everywhere.values_list("state", "recipient")) == {(State.CANCELLED, None)}
    deliver_now()
    assert not PracticeMessage.everywhere.exists()


def test_whoever_an_earlier_invitation_reached_is_told_once(trust: Organisation) -> None:
    person = making.passport(trust)
    deliver_now()
    resend(organisation=trust, passports=[person.pk], by=BY)
    assert deleted(trust, person.pk).told == {person.pk}
    assert Message.everywhere.filter(purpose=deleting.PURPOSE).count() == 1


def test_a_repetition_changes_nothing(trust: Organisation) -> None:
    ids = invited(trust, 3)
    deleted(trust, *ids[:2])
    before = (Event.objects.count(), Message.everywhere.count(), StaffPassport.everywhere.count())
    assert deleted(trust, *ids[:2], uuid7()) == Deleted()
    assert deleted(trust) == Deleted()
    assert (Event.objects.count(), Message.everywhere.count(), StaffPassport.everywhere.count()) == before


def test_another_trusts_people_are_out_of_reach(trust: Organisation, other_trust: Organisation) -> None:
    theirs = making.passport(other_trust)
    assert deleted(trust, theirs.pk) == Deleted()
    assert StaffPassport.objects.of(other_trust).count() == 1
    assert not Invitation.everywhere.exclude(ended_at=None).exists()


def test_the_same_address_can_be_invited_again_and_the_old_link_says_withdrawn(
    trust: Organisation, visitor: CheckingClient
) -> None:
    person = making.passport(trust, email="grace@example.com", phone="+447946000777")
    token = links.token(bytes(Invitation.everywhere.get().link_id), Channel.EMAIL)
    deleted(trust, person.pk)
    page = text(visitor.get(f"/i/{token}", follow=True))
    assert "The trust has withdrawn this invitation" in page
    again = making.passport(trust, email="grace@example.com", phone="+447946000777")
    deliver_now()
    assert StaffPassport.objects.of(trust).get().pk == again.pk
    assert "The trust has withdrawn this invitation" in text(visitor.get(f"/i/{token}", follow=True))


def test_a_thousand_take_about_as_many_queries_as_ten(trust: Organisation) -> None:
    ids = invited(trust, 1010)
    Message.everywhere.update(state=State.SENT, recipient=None)
    with CaptureQueriesContext(connection) as few:
        deleted(trust, *ids[:10])
    with CaptureQueriesContext(connection) as many:
        assert len(deleted(trust, *ids[10:]).told) == 1000
    assert len(many) <= len(few) + 20  # bulk writes go in pieces of 500
    assert len(few) < 40


def test_what_fails_half_way_changes_nothing(trust: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = invited(trust, 2)

    def broken(*args: object, **more: object) -> None:
        raise RuntimeError("no room for events")

    monkeypatch.setattr(deleting, "record_each", broken)
    with pytest.raises(RuntimeError):
        deleted(trust, *ids)
    assert StaffPassport.objects.of(trust).count() == 2
    assert set(Message.everywhere.values_list("state", flat=True)) == {State.QUEUED}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_delete_and_one_who_re_sends_at_the_same_moment_come_to_an_end() -> None:
    trust = making.organisation()
    ids = invited(trust, 60)
    meeting = threading.Barrier(3, timeout=10)
    found: list[int] = []

    def one(call: Any) -> None:
        try:
            meeting.wait()
            call()
        finally:
            connections.close_all()

    calls = [
        lambda: found.append(len(deleted(trust, *ids).passports)),
        lambda: found.append(len(deleted(trust, *reversed(ids)).passports)),
        lambda: resend(organisation=trust, passports=ids, by=BY),
    ]
    threads = [threading.Thread(target=one, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(found) == [0, 60]
    assert not StaffPassport.everywhere.exists()
    assert not Invitation.everywhere.filter(ended_at=None).exists()
    assert Event.objects.filter(kind=Kind.PASSPORT_DELETED).count() == 60
