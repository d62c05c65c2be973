"""`kill -9` of real workers while a list of a thousand is checked, carried out, stopped or withdrawn."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from staffpassport.audit.models import Event, Kind
from staffpassport.invitations.actions import DuplicateError
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import State as MessageState
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.uploads import actions
from staffpassport.uploads.models import Upload, UploadRow
from staffpassport.uploads.progress import invited_by
from staffpassport.uploads.states import Outcome, State
from tests import making
from tests.making import BY
from tests.runs import examples
from tests.uploads import lists
from tests.uploads.crashing.crew import Crew
from tests.work.workers import Workers, workers

__all__ = ["workers"]

KNOWN, TWINS, PROBLEMS, BLANK = 10, 15, 20, 15
TO_INVITE = 1_000 - KNOWN - TWINS - PROBLEMS - BLANK
ENDS = (State.DONE, State.STOPPED, State.WITHDRAWN)
_COLLEAGUE = "Colleague"
_COLLEAGUE_IS_BUSY = 0.8


@dataclass(slots=True)
class List:
    """A list of a thousand rows in any order, sent in; and whom it must invite, by their emails."""

    trust: Organisation
    chance: Random
    upload: Upload = field(init=False)
    plan: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        good = lists.people(TO_INVITE)
        known = [lists.person() for _ in range(KNOWN)]
        for row in known:
            making.passport(self.trust, email=row[3])
        wrong = [lists.person(email="nobody") for _ in range(PROBLEMS)]
        rows = [*good, *self.chance.sample(good, TWINS), *known, *wrong, *([""] * 7 for _ in range(BLANK))]
        self.chance.shuffle(rows)
        # Blank rows at the end are none of the list.
        rows.sort(key=lambda row: row is good[0])
        self.plan = {row[3]: "+44" + row[4][1:] for row in good}
        self.upload = lists.sent(self.trust, rows)

    def now(self) -> Upload:
        found: Upload = Upload.everywhere.select_related("organisation").get(pk=self.upload.pk)
        return found

    def is_at(self, *states: State) -> bool:
        return self.now().state in states

    def undone(self) -> int:
        """How many people stopping or withdrawing has come to."""
        through = self.now().undone_through
        return invited_by(self.now()).filter(pk__lte=through).count() if through else 0

    def a_colleague_invites_one_of_them(self) -> None:
        if self.chance.random() < _COLLEAGUE_IS_BUSY:
            return
        email = self.chance.choice(list(self.plan))
        with suppress(DuplicateError):
            making.passport(self.trust, email=email, first_name=_COLLEAGUE)


@pytest.mark.parametrize("round_", range(examples(3)))
def test_whoever_dies_everybody_of_the_plan_is_invited_once(workers: Workers, round_: int) -> None:
    chance, end = Random(round_), ENDS[round_ % len(ENDS)]
    listed = List(making.organisation(), chance)
    # A file that ends three workers is taken for the reason, and given up.
    with Crew(workers, chance, mortals=2) as crew:
        crew.works_until(lambda: not listed.is_at(State.CHECKING))
        plan = listed.now()
        assert plan.state == State.TO_REVIEW
        assert actions.confirm(plan, plan_hash=plan.plan_hash, by=BY)

        stop_at = chance.randrange(100, TO_INVITE // 2) if end == State.STOPPED else TO_INVITE
        crew.works_until(
            lambda: listed.is_at(State.DONE) or listed.now().invited >= stop_at,
            meanwhile=listed.a_colleague_invites_one_of_them,
        )
        if end == State.STOPPED:
            assert actions.stop(listed.now(), by=BY)
        elif end == State.WITHDRAWN:
            crew.works_until(lambda: listed.is_at(State.DONE))
            assert actions.withdraw(listed.now(), by=BY)
        if end != State.DONE:
            undone = chance.randrange(100)
            crew.works_until(lambda: listed.is_at(end) or listed.undone() > undone)
            crew.kill_whoever_carries_it_out()
        crew.works_until(lambda: listed.is_at(end))
        assert crew.deaths, "the test means nothing if nobody was killed"
    the_totals_add_up(listed, end)
    everybody_has_what_they_should_have_and_nobody_else(listed)
    what_was_taken_back_is_taken_back(listed, end)


def the_totals_add_up(listed: List, end: State) -> None:
    upload = listed.now()
    assert lists.adds_up(upload)
    assert (upload.rows, upload.to_invite, upload.duplicates, upload.problems, upload.blank) == (
        1_000,
        TO_INVITE,
        KNOWN + TWINS,
        PROBLEMS,
        BLANK,
    )
    outcomes = Counter(UploadRow.everywhere.values_list("outcome", flat=True))
    assert outcomes[Outcome.OVERTAKEN] == upload.overtaken
    assert outcomes.total() == 1_000 - BLANK
    if end != State.STOPPED:
        assert upload.stopped == 0
    happened = Counter(Event.objects.filter(subject=str(upload.pk)).values_list("kind", flat=True))
    assert set(happened.values()) == {1}, happened


def everybody_has_what_they_should_have_and_nobody_else(listed: List) -> None:
    upload = listed.now()
    invited = dict(invited_by(upload).values_list("email", "phone"))
    assert len(invited) == upload.invited == invited_by(upload).count()
    assert invited.items() <= listed.plan.items()
    colleagues = StaffPassport.everywhere.filter(first_name=_COLLEAGUE)
    overtaken = set(colleagues.values_list("email", flat=True))
    assert not overtaken & set(invited)
    if upload.stopped == 0:
        assert set(invited) | overtaken == set(listed.plan)
        assert upload.overtaken == len(overtaken) > 0

    passports = list(StaffPassport.everywhere.values_list("pk", flat=True))
    assert len(passports) == KNOWN + len(overtaken) + len(invited)
    invitations = dict(Invitation.everywhere.values_list("pk", "passport_id"))
    assert sorted(invitations.values()) == sorted(passports)
    events = Event.objects.filter(kind=Kind.INVITED).values_list("subject", flat=True)
    assert sorted(events) == sorted(map(str, passports))
    keys = Message.everywhere.values_list("idempotency_key", flat=True)
    assert sorted(keys) == sorted(
        f"invitation:{pk}:{channel}" for pk in invitations for channel in ("email", "text")
    )


def what_was_taken_back_is_taken_back(listed: List, end: State) -> None:
    theirs = Invitation.everywhere.filter(passport_id__in=invited_by(listed.now()).values("pk"))
    ended = Counter(theirs.values_list("ended_reason", flat=True))
    withdrawn = Event.objects.filter(kind=Kind.INVITATION_WITHDRAWN).values_list("subject", flat=True)
    if end == State.WITHDRAWN:
        assert ended == {Invitation.EndedReason.WITHDRAWN: listed.now().invited}
        assert listed.now().withdrawn == listed.now().invited
        assert sorted(withdrawn) == sorted(map(str, theirs.values_list("passport_id", flat=True)))
    else:
        assert set(ended) <= {None}
        assert not withdrawn
    if end != State.DONE:
        about: Any = map(str, theirs.values_list("pk", flat=True))
        assert not Message.everywhere.filter(about__in=list(about), state=MessageState.QUEUED).exists()
