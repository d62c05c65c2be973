"""Carrying out a confirmed plan: once, in chunks, whatever happens in between."""

from __future__ import annotations

import pytest
from django.db import connection

from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import Actor
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.uploads import actions, inviting
from staffpassport.uploads.models import Upload, UploadFile, UploadRow
from staffpassport.uploads.progress import invited_by, progress_of
from staffpassport.uploads.states import Outcome, State
from staffpassport.work import pauses
from tests import making
from tests.uploads.lists import adds_up, checked, confirmed, done, people, person, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting, "CHUNK", dict.fromkeys(("sqlite", "postgresql"), 2))
    monkeypatch.setattr(pauses, "ON_SQLITE", 0)


def emails(trust: Organisation) -> list[str]:
    return list(StaffPassport.objects.of(trust).order_by("pk").values_list("email", flat=True))


def test_everybody_of_the_plan_is_invited_and_nobody_else(trust: Organisation) -> None:
    known = making.passport(trust, email="known@example.com")
    rows = [*people(5), person(email="wrong"), person(email="known@example.com")]
    upload = done(trust, rows)
    assert upload.state == State.DONE
    assert (upload.rows, upload.invited, upload.problems, upload.duplicates) == (7, 5, 1, 1)
    assert adds_up(upload)
    assert emails(trust) == [known.email, *(row[3] for row in rows[:5])]
    assert Invitation.everywhere.count() == 6
    messages = Message.everywhere.filter(urgency=Urgency.BULK)
    assert sorted(messages.values_list("recipient", flat=True)) == sorted(
        [row[3] for row in rows[:5]] + ["+44" + row[4][1:] for row in rows[:5]]
    )


def test_a_person_of_a_list_is_as_one_of_the_form(trust: Organisation) -> None:
    done(trust, [person(first_name="Zoë", esr_assignment_number="20123456-2", oriel_pin="AB123")])
    passport = StaffPassport.objects.of(trust).get()
    assert (passport.first_name, passport.last_name) == ("Zoë", "Nwosu")
    assert passport.date_of_birth is not None
    assert passport.date_of_birth.isoformat() == "1984-03-15"
    assert (passport.esr_assignment_number, passport.oriel_pin) == ("20123456-2", "AB123")
    assert passport.staff_group == making.COHORT.staff_group.value
    assert "zoe" in passport.search_key


def test_existing_profiles_are_never_changed(trust: Organisation) -> None:
    before = making.passport(trust, email="known@example.com", first_name="Grace")
    done(trust, [person(email="known@example.com", first_name="Somebody"), person()])
    after = StaffPassport.objects.of(trust).get(pk=before.pk)
    assert [getattr(after, field.attname) for field in after._meta.concrete_fields] == [
        getattr(before, field.attname) for field in before._meta.concrete_fields
    ]


def test_the_events_name_who_confirmed_it(trust: Organisation) -> None:
    by = Actor("user:0192", "Alex Morgan", "192.0.2.7")
    upload = checked(trust, people(3))
    actions.confirm(upload, plan_hash=upload.plan_hash, by=by)
    work()
    invited = Event.objects.filter(kind=Kind.INVITED)
    assert set(invited.values_list("actor", "actor_name", "network_address")) == {
        ("user:0192", "Alex Morgan", "192.0.2.7")
    }
    assert invited.count() == 3


def test_confirming_twice_confirms_once(trust: Organisation) -> None:
    upload = checked(trust, people(3))
    in_another_tab = Upload.everywhere.get(pk=upload.pk)
    assert actions.confirm(upload, plan_hash=upload.plan_hash, by=making.BY)
    assert not actions.confirm(in_another_tab, plan_hash=upload.plan_hash, by=making.BY)
    work()
    work()
    assert len(emails(trust)) == 3
    assert Event.objects.filter(kind=Kind.UPLOAD_CONFIRMED).count() == 1


def test_another_plan_than_the_one_shown_is_not_confirmed(trust: Organisation) -> None:
    upload = checked(trust, people(1))
    assert not actions.confirm(upload, plan_hash="0" * 64, by=making.BY)
    upload.refresh_from_db()
    assert upload.state == State.TO_REVIEW


def test_nothing_is_confirmed_where_nobody_is_to_be_invited(trust: Organisation) -> None:
    upload = checked(trust, [person(email="wrong")])
    assert not actions.confirm(upload, plan_hash=upload.plan_hash, by=making.BY)


def test_the_bytes_go_when_the_plan_is_confirmed(trust: Organisation) -> None:
    confirmed(trust, people(1))
    assert not UploadFile.everywhere.exists()


