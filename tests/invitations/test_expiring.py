"""An invitation that nobody accepted in time: an event, once, and nothing more is sent."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import record_each
from staffpassport.invitations import expiring
from staffpassport.invitations.actions import invite
from staffpassport.invitations.expiring import expire_some
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.withdrawing import withdraw
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import State
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.portal.history import history_of
from tests import making
from tests.invitations.conftest import Clock
from tests.making import BY
from tests.messaging.outbox import deliver_now

pytestmark = pytest.mark.django_db

# Invited on the 23rd of November at 10:00, for 14 days.
BEFORE, THEN = "2026-12-07 09:59", "2026-12-07 10:00"


def expired() -> Counter[str]:
    """How many events there are of each person."""
    return Counter(Event.objects.filter(kind=Kind.INVITATION_EXPIRED).values_list("subject", flat=True))


def work() -> None:
    while expire_some():
        pass


def test_it_is_told_once_when_it_has_happened(
    trust: Organisation, other_trust: Organisation, clock: Clock
) -> None:
    people = [making.passport(trust), making.passport(other_trust)]
    deliver_now()
    clock.to(BEFORE)
    work()
    assert not expired()
    clock.to(THEN)
    for _ in range(3):
        work()
        clock.shift(24 * 60 * 60)
    assert expired() == {str(person.pk): 1 for person in people}
    trusts = {str(e.subject): e.organisation_id for e in Event.objects.filter(kind=Kind.INVITATION_EXPIRED)}
    assert trusts == {str(person.pk): person.organisation_id for person in people}
    assert history_of(people[0])[0].what == "Invitation expired"
    assert Message.everywhere.count() == 4, "nobody is written to"


def test_later_ones_are_told_when_their_time_has_come(trust: Organisation, clock: Clock) -> None:
    first = making.passport(trust)
    clock.to("2026-11-24 10:00")
    second = making.passport(trust)
    clock.to(THEN)
    work()
    assert expired() == {str(first.pk): 1}
    clock.to("2026-12-08 10:00")
    work()
    assert expired() == {str(first.pk): 1, str(second.pk): 1}


@pytest.mark.parametrize("how", ["accepted", "withdrawn", "replaced"])
def test_of_an_invitation_that_is_over_nothing_is_told(trust: Organisation, clock: Clock, how: str) -> None:
    passport = making.passport(trust)
    mine = Invitation.everywhere.filter(passport_id=passport.pk)
    if how == "withdrawn":
        withdraw(organisation=trust, passports=[passport.pk], by=BY)
    elif how == "accepted":
        mine.update(accepted_at=timezone.now())
    else:
        mine.update(ended_at=timezone.now(), ended_reason=Invitation.EndedReason.REPLACED)
    clock.to(THEN)
    work()
    assert not expired()


def test_what_still_waits_is_cancelled_and_the_list_knows(trust: Organisation, clock: Clock) -> None:
    passport = making.passport(trust)
    clock.to(THEN)
    work()
    assert set(Message.everywhere.values_list("state", "failure", "recipient")) == {
        (State.CANCELLED, "too-late", None)
    }
    passport.refresh_from_db()
    assert (passport.email_state, passport.text_state) == (State.CANCELLED, State.CANCELLED)
    assert passport.invitation_expires_at is not None
    assert passport.invitation_expires_at <= timezone.now()


def test_killed_in_the_middle_it_goes_on_and_tells_nobody_twice(
    trust: Organisation, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = {uuid7(): making.details() for _ in range(7)}  # who all expire at the same moment
    ids = invite(organisation=trust, people=people, by=BY)
    monkeypatch.setattr(expiring, "_CHUNK", 3)
    clock.to(THEN)
    assert expire_some()

    def die(*args: Any, **more: Any) -> None:
        record_each(*args, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(expiring, "record_each", die)
    with pytest.raises(KeyboardInterrupt):
        expire_some()
    assert sum(expired().values()) == 3
    monkeypatch.setattr(expiring, "record_each", record_each)
    work()
    assert expired() == {str(person): 1 for person in ids}


def test_mostly_there_is_nothing_and_nothing_is_written(trust: Organisation, clock: Clock) -> None:
    making.passport(trust)
    with CaptureQueriesContext(connection) as queries:
        assert not expire_some()
    assert len(queries) == 2
    assert all(query["sql"].startswith("SELECT") for query in queries)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_each_once(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    trust = making.organisation()
    ids = invite(organisation=trust, people={uuid7(): making.details() for _ in range(40)}, by=BY)
    monkeypatch.setattr(expiring, "_CHUNK", 7)
    clock.to(THEN)
    faults: list[BaseException] = []

    def worker() -> None:
        try:
            work()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=worker) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(30)
    assert not faults
    assert expired() == {str(person): 1 for person in ids}
    assert StaffPassport.everywhere.filter(email_state=State.CANCELLED).count() == 40
