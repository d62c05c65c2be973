"""Doing something for many people: the verbs' limits hold, everybody has one turn, and what came of it is told."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.audit.models import Event
from staffpassport.audit.models import Kind as Happened
from staffpassport.audit.record import Actor
from staffpassport.batches import actions, carrying_out
from staffpassport.batches.carrying_out import carry_out_some
from staffpassport.batches.duties import carry_on
from staffpassport.batches.foreseeing import foresee, left_out_by
from staffpassport.batches.kinds import Kind, Reason, State
from staffpassport.batches.models import Batch, BatchPerson
from staffpassport.invitations import tally
from staffpassport.invitations.deleting import delete
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.resending import resend
from staffpassport.invitations.withdrawing import withdraw
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.work import pauses
from tests.batches.batches import BY, chosen, confirmed, done, invited, work
from tests.messaging.outbox import deliver_now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "ON_SQLITE", 0)


@pytest.fixture
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying_out, "_CHUNK", 2)


def sequences(trust: Organisation) -> set[int]:
    """How many invitations each of the trust's people has had."""
    passports = StaffPassport.objects.of(trust).values_list("pk", flat=True)
    return {Invitation.everywhere.filter(passport_id=pk).count() for pk in passports}


@pytest.mark.usefixtures("_small_chunks")
def test_everybody_chosen_is_sent_one_new_invitation(trust: Organisation) -> None:
    invited(trust, 2)
    batch = done(trust, Kind.RESEND, 5)
    assert (batch.state, batch.succeeded, batch.left_out) == (State.DONE, 5, {})
    again = Invitation.everywhere.filter(sequence=2).values_list("passport_id", flat=True)
    assert set(again) == set(BatchPerson.everywhere.values_list("passport_id", flat=True))
    events = Event.objects.filter(kind=Happened.INVITATION_RESENT)
    assert (events.count(), set(events.values_list("actor", flat=True))) == (5, {BY.key})


def test_whoever_was_left_out_is_known_with_the_reason(trust: Organisation) -> None:
    ids = invited(trust, 6)
    answered, often, gone, newer = ids[:4]
    StaffPassport.objects.of(trust).filter(pk=answered).update(status=Status.ACTIVE)
    for _ in range(3):
        resend(organisation=trust, passports=[often], by=BY)
    batch = confirmed(trust, Kind.RESEND, ids)
    delete(organisation=trust, passports=[gone], by=BY)
    resend(organisation=trust, passports=[newer], by=BY)
    work()
    batch.refresh_from_db()
    assert batch.succeeded == 2
    reasons = {
        answered: Reason.ANSWERED,
        often: Reason.TOO_OFTEN,
        gone: Reason.NOT_THERE,
        newer: Reason.ALREADY,
    }
    left_out = BatchPerson.objects.of(trust).filter(left_out__isnull=False)
    assert dict(left_out.values_list("passport_id", "left_out")) == reasons
    assert batch.left_out == dict.fromkeys(reasons.values(), 1)
    assert set(left_out_by(batch).values_list("pk", flat=True)) == {answered, often, newer}


def test_the_event_of_the_whole_has_figures_and_nobody(trust: Organisation) -> None:
    batch = done(trust, Kind.WITHDRAW, [*invited(trust, 2), uuid7()])
    confirmation, end = Event.objects.filter(subject=str(batch.pk)).order_by("pk")
    assert (confirmation.kind, confirmation.actor) == (Happened.BATCH_CONFIRMED, BY.key)
    assert (confirmation.network_address, confirmation.detail) == (
        "192.0.2.1",
        "Withdraw invitations: 3 people",
    )
    assert (end.kind, end.actor) == (Happened.BATCH_DONE, "task:carry out batches")
    assert end.detail == "Withdraw invitations: 2 of 3, 1 not-there"


def test_what_is_not_open_is_not_withdrawn(trust: Organisation) -> None:
    ids = invited(trust, 3)
    withdraw(organisation=trust, passports=ids[:1], by=BY)
    batch = chosen(trust, Kind.WITHDRAW, [*ids, uuid7()])
    foreseen = foresee(batch)
    assert (foreseen.people, foreseen.left_out) == (2, [(1, Reason.NOT_THERE), (1, Reason.NOT_OPEN)])
    actions.confirm(batch, by=BY)
    work()
    batch.refresh_from_db()
    assert (batch.succeeded, batch.left_out) == (2, {Reason.NOT_OPEN: 1, Reason.NOT_THERE: 1})


def test_deleting_erases_them_and_counts_whom_it_tells(trust: Organisation) -> None:
    reached = invited(trust, 2)
    deliver_now()
    batch = done(trust, Kind.DELETE, [*reached, *invited(trust, 1)])
    assert (batch.succeeded, batch.told) == (3, 2)
    assert not StaffPassport.objects.of(trust).exists()


def test_what_is_foreseen_is_what_comes(trust: Organisation) -> None:
    ids = invited(trust, 5)
    StaffPassport.objects.of(trust).filter(pk=ids[0]).update(status=Status.ACTIVE)
    Invitation.everywhere.filter(passport_id=ids[1]).update(accepted_at=timezone.now())
    for _ in range(3):
        resend(organisation=trust, passports=[ids[2]], by=BY)
    batch = chosen(trust, Kind.RESEND, ids)
    foreseen = foresee(batch)
    assert foreseen.people == 2
    actions.confirm(batch, by=BY)
    work()
    batch.refresh_from_db()
    assert (batch.succeeded, batch.reasons) == (foreseen.people, foreseen.left_out)