def test_whoever_was_invited_meanwhile_is_overtaken_and_gets_nothing(trust: Organisation) -> None:
    rows = people(4)
    upload = confirmed(trust, rows)
    meanwhile = making.passport(trust, email=rows[1][3])
    by_phone = making.passport(trust, phone="+44" + rows[2][4][1:])
    sent_before = Message.everywhere.count()
    work()
    upload.refresh_from_db()
    assert (upload.invited, upload.overtaken) == (2, 2)
    assert adds_up(upload)
    assert Message.everywhere.count() == sent_before + 4
    overtaken = UploadRow.everywhere.filter(outcome=Outcome.OVERTAKEN).order_by("number")
    assert [row.remarks for row in overtaken] == [
        {"known": {"email": str(meanwhile.pk)}},
        {"known": {"phone": str(by_phone.pk)}},
    ]


def test_a_whole_chunk_may_be_overtaken(trust: Organisation) -> None:
    rows = people(3)
    upload = confirmed(trust, rows)
    for row in rows:
        making.passport(trust, email=row[3])
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.invited, upload.overtaken) == (State.DONE, 0, 3)
    assert adds_up(upload)
    assert list(invited_by(upload)) == []


@pytest.mark.parametrize("step", ["insert", "enqueue_each", "record_each"])
def test_a_crash_at_any_step_leaves_whole_chunks_and_is_resumed(
    trust: Organisation, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    from staffpassport.invitations import actions as inviting_one

    rows = people(5)
    upload = confirmed(trust, rows)
    assert inviting.invite_some(upload)
    real = getattr(inviting_one, step)

    def dies(*args: object, **more: object) -> None:
        real(*args, **more)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(inviting_one, step, dies)
        with pytest.raises(KeyboardInterrupt):
            inviting.invite_some(Upload.everywhere.get(pk=upload.pk))
    assert len(emails(trust)) == 2
    assert Message.everywhere.count() == 4
    upload.refresh_from_db()
    assert (upload.invited, upload.done_through) == (2, 3)
    work()
    assert emails(trust) == [row[3] for row in rows]
    assert Message.everywhere.count() == 10
    assert Event.objects.filter(kind=Kind.INVITED).count() == 5


def test_a_stale_worker_changes_nothing(trust: Organisation) -> None:
    """It was frozen after it had picked the upload; the others finished meanwhile."""
    upload = confirmed(trust, people(3))
    frozen = Upload.everywhere.select_related("organisation").get(pk=upload.pk)
    work()
    assert not inviting.invite_some(frozen)
    assert len(emails(trust)) == 3


def test_a_small_list_does_not_wait_for_a_large_one(trust: Organisation, other_trust: Organisation) -> None:
    from staffpassport.uploads.duties import carry_on

    large, small = confirmed(trust, people(9)), confirmed(other_trust, people(2))
    for _ in range(4):
        carry_on()
    small.refresh_from_db()
    large.refresh_from_db()
    assert small.state == State.DONE
    assert large.state == State.INVITING


def test_the_people_of_an_upload_are_found_among_others_of_the_same_time(trust: Organisation) -> None:
    first = confirmed(trust, people(4))
    second = confirmed(trust, people(4))
    work()
    for upload in (first, second):
        upload.refresh_from_db()
        assert invited_by(upload).count() == 4
    assert not set(invited_by(first)) & set(invited_by(second))
    assert progress_of(first).all == 8
    assert progress_of(first).waiting == 8


def test_the_very_same_file_is_noticed_once_it_was_confirmed(
    trust: Organisation, other_trust: Organisation
) -> None:
    rows = people(2)
    elsewhere = done(other_trust, rows)
    first = checked(trust, rows)
    assert actions.confirmed_before(first) is None, elsewhere
    actions.confirm(first, plan_hash=first.plan_hash, by=making.BY)
    again = checked(trust, rows, name="again.csv")
    assert actions.confirmed_before(again) == first


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_moment_invite_everybody_once(trust: Organisation) -> None:
    from threading import Thread

    from django.db import connections

    upload = confirmed(trust, people(20))

    def worker() -> None:
        try:
            mine = Upload.everywhere.select_related("organisation").get(pk=upload.pk)
            while inviting.invite_some(mine):
                pass
        finally:
            connections.close_all()

    threads = [Thread(target=worker) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    upload.refresh_from_db()
    assert (upload.state, upload.invited) == (State.DONE, 20)
    assert len(emails(trust)) == 20
    assert connection.vendor == "postgresql"
