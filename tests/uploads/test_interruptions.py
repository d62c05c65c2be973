"""Whatever is done with an upload is done or not done, at whichever statement the process dies; and done again, it
is done once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
import time_machine
from django.utils import timezone

from staffpassport.bulk import inserting
from staffpassport.organisations.models import Organisation
from staffpassport.uploads import actions, inviting, retention, undoing
from staffpassport.uploads.checking import check
from staffpassport.uploads.inviting import invite_some
from staffpassport.uploads.models import Upload
from staffpassport.uploads.states import State
from staffpassport.uploads.undoing import undo_some
from staffpassport.work import pauses
from tests import making
from tests.making import BY
from tests.uploads import lists
from tests.uploads.crashing.interrupting import every_statement, killed_at
from tests.uploads.crashing.seen import seen

pytestmark = pytest.mark.django_db(transaction=True)

_CHUNK = 3
_TO_INVITE = 5
_LISTED = [
    *lists.people(_TO_INVITE),
    lists.person(email="nobody"),
    [""] * 7,
    lists.person(email="known@example.com"),
]
_LISTED.append(_LISTED[0])

Step = Callable[[Organisation], object]


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting, "CHUNK", dict.fromkeys(("sqlite", "postgresql"), _CHUNK))
    monkeypatch.setattr(undoing, "_CHUNK", _CHUNK)
    # PostgreSQL takes many rows by COPY, which has to be interrupted too.
    monkeypatch.setattr(inserting, "_COPY_PAYS_FROM", 2)
    monkeypatch.setattr(pauses, "ON_SQLITE", 0)


def one(trust: Organisation) -> Upload:
    """The trust's upload as a process sees it that has just started."""
    found: Upload = Upload.objects.of(trust).select_related("organisation").get()
    return found


# ── How far a trust has come when the process dies ──────────────────────────────────────────────────────────


def nothing(trust: Organisation) -> None:
    """No list has come yet."""


def receive(trust: Organisation) -> None:
    lists.sent(trust, _LISTED)


def receive_what_is_no_list(trust: Organisation) -> None:
    lists.sent(trust, b"%PDF-1.7")


def reviewed(trust: Organisation) -> None:
    receive(trust)
    check(one(trust))


def confirmed(trust: Organisation) -> None:
    reviewed(trust)
    confirm(trust)


def confirmed_and_overtaken(trust: Organisation) -> None:
    """A colleague has invited two of them since the review, one found by the email, one by the phone."""
    confirmed(trust)
    by_email, by_phone = _LISTED[0][3], "+44" + _LISTED[2][4][1:]
    making.passport(trust, email=by_email, phone="+447946100001")
    making.passport(trust, email="colleague@example.com", phone=by_phone)


def last_chunk_is_through(trust: Organisation) -> None:
    confirmed(trust)
    while one(trust).invited < _TO_INVITE:
        invite_some(one(trust))


def done(trust: Organisation) -> None:
    confirmed(trust)
    invite_all(trust)


def stopping(trust: Organisation) -> None:
    confirmed(trust)
    invite_some(one(trust))
    stop(trust)


def withdrawing(trust: Organisation) -> None:
    done(trust)
    withdraw(trust)


def without_its_bytes(trust: Organisation) -> None:
    reviewed(trust)
    retire_after(hours=25)(trust)


# ── What it was doing ───────────────────────────────────────────────────────────────────────────────────────


def confirm(trust: Organisation) -> None:
    actions.confirm(one(trust), plan_hash=one(trust).plan_hash, by=BY)


def cancel(trust: Organisation) -> None:
    actions.cancel(one(trust), by=BY)


def stop(trust: Organisation) -> None:
    actions.stop(one(trust), by=BY)


def withdraw(trust: Organisation) -> None:
    actions.withdraw(one(trust), by=BY)


def invite_all(trust: Organisation) -> None:
    while invite_some(one(trust)):
        pass


def undo_all(trust: Organisation) -> None:
    while undo_some(one(trust)):
        pass


def retire_after(**time: float) -> Step:
    def retire(trust: Organisation) -> None:
        with time_machine.travel(timezone.now() + timedelta(**time)):
            retention.retire()

    return retire


def check_it(trust: Organisation) -> None:
    check(one(trust))


def invite_a_chunk(trust: Organisation) -> None:
    invite_some(one(trust))


def undo_a_chunk(trust: Organisation) -> None:
    undo_some(one(trust))


@dataclass(frozen=True, slots=True)
class Interrupted:
    """From `before`, `step` is interrupted. Then somebody does it again, or a worker goes on: the `rest`."""

    name: str
    before: Step
    step: Step
    rest: Step | None = None


CASES = [
    Interrupted("receive", nothing, receive),
    Interrupted("check", receive, check_it),
    Interrupted("check what is no list", receive_what_is_no_list, check_it),
    Interrupted("confirm", reviewed, confirm),
    Interrupted("cancel before it is checked", receive, cancel),
    Interrupted("cancel", reviewed, cancel),
    Interrupted("stop", confirmed, stop),
    Interrupted("stop what is done", done, stop),
    Interrupted("withdraw", done, withdraw),
    Interrupted("invite the first", confirmed, invite_a_chunk, invite_all),
    Interrupted("invite when some are overtaken", confirmed_and_overtaken, invite_a_chunk, invite_all),
    Interrupted("see that all are invited", last_chunk_is_through, invite_a_chunk),
    Interrupted("stop their messages", stopping, undo_a_chunk, undo_all),
    Interrupted("withdraw their invitations", withdrawing, undo_a_chunk, undo_all),
    Interrupted("delete the bytes", reviewed, retire_after(hours=25)),
    Interrupted("lapse", without_its_bytes, retire_after(days=8)),
    Interrupted("delete the cells", done, retire_after(days=8)),
]


def trusts() -> Iterator[Organisation]:
    """One after the other, each with somebody whom the list knows."""
    for number in count(1):
        trust = making.organisation(ods_code=f"T{number}", name="Fairdale")
        making.passport(trust, email="known@example.com", phone="+447946100000")
        yield trust


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_dying_at_any_statement_leaves_what_was_or_what_is_to_be(case: Interrupted) -> None:
    """Where nothing was done, the next process finds what the last one left and dies one statement later."""
    many = trusts()
    again = case.rest or case.step
    smooth = next(many)
    case.before(smooth)
    before = seen(smooth)
    case.step(smooth)
    after = seen(smooth)
    again(smooth)
    finished = seen(smooth)
    assert before != after
    assert case.rest or finished == after, "what is done is done again"

    trust: Organisation | None = None
    for number in every_statement():
        if trust is None:
            trust = next(many)
            case.before(trust)
        with killed_at(number) as death:
            case.step(trust)
        where = f"killed before statement {number}: {death.statements[-1][:100]}"
        stands = seen(trust)
        assert stands in (before, after), f"half done, {where}"
        if stands == after:
            again(trust)
            assert seen(trust) == finished, f"not finished by doing it again, {where}"
            trust = None
        if not death.happened:
            break
        # Checking is given up at the fourth time, which is not what is asked here.
        Upload.everywhere.filter(state=State.CHECKING).update(attempts=0)
    assert stands == after, "it never comes to an end"
    assert number > 4, "so few statements: they are not seen"