def test_three_a_day_hold_over_any_number_of_batches(trust: Organisation) -> None:
    ids = invited(trust, 2)
    succeeded = []
    for _ in range(4):
        succeeded.append(done(trust, Kind.RESEND, ids).succeeded)
    assert succeeded == [2, 2, 2, 0]


def test_two_colleagues_who_chose_the_same_people_send_once(trust: Organisation) -> None:
    ids = invited(trust, 3)
    mine, theirs = chosen(trust, Kind.RESEND, ids), chosen(trust, Kind.RESEND, ids)
    actions.confirm(mine, by=BY)
    actions.confirm(theirs, by=Actor.person(uuid7(), "Sam Lee"))
    work()
    theirs.refresh_from_db()
    assert sequences(trust) == {2}
    assert theirs.left_out == {Reason.ALREADY: 3}


def test_a_second_click_confirms_nothing(trust: Organisation) -> None:
    batch = confirmed(trust, Kind.RESEND, 2)
    assert not actions.confirm(Batch.everywhere.get(pk=batch.pk), by=BY)
    assert not actions.drop(batch)
    work()
    assert not actions.confirm(batch, by=BY)
    work()
    assert sequences(trust) == {2}
    assert Event.objects.filter(kind=Happened.BATCH_CONFIRMED).count() == 1
    assert Event.objects.filter(kind=Happened.BATCH_DONE).count() == 1


def test_what_was_dropped_is_never_done(trust: Organisation) -> None:
    batch = chosen(trust, Kind.DELETE, 2)
    assert actions.drop(batch)
    assert not actions.confirm(batch, by=BY)
    work()
    assert StaffPassport.objects.of(trust).count() == 2


def test_another_trusts_people_are_left_alone_whatever_ids_are_chosen(
    trust: Organisation, other_trust: Organisation
) -> None:
    theirs = invited(other_trust, 2)
    for kind in Kind:
        assert done(trust, kind, theirs).left_out == {Reason.NOT_THERE: 2}
    assert StaffPassport.objects.of(other_trust).count() == 2
    assert Invitation.everywhere.filter(ended_at=None).count() == 2


def test_messages_of_few_go_like_those_of_one_and_of_many_behind_them(trust: Organisation) -> None:
    done(trust, Kind.RESEND, 25)
    assert set(Message.everywhere.filter(urgency=Urgency.SINGLE).values_list("channel")) == {
        ("email",),
        ("text",),
    }
    Message.everywhere.all().delete()
    done(trust, Kind.RESEND, 26)
    assert set(Message.everywhere.values_list("urgency", flat=True)) == {Urgency.BULK}


@pytest.mark.usefixtures("_small_chunks")
def test_small_ones_do_not_wait_for_the_end_of_large_ones(trust: Organisation) -> None:
    large = confirmed(trust, Kind.RESEND, 9)
    carry_out_some(large)
    small = confirmed(trust, Kind.RESEND, 1)
    seen = []
    while Batch.everywhere.filter(state=State.CONFIRMED).exists():
        carry_on()
        seen.append(Batch.everywhere.get(pk=small.pk).state)
    assert seen.index(State.DONE) < len(seen) - 1


def test_who_was_re_sent_to_counts_for_the_fresh_code(trust: Organisation) -> None:
    done(trust, Kind.RESEND, 3)
    assert tally.lately(BY, timezone.now()) == 3 + 3  # invited, and invited again


def test_ten_thousand_take_as_many_queries_a_chunk_as_ten(trust: Organisation) -> None:
    """Choosing and counting take the same number whoever many they are; carrying out takes it for each chunk."""

    def queries(number: int) -> tuple[int, int, int]:
        ids = invited(trust, number)
        with CaptureQueriesContext(connection) as choosing:
            batch = chosen(trust, Kind.RESEND, ids)
        with CaptureQueriesContext(connection) as counting:
            assert foresee(batch).people == number
        actions.confirm(batch, by=BY)
        with CaptureQueriesContext(connection) as first:
            carry_out_some(batch)
        work()
        batch.refresh_from_db()
        assert batch.succeeded == number
        return len(choosing), len(counting), len(first)

    # More than twenty of them PostgreSQL takes by COPY, which is no query here.
    few, many = queries(30), queries(10_000)
    assert many[1] == few[1] < 8
    # A large insert on SQLite asks for more memory first, and is written in pieces of 5,000.
    assert many[0] <= few[0] + 3
    assert many[2] <= few[2] + 6


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_batch_do_it_once(
    trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying_out, "_CHUNK", 3)
    batch = confirmed(trust, Kind.RESEND, 30)
    faults: list[BaseException] = []

    def worker() -> None:
        mine = Batch.everywhere.select_related("organisation").get(pk=batch.pk)
        try:
            while carry_out_some(mine):
                pass
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=worker) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert not faults
    batch.refresh_from_db()
    assert (batch.state, batch.succeeded, sequences(trust)) == (State.DONE, 30, {2})


def test_an_invitation_of_the_same_moment_is_not_taken_for_a_newer_one(trust: Organisation) -> None:
    """People of whom nobody has heard for weeks, invited and chosen at the same tick of the clock."""
    with time_machine.travel(timezone.now() - timedelta(days=20), tick=False):
        ids = invited(trust, 2)
        batch = chosen(trust, Kind.RESEND, ids)
    actions.confirm(batch, by=BY)
    work()
    batch.refresh_from_db()
    assert batch.succeeded == 2
