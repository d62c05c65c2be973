"""The verb `invite`: everything or nothing, once however often it is called, and nobody twice."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connections
from django.db.models import ProtectedError
from uuid_utils.compat import uuid7

from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import Actor
from staffpassport.invitations import actions
from staffpassport.invitations.actions import DuplicateError, invite
from staffpassport.invitations.models import Invitation, InvitedCount
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel, State, Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.passports.create import create_passports
from staffpassport.passports.models import Origin, StaffPassport, Status
from tests import making

BY = Actor.person(UUID(int=7), "Alex Morgan", "192.0.2.1")


def written(trust: Organisation) -> dict[str, int]:
    return {
        "passports": StaffPassport.objects.of(trust).count(),
        "invitations": Invitation.objects.of(trust).count(),
        "messages": Message.objects.of(trust).count(),
        "events": Event.objects.filter(organisation_id=trust.id, kind=Kind.INVITED).count(),
    }


def test_one_person_gets_a_passport_an_invitation_an_email_a_text_and_an_event(trust: Organisation) -> None:
    person = uuid7()
    details = making.details(first_name="Zoë", email="Zoe.A@Example.com", phone="+447946000777")
    assert invite(organisation=trust, people={person: details}, by=BY) == [person]

    passport = StaffPassport.objects.of(trust).get()
    assert (passport.pk, passport.first_name, passport.email) == (person, "Zoë", details.email)
    assert (passport.status, passport.origin) == (Status.INVITATION_SENT, Origin.INVITED)
    assert (passport.email_state, passport.text_state) == (State.QUEUED, State.QUEUED)
    invitation = Invitation.objects.of(trust).get()
    assert invitation.passport_id == person
    assert invitation.expires_at - invitation.created_at == timedelta(days=14)
    assert passport.invitation_expires_at == invitation.expires_at
    messages = Message.objects.of(trust).order_by("channel")
    assert [(m.channel, m.recipient, m.urgency) for m in messages] == [
        (Channel.EMAIL, details.email, Urgency.SINGLE),
        (Channel.TEXT, "+447946000777", Urgency.SINGLE),
    ]
    event = Event.objects.get(organisation_id=trust.id, kind=Kind.INVITED)
    assert (event.subject, event.actor, event.network_address) == (str(person), BY.key, "192.0.2.1")


def test_many_people_take_far_fewer_queries_than_there_are_people(
    trust: Organisation, django_assert_max_num_queries: Any
) -> None:
    people = {uuid7(): making.details() for _ in range(200)}
    with django_assert_max_num_queries(15):
        assert len(invite(organisation=trust, people=people, by=BY, urgency=Urgency.BULK)) == 200
    assert written(trust) == {"passports": 200, "invitations": 200, "messages": 400, "events": 200}


def test_the_same_person_under_the_same_id_is_invited_once(trust: Organisation) -> None:
    people = {uuid7(): making.details()}
    invite(organisation=trust, people=people, by=BY)
    assert invite(organisation=trust, people=people, by=BY) == []
    assert written(trust) == {"passports": 1, "invitations": 1, "messages": 2, "events": 1}


def test_of_many_people_those_who_are_there_already_are_left_alone(trust: Organisation) -> None:
    """A chunk that comes again after some of it was written by another way."""
    known = {uuid7(): making.details() for _ in range(2)}
    invite(organisation=trust, people=known, by=BY)
    more = {uuid7(): making.details() for _ in range(30)}
    assert invite(organisation=trust, people=known | more, by=BY) == list(more)
    assert written(trust) == {"passports": 32, "invitations": 32, "messages": 64, "events": 32}


def test_whoever_is_there_already_clashes_with_nobody_but_the_others_may(trust: Organisation) -> None:
    """Looking up by e-mail finds one's own passport, too."""
    known = {uuid7(): making.details()}
    invite(organisation=trust, people=known, by=BY)
    [(known_id, known_person)] = known.items()
    person = uuid7()
    with pytest.raises(DuplicateError) as refusal:
        invite(organisation=trust, people=known | {person: making.details(phone=known_person.phone)}, by=BY)
    assert [(c.person, c.field, c.passport.pk) for c in refusal.value.clashes] == [
        (person, "phone", known_id)
    ]


def test_people_who_share_an_email_among_themselves_are_refused(trust: Organisation) -> None:
    """Not asked for again and again: nobody of the trust has it."""
    twins = {uuid7(): making.details(email="twin@example.com") for _ in range(2)}
    with pytest.raises(IntegrityError):
        invite(organisation=trust, people=twins, by=BY)
    assert written(trust) == {"passports": 0, "invitations": 0, "messages": 0, "events": 0}


def test_people_of_a_list_are_known_by_it(trust: Organisation) -> None:
    upload = uuid7()
    people = {uuid7(): making.details() for _ in range(30)}
    invite(organisation=trust, people=people, by=BY, urgency=Urgency.BULK, upload=upload)
    making.passport(trust)
    assert set(StaffPassport.objects.of(trust).filter(upload_id=upload).values_list("pk", flat=True)) == set(
        people
    )


