"""The table of contents: with it a reader finds what is there without it, and nobody hides an event by changing it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from staffpassport.audit import contents, trail
from staffpassport.audit.contents import TASKS, continue_contents, listed_before
from staffpassport.audit.models import Event, Kind, SealedEvent, TrailContents
from staffpassport.audit.record import Actor, event, write
from staffpassport.audit.retiring import retire_some
from staffpassport.audit.sealing import seal
from staffpassport.audit.trail import Question, Trail
from tests import making
from tests.audit.sealing import seal_everything, verify

pytestmark = pytest.mark.django_db

TRUST, OTHER = UUID(int=7 << 80), UUID(int=8 << 80)
JO, ALEX, NOBODY = (f"user:{UUID(int=number)}" for number in (1, 2, 3))
KINDS = [Kind.INVITED, Kind.MESSAGE_SENT, Kind.PASSPORT_VIEWED, Kind.LOGGED_IN, Kind.SETTINGS_CHANGED]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (contents, trail):
        monkeypatch.setattr(module, "SIZE", 10)


def written(chance: random.Random, count: int, trust: UUID = TRUST) -> None:
    """Events in runs of one kind, as lists and people at work write them, of days that go on and now and then back."""
    begin = timezone.now() - 20 * DAY
    actors = [Actor(JO, "Jo"), Actor(ALEX, "Alex"), making.BY, Actor.holder(uuid4())]
    events: list[Event] = []
    while len(events) < count:
        kind, by = chance.choices(KINDS, [50, 50, 9, 9, 1])[0], chance.choices(actors, [9, 1, 50, 5])[0]
        for _ in range(chance.choice([1, 2, 40])):
            one = event(kind, actor=by, organisation_id=trust, subject=str(chance.randrange(9)))
            one.at = (
                begin + 20 * DAY * len(events) / count - chance.choice([0, 0, 1, 50]) * timedelta(minutes=1)
            )
            events.append(one)
    for start in range(0, count, 7):
        write(events[start : min(start + 7, count)])


def some(count: int, kind: Kind = Kind.INVITED, actor: Actor = making.BY) -> None:
    write([event(kind, actor=actor, organisation_id=TRUST, subject="x") for _ in range(count)])


def all_sealed() -> None:
    seal_everything()
    for trust in (TRUST, OTHER):
        while continue_contents(trust):
            pass


def questions(chance: random.Random) -> Iterator[Question]:
    at_edges = Event.objects.filter(sealed__organisation_id=TRUST, sealed__number__in=(9, 10, 119, 200, 399))
    days: list[Any] = [
        None,
        *at_edges.values_list("at", flat=True),
        timezone.now() - 25 * DAY,
        timezone.now(),
    ]
    for _ in range(30):
        yield Question(
            kinds=frozenset(chance.sample(KINDS, chance.choice([0, 0, 1, 2, 5]))),
            who=chance.choice(["", "", TASKS, JO, ALEX, NOBODY]),
            begin=chance.choice(days),
            end=chance.choice(days),
            subject=chance.choice(["", "", "", "4"]),
        )


def test_a_reader_with_contents_finds_what_one_without_finds_in_both_directions() -> None:
    chance = random.Random(20261128)
    written(chance, 406)
    written(chance, 60, OTHER)
    all_sealed()
    assert listed_before(TRUST) == 400
    seen = 0
    for question in questions(chance):
        asked = Trail(TRUST, question)
        expected = list(asked.events.order_by("number").values_list("number", flat=True))
        seen += len(expected)
        assert [one.number for one in asked.newest_first()] == expected[::-1], question
        for beyond in (None, 9, 255, 404, 10_000_000_000_000_000_000):
            most = chance.choice([1, 3, 26])
            older = [number for number in expected[::-1] if beyond is None or number < beyond][:most]
            newer = [number for number in expected if beyond is None or number > beyond][:most]
            for newest_first, numbers in ((True, older), (False, newer)):
                some = asked.some(newest_first=newest_first, beyond=beyond, most=most)
                assert [one.number for one in some] == numbers, (question, beyond, newest_first)
    assert seen > 500
    assert verify()[0]


def test_something_rare_is_read_in_its_blocks_alone() -> None:
    some(205)
    some(1, Kind.SETTINGS_CHANGED, Actor(JO, "Jo"))
    some(205)
    all_sealed()
    for question in (Question(kinds=frozenset({Kind.SETTINGS_CHANGED})), Question(who=JO)):
        with CaptureQueriesContext(connection) as queries:
            (found,) = Trail(TRUST, question).some(newest_first=True, beyond=None, most=26)
        assert found.number == 206
        read = [one["sql"] for one in queries if "audit_sealedevent" in one["sql"]]
        assert len(read) == 2, "what is not listed yet, and one block"
        assert '"number" >= 200' in read[1]
        assert '"number" < 210' in read[1]


def test_whole_blocks_are_listed_as_they_are_sealed_and_others_doing_it_too_do_no_harm() -> None:
    chance = random.Random(1)
    written(chance, 25)
    seal()
    lines = TrailContents.objects.count()
    assert listed_before(TRUST) == 20
    assert not continue_contents(TRUST)
    last = TrailContents.objects.filter(block=1)
    last.filter(kind="", who="").delete()
    continue_contents(TRUST)
    assert TrailContents.objects.count() == lines
    assert listed_before(OTHER) == 0
    assert verify()[0]


def test_retired_blocks_lose_their_lines_and_the_one_cut_through_is_no_finding(settings: Any) -> None:
    settings.EVENTS_KEPT_YEARS = 6
    long_ago = timezone.now() - 7 * 366 * DAY
    with time_machine.travel(long_ago):
        some(25)
        seal()
    some(30)
    seal()
    assert retire_some()
    assert set(TrailContents.objects.values_list("block", flat=True)) == {2, 3, 4}
    assert SealedEvent.objects.order_by("number").values_list("number", flat=True)[0] == 26
    assert verify()[0]


# ── Hiding events by it ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sealed() -> None:
    for _ in range(40):
        some(1)
        some(1, Kind.PASSPORT_VIEWED, Actor(JO, "Jo"))
    seal()


@pytest.mark.parametrize(
    "harm",
    [
        lambda lines: lines.filter(kind=Kind.PASSPORT_VIEWED, who="").delete(),
        lambda lines: lines.filter(kind="", who=JO).delete(),
        lambda lines: lines.filter(kind=Kind.PASSPORT_VIEWED, who=JO).delete(),
        lambda lines: lines.filter(kind="", who="").delete(),
        lambda lines: lines.filter(kind=Kind.PASSPORT_VIEWED, who="").update(kind="something"),
        lambda lines: lines.filter(who=JO, kind="").update(who=NOBODY),
        lambda lines: lines.filter(kind="", who="").update(latest=timezone.now() - DAY),
        lambda lines: lines.filter(kind="", who="").update(earliest=timezone.now() + DAY),
        lambda lines: lines.update(organisation_id=OTHER),
        lambda lines: lines.delete(),
    ],
)
def test_a_line_changed_or_taken_out_is_told_and_made_anew(sealed: None, harm: Any) -> None:
    assert verify()[0]
    harm(TrailContents.objects.filter(organisation_id=TRUST, block=3))
    whole, said = verify()
    assert not whole
    assert "The table of contents leaves out " in said
    assert " of the events number 30 to 39: it was changed" in said
    assert said.endswith("The audit trail is not whole: 1 finding, above.")
    call_command("remake_audit_contents", verbosity=0)
    assert verify()[0]


def test_a_line_ahead_of_the_trail_hides_nothing_untold(sealed: None) -> None:
    now = timezone.now()
    TrailContents.objects.create(organisation_id=TRUST, block=9, kind="", who="", earliest=now, latest=now)
    numbers = SealedEvent.objects.filter(organisation_id=TRUST).count()
    assert numbers == 80
    whole, said = verify()
    assert not whole
    assert "leaves out 1 of the events number 80 to 89" in said


def test_without_any_contents_everything_is_found_and_nothing_is_wrong(sealed: None) -> None:
    TrailContents.objects.all().delete()
    assert len(Trail(TRUST, Question(who=JO)).some(newest_first=True, beyond=None, most=99)) == 40
    assert verify()[0]
