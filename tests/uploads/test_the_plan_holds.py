"""What the review showed is what confirming does, whatever others do meanwhile, in any order Hypothesis thinks of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from uuid_utils.compat import uuid7

from staffpassport.audit.record import Actor
from staffpassport.invitations import actions as inviting_one
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.models import Message
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.uploads import actions, inviting, undoing
from staffpassport.uploads.checking import check
from staffpassport.uploads.models import Upload, UploadRow
from staffpassport.uploads.progress import invited_by
from staffpassport.uploads.states import ENDED, WITH_INVITATIONS, Outcome, State
from tests import making
from tests.runs import examples
from tests.uploads.lists import adds_up, person, sent, work

pytestmark = pytest.mark.django_db

# Few enough to meet each other often, and each mostly with an address and a number of their own.
_MOST = 10
people = st.builds(
    lambda who, other: (
        f"p{who}@example.com" if other < 8 else "wrong",
        f"0794700100{(who + (other == 7)) % _MOST}",
    ),
    st.integers(0, _MOST - 1),
    st.integers(0, 8),
)


class Uploads(RuleBasedStateMachine):
    """One trust, a few uploads at any stage, colleagues who invite and delete, workers that crash."""

    def __init__(self) -> None:
        super().__init__()
        self._around = transaction.atomic()
        self._around.__enter__()
        self.trust: Organisation = making.organisation()
        self.uploads: list[Upload] = []
        self.shown: dict[UUID, dict[int, str]] = {}

    def teardown(self) -> None:
        for upload in self.fresh():
            assert upload.state not in (State.CHECKING, State.TO_REVIEW) or not upload.invited
        work()
        for upload in self.fresh():
            if upload.state in ENDED and upload.state in WITH_INVITATIONS:
                assert adds_up(upload), upload
        transaction.set_rollback(True)
        self._around.__exit__(None, None, None)

    def fresh(self) -> Iterator[Upload]:
        yield from Upload.everywhere.select_related("organisation").order_by("pk")

    def one(self, number: int) -> Upload:
        found = list(self.fresh())
        return found[number % len(found)]

    @rule(yes=st.booleans(), rows=st.lists(people, min_size=1, max_size=7, unique=True))
    def upload(self, yes: bool, rows: list[tuple[str, str]]) -> None:
        listed = [person(email=email, phone=phone) for email, phone in rows]
        upload = sent(self.trust, listed, name=f"{len(self.shown)}.csv", by=Actor.task(str(uuid7())))
        check(upload)
        self.shown[upload.pk] = planned(upload)
        if yes:
            upload.refresh_from_db()
            actions.confirm(upload, plan_hash=upload.plan_hash, by=making.BY)

    @precondition(lambda self: self.shown)
    @rule(number=st.integers(0, 9))
    def confirm(self, number: int) -> None:
        upload = self.one(number)
        actions.confirm(upload, plan_hash=upload.plan_hash, by=making.BY)

    @precondition(lambda self: self.shown)
    @rule(number=st.integers(0, 9))
    def invite_a_chunk(self, number: int) -> None:
        inviting.invite_some(self.one(number))

    @precondition(lambda self: self.shown)
    @rule(number=st.integers(0, 9), step=st.sampled_from(["insert", "enqueue_each", "record_each"]))
    def crash_in_a_chunk(self, number: int, step: str) -> None:
        upload, real = self.one(number), getattr(inviting_one, step)

        def dies(*args: Any, **more: Any) -> None:
            real(*args, **more)
            raise KeyboardInterrupt

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(inviting_one, step, dies)
            with suppress(KeyboardInterrupt):
                inviting.invite_some(upload)

    @precondition(lambda self: self.shown)
    @rule(number=st.integers(0, 9))
    def stop(self, number: int) -> None:
        actions.stop(self.one(number), by=making.BY)

    @precondition(lambda self: self.shown)
    @rule(number=st.integers(0, 9))
    def undo_a_chunk(self, number: int) -> None:
        undoing.undo_some(self.one(number))

    @precondition(lambda self: self.shown)
    @rule(number=st.integers(0, 9))
    def withdraw(self, number: int) -> None:
        actions.withdraw(self.one(number), by=making.BY)

    @precondition(lambda self: self.shown)
    @rule(number=st.integers(0, 9))
    def cancel(self, number: int) -> None:
        actions.cancel(self.one(number), by=making.BY)

    @rule(somebody=people)
    def a_colleague_invites(self, somebody: tuple[str, str]) -> None:
        email, phone = somebody
        if "@" in email:
            with suppress(inviting_one.DuplicateError):
                making.passport(self.trust, email=email, phone="+44" + phone[1:], first_name="Colleague")

    @rule(number=st.integers(0, 9))
    def a_colleague_deletes(self, number: int) -> None:
        found = list(StaffPassport.objects.of(self.trust).order_by("pk"))
        if found and found[number % len(found)].first_name == "Colleague":
            found[number % len(found)].delete()

    @invariant()
    def nobody_is_invited_but_those_that_the_review_showed(self) -> None:
        for upload in self.fresh():
            to_invite = {n for n, outcome in self.shown[upload.pk].items() if outcome == Outcome.TO_INVITE}
            emails = UploadRow.everywhere.filter(upload_id=upload.pk, number__in=to_invite)
            invited = set(invited_by(upload).values_list("email", flat=True))
            assert invited <= set(emails.values_list("email", flat=True))
            assert len(invited) == upload.invited
            assert upload.invited + upload.overtaken <= upload.to_invite
            if upload.confirmed_at is None:
                assert planned(upload) == self.shown[upload.pk]
                assert not invited

    @invariant()
    def everybody_has_one_invitation_and_two_messages(self) -> None:
        passports = StaffPassport.everywhere.exclude(first_name="Colleague")
        uploaded = set(passports.values_list("pk", flat=True))
        invitations = Invitation.everywhere.filter(passport_id__in=uploaded)
        about = [str(pk) for pk in invitations.values_list("pk", flat=True)]
        assert len(about) == len(uploaded)
        assert Message.everywhere.filter(about__in=about).count() == 2 * len(about)


def planned(upload: Upload) -> dict[int, str]:
    rows = UploadRow.everywhere.filter(upload_id=upload.pk)
    return dict(rows.values_list("number", "outcome"))


def test_the_plan_holds(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting, "CHUNK", dict.fromkeys(("sqlite", "postgresql"), 2))
    monkeypatch.setattr(undoing, "_CHUNK", 2)
    monkeypatch.setattr("staffpassport.work.pauses.ON_SQLITE", 0)
    run_state_machine_as_test(
        Uploads,
        settings=settings(
            max_examples=examples(25),
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