@pytest.mark.parametrize(
    ("field", "same"),
    [
        ("email", {"email": "GRACE@example.com"}),
        ("phone", {"phone": "+447946000001"}),
    ],
)
def test_somebody_known_by_email_or_phone_is_refused_and_named(
    trust: Organisation, field: str, same: dict[str, str]
) -> None:
    known = making.passport(trust, email="grace@example.com", phone="+447946000001")
    person = uuid7()
    with pytest.raises(DuplicateError) as refusal:
        invite(organisation=trust, people={person: making.details(**same)}, by=BY)
    assert [(c.person, c.field, c.passport.pk) for c in refusal.value.clashes] == [(person, field, known.pk)]


def test_one_duplicate_among_many_writes_nobody(trust: Organisation) -> None:
    known = making.passport(trust)
    before = written(trust)
    people = {uuid7(): making.details() for _ in range(5)} | {uuid7(): making.details(email=known.email)}
    with pytest.raises(DuplicateError):
        invite(organisation=trust, people=people, by=BY)
    assert written(trust) == before


def test_another_trusts_people_are_no_duplicates(trust: Organisation, other_trust: Organisation) -> None:
    known = making.passport(other_trust)
    person = making.details(email=known.email, phone=known.phone)
    assert len(invite(organisation=trust, people={uuid7(): person}, by=BY)) == 1


def test_a_declined_or_disabled_passport_still_counts_as_a_duplicate(trust: Organisation) -> None:
    known = making.passport(trust)
    StaffPassport.objects.of(trust).update(status=Status.ACCESS_DECLINED)
    with pytest.raises(DuplicateError):
        invite(organisation=trust, people={uuid7(): making.details(email=known.email)}, by=BY)


def test_what_fails_half_way_leaves_nothing_behind(
    trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(messages: object, **more: object) -> None:
        raise RuntimeError("the outbox is on fire")

    monkeypatch.setattr(actions, "enqueue_each", broken)
    with pytest.raises(RuntimeError):
        invite(organisation=trust, people={uuid7(): making.details()}, by=BY)
    assert written(trust) == {"passports": 0, "invitations": 0, "messages": 0, "events": 0}


def test_the_database_itself_refuses_a_second_passport_with_the_same_email_or_phone(
    trust: Organisation,
) -> None:
    known = making.passport(trust)
    twin = StaffPassport.objects.of(trust).get(pk=known.pk)
    twin.pk = uuid7()
    twin.phone = "+447946999999"
    with pytest.raises(IntegrityError):
        twin.save(force_insert=True)


@pytest.mark.parametrize("left", [Invitation, Message])
def test_a_trust_that_has_invitations_or_messages_is_not_deleted(
    trust: Organisation, left: type[Invitation | Message]
) -> None:
    """The database does not know that they are the trust's: that Django asks is all that keeps them one's."""
    making.passport(trust)
    for each in (StaffPassport, Invitation, Message, InvitedCount):
        if each is not left:
            each.everywhere.all().delete()
    with pytest.raises(ProtectedError):
        trust.delete()


def at_the_same_moment(trust: Organisation, both: list[dict[UUID, Any]]) -> list[object]:
    """Invites from two threads which meet just before they write; what each got or raised."""
    outcomes: list[object] = []
    meeting = threading.Barrier(len(both), timeout=10)
    really_create = create_passports

    def create(*args: Any, **more: Any) -> Any:
        meeting.wait()
        return really_create(*args, **more)

    def one(people: dict[UUID, Any]) -> None:
        try:
            outcomes.append(invite(organisation=trust, people=people, by=BY))
        except DuplicateError as duplicate:
            outcomes.append(duplicate)
        finally:
            connections.close_all()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions, "create_passports", create)
        threads = [threading.Thread(target=one, args=(people,)) for people in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    return outcomes


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_save_the_same_person_at_the_same_moment_make_one_passport() -> None:
    trust = making.organisation()
    outcomes = at_the_same_moment(
        trust, [{uuid7(): making.details(email="grace@example.com")} for _ in range(2)]
    )
    refusals = [outcome for outcome in outcomes if isinstance(outcome, DuplicateError)]
    assert [clash.field for clash in refusals[0].clashes] == ["email"]
    assert len(refusals) == 1
    assert written(trust) == {"passports": 1, "invitations": 1, "messages": 2, "events": 1}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_the_same_moment_invites_once_and_complains_to_nobody() -> None:
    trust = making.organisation()
    people = {uuid7(): making.details()}
    outcomes = at_the_same_moment(trust, [people, people])
    assert sorted(outcomes, key=str) == sorted([[], list(people)], key=str)
    assert written(trust) == {"passports": 1, "invitations": 1, "messages": 2, "events": 1}
