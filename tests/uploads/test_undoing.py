"""Cancelling, stopping, and taking invitations back."""

from __future__ import annotations

import pytest

from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import Actor
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import State as MessageState
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.uploads import actions, inviting, undoing
from staffpassport.uploads.models import UploadFile
from staffpassport.uploads.progress import progress_of
from staffpassport.uploads.states import State
from staffpassport.work import pauses
from tests.making import BY
from tests.messaging.outbox import deliver_now
from tests.uploads.lists import adds_up, checked, confirmed, done, people, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting, "CHUNK", dict.fromkeys(("sqlite", "postgresql"), 2))
    monkeypatch.setattr(undoing, "_CHUNK", 2)
    monkeypatch.setattr(pauses, "ON_SQLITE", 0)


def test_a_cancelled_upload_invites_nobody_and_its_bytes_are_gone(trust: Organisation) -> None:
    upload = checked(trust, people(2))
    assert actions.cancel(upload, by=BY)
    assert not actions.cancel(upload, by=BY)
    assert not actions.confirm(upload, plan_hash=upload.plan_hash, by=BY)
    work()
    assert (upload.state, StaffPassport.everywhere.count()) == (State.CANCELLED, 0)
    assert not UploadFile.everywhere.exists()
    assert Event.objects.filter(kind=Kind.UPLOAD_CANCELLED).count() == 1


def test_what_is_confirmed_cannot_be_cancelled(trust: Organisation) -> None:
    assert not actions.cancel(confirmed(trust, people(1)), by=BY)


def test_stopping_leaves_out_the_rest_and_cancels_what_is_queued(trust: Organisation) -> None:
    upload = confirmed(trust, people(5))
    inviting.invite_some(upload)
    assert actions.stop(upload, by=BY)
    work()
    upload.refresh_from_db()
    assert upload.state == State.STOPPED
    assert (upload.invited, upload.stopped) == (2, 3)
    assert adds_up(upload)
    assert StaffPassport.everywhere.count() == 2
    assert set(Message.everywhere.values_list("state", flat=True)) == {MessageState.CANCELLED}
    assert progress_of(upload).email.cancelled == 2


def test_what_has_gone_out_to_the_last_message_is_not_stopped_any_more(trust: Organisation) -> None:
    """By somebody who looked at the question while it did."""
    upload = done(trust, people(2))
    deliver_now()
    assert not actions.stop(upload, by=BY)
    upload.refresh_from_db()
    assert upload.state == State.DONE


def test_a_worker_in_the_middle_of_inviting_hears_of_the_stop(trust: Organisation) -> None:
    upload = confirmed(trust, people(5))
    inviting.invite_some(upload)
    actions.stop(type(upload).everywhere.get(pk=upload.pk), by=BY)
    assert not inviting.invite_some(upload)
    assert StaffPassport.everywhere.count() == 2


def test_messages_that_went_out_stay_and_their_invitations_are_withdrawn_together(
    trust: Organisation,
) -> None:
    by = Actor("user:0192", "Alex Morgan", "192.0.2.7")
    upload = confirmed(trust, people(3))
    while upload.invited < 3:
        inviting.invite_some(upload)
    deliver_now()
    assert actions.stop(upload, by=by)
    work()
    upload.refresh_from_db()
    assert not Message.everywhere.filter(state=MessageState.CANCELLED).exists()
    assert Invitation.everywhere.filter(ended_at=None).count() == 3
    assert actions.withdraw(upload, by=by)
    assert not actions.withdraw(upload, by=by)
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.withdrawn) == (State.WITHDRAWN, 3)
    ended = Invitation.everywhere.values_list("ended_reason", flat=True)
    assert list(ended) == [Invitation.EndedReason.WITHDRAWN] * 3
    events = Event.objects.filter(kind=Kind.INVITATION_WITHDRAWN)
    assert set(events.values_list("actor", flat=True)) == {"user:0192"}


def test_withdrawing_what_is_done_cancels_what_is_queued_too(trust: Organisation) -> None:
    upload = done(trust, people(3))
    assert actions.withdraw(upload, by=BY)
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.withdrawn) == (State.WITHDRAWN, 3)
    assert set(Message.everywhere.values_list("state", flat=True)) == {MessageState.CANCELLED}
    assert adds_up(upload)


def test_whoever_has_accepted_keeps_the_invitation(trust: Organisation) -> None:
    upload = done(trust, people(3))
    accepted = Invitation.everywhere.order_by("pk").first()
    assert accepted is not None
    Invitation.everywhere.filter(pk=accepted.pk).update(accepted_at=accepted.created_at)
    actions.withdraw(upload, by=BY)
    work()
    upload.refresh_from_db()
    accepted.refresh_from_db()
    assert accepted.ended_at is None
    assert upload.withdrawn == 2


def test_another_uploads_people_are_left_alone(trust: Organisation) -> None:
    mine, yours = confirmed(trust, people(3)), confirmed(trust, people(3))
    work()
    mine.refresh_from_db()
    actions.withdraw(mine, by=BY)
    work()
    assert Invitation.everywhere.filter(ended_at=None).count() == 3
    yours.refresh_from_db()
    assert progress_of(yours).waiting == 6


def test_what_was_stopped_before_anybody_was_invited_is_simply_stopped(trust: Organisation) -> None:
    upload = confirmed(trust, people(3))
    actions.stop(upload, by=BY)
    work()
    upload.refresh_from_db()
    assert (upload.state, upload.stopped, upload.invited) == (State.STOPPED, 3, 0)
    assert adds_up(upload)
