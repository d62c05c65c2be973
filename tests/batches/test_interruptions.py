"""Whatever is done for many people is done or not done, at whichever statement the process dies; and once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from staffpassport.batches import actions, carrying_out
from staffpassport.batches.carrying_out import carry_out_some
from staffpassport.batches.kinds import Kind
from staffpassport.batches.models import Batch
from staffpassport.bulk import inserting
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.work import pauses
from tests import making
from tests.batches.batches import BY, work
from tests.uploads.crashing.interrupting import every_statement, killed_at
from tests.uploads.crashing.seen import seen

pytestmark = pytest.mark.django_db(transaction=True)

Step = Callable[[Organisation], object]


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying_out, "_CHUNK", 3)
    # PostgreSQL takes many rows by COPY, which has to be interrupted too.
    monkeypatch.setattr(inserting, "_COPY_PAYS_FROM", 2)
    monkeypatch.setattr(pauses, "ON_SQLITE", 0)


def choose(kind: Kind) -> Step:
    def choice(trust: Organisation) -> None:
        ids = StaffPassport.objects.of(trust).values_list("pk", flat=True)
        actions.choose(organisation=trust, kind=kind, passports=list(ids))

    return choice


def chosen(kind: Kind) -> Step:
    return choose(kind)


def confirmed(kind: Kind) -> Step:
    def begin(trust: Organisation) -> None:
        choose(kind)(trust)
        confirm(trust)

    return begin


def confirm(trust: Organisation) -> None:
    actions.confirm(one(trust), by=BY)


def a_chunk(trust: Organisation) -> None:
    carry_out_some(one(trust))


def all_of_it(trust: Organisation) -> None:
    work()


def one(trust: Organisation) -> Batch:
    """The trust's batch as a process sees it that has just started."""
    found: Batch = Batch.objects.of(trust).select_related("organisation").get()
    return found


def nothing(trust: Organisation) -> None:
    """Nobody has been chosen yet."""


CASES: list[tuple[str, Step, Step, Step]] = [
    ("confirm", chosen(Kind.RESEND), confirm, confirm),
    *((f"{kind} a chunk", confirmed(kind), a_chunk, all_of_it) for kind in Kind),
]


@pytest.mark.parametrize(
    ("before", "step", "again"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_dying_at_any_statement_leaves_what_was_or_what_is_to_be(
    before: Step, step: Step, again: Step
) -> None:
    smooth = trust_of(0)
    before(smooth)
    stood = seen(smooth)
    step(smooth)
    after = seen(smooth)
    again(smooth)
    finished = seen(smooth)
    assert stood != after

    trusts = count(1)
    trust: Organisation | None = None
    for number in every_statement():
        if trust is None:
            trust = trust_of(next(trusts))
            before(trust)
        with killed_at(number) as death:
            step(trust)
        where = f"killed before statement {number}: {death.statements[-1][:100]}"
        stands = seen(trust)
        assert stands in (stood, after), f"half done, {where}"
        if stands == after:
            again(trust)
            assert seen(trust) == finished, f"not finished by doing it again, {where}"
            trust = None
        if not death.happened:
            break
    assert stands == after, "it never comes to an end"
    assert number > 4, "so few statements: they are not seen"


def trust_of(number: int) -> Organisation:
    """A trust with four people, who have the same names in each."""
    trust = making.organisation(ods_code=f"T{number}", name="Fairdale")
    for person in range(4):
        making.passport(trust, email=f"person{person}@example.com", phone=f"+44794610000{person}")
    return trust
