"""Events: who did what to whom. Nobody's deed is nobody's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import Actor, event, history, record, record_each, write
from staffpassport.organisations.models import Organisation
from tests import making

SOMEBODY = UUID("01890000-0000-7000-8000-000000000001")


@pytest.mark.parametrize(("key", "name"), [("", ""), ("task:", "x"), ("user", "x"), (":", "x")])
def test_an_actor_is_never_nobody(key: str, name: str) -> None:
    with pytest.raises(ValueError, match="needs an actor"):
        Actor(key, name)


def test_a_task_without_a_name_is_no_actor() -> None:
    with pytest.raises(ValueError, match="needs an actor"):
        Actor.task("")


def test_actors_are_told_apart() -> None:
    assert Actor.task("deliver").key == "task:deliver"
    assert Actor.person(SOMEBODY, "Jo Hill", "192.0.2.1") == Actor(f"user:{SOMEBODY}", "Jo Hill", "192.0.2.1")


@pytest.mark.django_db
def test_the_database_refuses_an_event_without_an_actor() -> None:
    """Also one written past our own code."""
    nobodys = Event(kind=Kind.LOGGED_IN, actor="", actor_name="", subject="x", at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.bulk_create([nobodys])
    with pytest.raises(IntegrityError), transaction.atomic():
        nobodys.save()


@pytest.mark.django_db
def test_an_event_tells_who_what_where_and_when() -> None:
    before = timezone.now()
    record(
        Kind.LOGGED_IN,
        actor=Actor.person(SOMEBODY, "Jo Hill", "2001:db8::1"),
        organisation_id=None,
        subject=SOMEBODY,
    )
    kept = Event.objects.get()
    assert (kept.kind, kept.actor, kept.actor_name) == ("logged-in", f"user:{SOMEBODY}", "Jo Hill")
    assert (kept.subject, kept.network_address, kept.detail) == (str(SOMEBODY), "2001:db8::1", "")
    assert before <= kept.at <= timezone.now()


@pytest.mark.django_db
def test_history_is_the_subjects_own_newest_first_and_of_the_kinds_asked_for() -> None:
    for kind in (Kind.INVITED, Kind.MESSAGE_SENT, Kind.PASSPORT_VIEWED):
        record(kind, actor=making.BY, organisation_id=None, subject=SOMEBODY)
    record(Kind.INVITED, actor=making.BY, organisation_id=None, subject=uuid7())
    told = history(SOMEBODY, [Kind.INVITED, Kind.MESSAGE_SENT])
    assert [kept.kind for kept in told] == [Kind.MESSAGE_SENT, Kind.INVITED]


@pytest.mark.django_db
def test_an_event_is_undone_with_what_it_tells_of() -> None:
    def fails_half_way() -> None:
        with transaction.atomic():
            record(Kind.INVITED, actor=making.BY, organisation_id=None, subject="x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails_half_way()
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_many_events_are_few_statements(django_assert_max_num_queries: object) -> None:
    many = [event(Kind.INVITED, actor=making.BY, organisation_id=None, subject=str(n)) for n in range(1000)]
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        write(many)
    assert Event.objects.count() == 1000


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 40])
def test_the_same_event_about_many_is_what_each_would_be(count: int) -> None:
    by = Actor.person(SOMEBODY, "Jo Hill", "2001:db8::1")
    subjects = [uuid7() for _ in range(count)]
    shared: dict[str, Any] = {"actor": by, "organisation_id": SOMEBODY, "detail": "Email"}
    record_each(Kind.INVITED, subjects, **shared)
    each = {kept.subject: kept for kept in Event.objects.all()}
    assert set(each) == {str(subject) for subject in subjects}
    record(Kind.INVITED, subject="one", **shared)
    one = Event.objects.get(subject="one")
    for kept in each.values():
        for told in ("kind", "actor", "actor_name", "organisation_id", "detail", "network_address"):
            assert getattr(kept, told) == getattr(one, told)
        assert timedelta() <= one.at - kept.at < timedelta(minutes=1)


@pytest.mark.django_db
def test_inviting_writes_nothing_personal_of_staff_into_events(trust: Organisation) -> None:
    person = making.passport(trust, first_name="Ermintrude", email="ermintrude@example.com")
    told = str([vars(kept) for kept in Event.objects.all()])
    assert str(person.pk) in told
    for personal in ("Ermintrude", "ermintrude@example.com", person.phone, person.last_name):
        assert personal not in told
