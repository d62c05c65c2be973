"""`kill -9` of real workers while a list of a thousand is checked, carried out, stopped or withdrawn."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from random import Random
from typing import Any

import pytest

from staffpassport.audit.models import Event, Kind
from staffpassport.invitations.actions import DuplicateError
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import State as MessageState
from staffpassport.uploads import actions
from staffpassport.uploads.progress import invited_by
from staffpassport.uploads.states import State
from tests import making
from tests.making import BY
from tests.runs import examples
from tests.uploads import lists
from tests.uploads.crashing.crew import Crew
from tests.uploads.crashing.listed import (
    COLLEAGUE,
    TO_INVITE,
    List,
    everybody_has_what_they_should_have_and_nobody_else,
    the_totals_add_up,
)
from tests.work.workers import Workers, workers

__all__ = ["workers"]

ENDS = (State.DONE, State.STOPPED, State.WITHDRAWN)
_COLLEAGUE_IS_BUSY = 0.8


class Followed(List):
    """One that is sent in at once, while a colleague invites some of its people."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.upload = lists.sent(self.trust, self.content)

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
            making.passport(self.trust, email=email, first_name=COLLEAGUE)


@pytest.mark.parametrize("round_", range(examples(3)))
def test_whoever_dies_everybody_of_the_plan_is_invited_once(workers: Workers, round_: int) -> None:
    chance, end = Random(round_), ENDS[round_ % len(ENDS)]
    listed = Followed(making.organisation(), chance)
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
    if end != State.STOPPED:
        assert listed.now().overtaken, "a colleague was busy, too"
    what_was_taken_back_is_taken_back(listed, end)


def what_was_taken_back_is_taken_back(listed: Followed, end: State) -> None:
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
