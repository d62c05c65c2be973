"""The chain: whatever anybody does to the tables is found, and told with its place."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from staffpassport.audit.chain import MOST_FINDINGS, Keys, Seal, Sealed, Told, event_mac, seal_mac
from tests.audit.trail import NEW, OLD, TRUST, Trail, sealed_in, told

WHOLE = sealed_in(4, 1, 6, 3)
MUTATED_COPIES = 10_000


def test_a_trail_that_nobody_touched_is_whole() -> None:
    verdict = WHOLE.verdict()
    assert (verdict.findings, verdict.events, verdict.last) == ([], 14, 14)
    assert verdict.head == WHOLE.seals[-1].mac


def test_nothing_at_all_is_whole() -> None:
    assert Trail([], [], {}).verdict().findings == []


# ── Each way to harm it, told in words that name the place ──────────────────────────────────────────────────


def edited(trail: Trail, place: int, **changes: Any) -> Trail:
    events = list(trail.events)
    was = events[place].told
    events[place] = events[place]._replace(told=was._replace(**changes))
    return replace(trail, events=events)


@pytest.mark.parametrize(
    "change",
    [
        {"id": UUID(int=5)},
        {"organisation_id": None},
        {"organisation_id": UUID(int=1)},
        {"kind": "passport-viewed"},
        {"actor": "task:deliver"},
        {"actor_name": "Jo Hall"},
        {"subject": str(UUID(int=9))},
        {"detail": "Email "},
        {"at": told(6).at + timedelta(microseconds=1)},
        {"network_address": "192.0.2.2"},
    ],
)
def test_an_edit_names_the_event(change: dict[str, Any]) -> None:
    (finding,) = edited(WHOLE, 5, **change).verdict().findings
    assert finding.startswith("Event number 6 (id ")
    assert "is not what was sealed" in finding


def test_every_field_of_an_event_is_sealed() -> None:
    """A field that comes later must not be left out."""
    changes: dict[str, Any] = {"id": UUID(int=5), "organisation_id": None, "at": told(1).at}
    for name in Told._fields:
        assert edited(WHOLE, 5, **{name: changes.get(name, "another")}).verdict().findings, name


def test_values_cannot_be_moved_between_fields() -> None:
    assert edited(WHOLE, 5, subject=told(6).subject + "E", detail="mail").verdict().findings


def test_a_deletion_names_the_number() -> None:
    gone = replace(WHOLE, events=[*WHOLE.events[:5], *WHOLE.events[6:]])
    assert gone.verdict().findings == ["Event number 6 is missing."]
    several = replace(WHOLE, events=[one for one in WHOLE.events if not 6 <= one.number <= 8])
    assert several.verdict().findings == ["Events number 6 to 8 are missing."]


def test_an_insertion_names_the_event() -> None:
    more = Sealed(3, WHOLE.events[2].mac, told(99))
    (finding,) = replace(WHOLE, events=[*WHOLE.events, more]).verdict().findings
    assert finding.startswith("Event number 3 (id ")
    twin = replace(WHOLE, events=[*WHOLE.events, WHOLE.events[2]])
    (finding,) = twin.verdict().findings
    assert finding.endswith("stands in a place that is taken, or that no seal covers.")
    beyond = Sealed(15, WHOLE.events[2].mac, told(99))
    (finding,) = replace(WHOLE, events=[*WHOLE.events, beyond]).verdict().findings
    assert finding.endswith("has a number and no seal.")


def test_two_events_that_changed_places_are_both_named() -> None:
    events = list(WHOLE.events)
    events[2], events[7] = events[2]._replace(number=8), events[7]._replace(number=3)
    findings = replace(WHOLE, events=events).verdict().findings
    assert [finding[:14] for finding in findings if "not what was sealed" in finding] == [
        "Event number 3",
        "Event number 8",
    ]


def test_a_seal_taken_out_with_its_events_is_missed() -> None:
    gone = Trail([WHOLE.seals[0], *WHOLE.seals[2:]], [e for e in WHOLE.events if e.number != 5], WHOLE.heads)
    findings = gone.verdict().findings
    assert "The seal of event number 5 is missing." in findings
    assert "The seal of events number 6 to 11 does not follow the seal before it." in findings


def test_an_end_that_was_cut_off_is_known_by_the_heads_alone() -> None:
    cut = Trail(WHOLE.seals[:2], WHOLE.events[:5], {})
    assert cut.verdict().findings == []
    (finding,) = replace(cut, heads=WHOLE.heads).verdict().findings[:1]
    assert finding == (
        "The trail was cut back: it ends with number 5, but a head was noted outside the database for number 14."
    )
    everything = Trail([], [], WHOLE.heads).verdict().findings
    assert everything[0].startswith("The trail was cut back: it ends with number 0")


def test_a_trail_made_anew_with_the_key_is_known_by_the_heads() -> None:
    """As somebody could who has the keys and the database, but not the file of heads."""
    anew = sealed_in(4, 1, 6, 3, keys=[NEW])
    assert anew.verdict(keys=[NEW]).findings == []
    findings = replace(anew, heads=WHOLE.heads).verdict().findings
    assert len(findings) == len(WHOLE.seals)
    assert all("another than the head noted" in finding for finding in findings)


def test_an_event_dated_back_is_told_though_it_was_sealed() -> None:
    later, earlier = told(2)._replace(at=told(2).at + timedelta(hours=2)), told(3)
    ring = Keys([NEW])
    key = ring.get(ring.newest)
    assert key
    events = [Sealed(n, event_mac(key, TRUST, n, t), t) for n, t in enumerate((later, earlier), start=1)]
    seal = Seal(1, 2, b"", b"", ring.newest, later.at)
    seal = seal._replace(mac=seal_mac(key, TRUST, seal, [one.mac for one in events]))
    (finding,) = Trail([seal], events, {}).verdict().findings
    assert finding.startswith("Event number 2 (id ")
    assert "dated it back" in finding


# ── Keys ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_an_old_key_sealed_stays_verified_by_it() -> None:
    assert {seal.key_id for seal in WHOLE.seals} == {Keys([OLD]).newest, Keys([NEW]).newest}
    assert edited(WHOLE, 0, detail="x").verdict().findings


def test_a_key_that_was_taken_away_is_one_sentence() -> None:
    (finding,) = WHOLE.verdict(keys=[NEW]).findings
    assert finding.startswith("From number 1 on, events were sealed with the key ")
    assert Keys([OLD]).newest in finding
    assert OLD not in finding


def test_findings_without_end_are_counted() -> None:
    long = sealed_in(MOST_FINDINGS + 30)
    all_edited = [one._replace(mac=b"x" * 16) for one in long.events]
    verdict = replace(long, events=all_edited).verdict()
    assert len(verdict.findings) == MOST_FINDINGS
    assert verdict.more_findings == 31  # and the seal


# ── Deleted for its age ─────────────────────────────────────────────────────────────────────────────────────


def test_what_was_deleted_for_its_age_is_no_finding_and_the_rest_is_verified() -> None:
    for batches in range(1, 5):
        rest = WHOLE.without_the_first(batches)
        verdict = rest.verdict()
        assert (verdict.findings, verdict.last) == ([], 14)
        assert verdict.events == len(rest.events)
        assert verdict.head == WHOLE.seals[-1].mac
    twice = WHOLE.without_the_first(1).without_the_first(2)
    assert (twice.verdict().findings, twice.verdict().events) == ([], 3)
    assert edited(WHOLE.without_the_first(1), 3, detail="x").verdict().findings


def test_a_beginning_that_was_cut_off_without_the_keys_is_told() -> None:
    forged = WHOLE.without_the_first(2, key="a key of somebody who has none 0123456789")
    (finding,) = forged.verdict().findings
    assert finding.startswith(
        "That all up to event number 5 was deleted for its age was sealed with the key "
    )
    assert forged.retired
    with_our_id = replace(forged, retired=forged.retired._replace(key_id=Keys([NEW]).newest))
    (finding,) = with_our_id.verdict().findings
    assert finding.endswith("no portal has sealed it: somebody cut it off.")
    assert (
        replace(forged, retired=None).verdict().findings[0] == "The seal of events number 1 to 5 is missing."
    )


def test_a_beginning_that_was_cut_off_with_the_keys_is_known_by_the_file_alone() -> None:
    unnoted = replace(WHOLE.without_the_first(2), retirements={})
    (finding,) = unnoted.verdict().findings
    assert finding.endswith("was not noted outside the database: somebody may have cut it off.")
    other = WHOLE.without_the_first(1)
    assert replace(unnoted, retirements=other.retirements).verdict().findings


def test_what_was_retired_cannot_be_said_of_more_or_of_another_trail() -> None:
    first, more = WHOLE.without_the_first(1), WHOLE.without_the_first(2)
    noted = {**first.retirements, **more.retirements}
    assert replace(more, retired=first.retired, retirements=noted).verdict().findings
    assert replace(first, retired=more.retired, retirements=noted).verdict().findings
    anew = sealed_in(4, 1, 6, 3, keys=[NEW]).without_the_first(2)
    (finding, *_) = replace(anew, heads=WHOLE.heads).verdict(keys=[NEW]).findings
    assert finding.startswith("The seal that ended with number 5 and was deleted for its age is another")


# ── By chance ───────────────────────────────────────────────────────────────────────────────────────────────

Mutation = Callable[[random.Random, Trail], Trail]


def _edit(chance: random.Random, trail: Trail) -> Trail:
    place = chance.randrange(len(trail.events))
    was = trail.events[place].told
    name = chance.choice(Told._fields)
    value = getattr(was, name)
    if name in ("id", "organisation_id"):
        value = UUID(int=value.int ^ 1 << chance.randrange(128))
    elif name == "at":
        value += timedelta(microseconds=chance.choice([-1, 1]) * 10 ** chance.randrange(14))
    elif value and chance.random() < 0.5:
        cut = chance.randrange(len(value))
        value = value[:cut] + value[cut + 1 :]
    else:
        value = f"{value or ''}{chance.choice('x0 é☃')}"
    return edited(trail, place, **{name: value})


def _edit_mac(chance: random.Random, trail: Trail) -> Trail:
    place = chance.randrange(len(trail.events))
    events = list(trail.events)
    events[place] = events[place]._replace(mac=_one_bit(chance, events[place].mac))
    return replace(trail, events=events)


def _edit_seal(chance: random.Random, trail: Trail) -> Trail:
    place, seals = chance.randrange(len(trail.seals)), list(trail.seals)
    was = seals[place]
    seals[place] = chance.choice(
        [
            was._replace(mac=_one_bit(chance, was.mac)),
            was._replace(previous=_one_bit(chance, was.previous or b"\0" * 32)),
            was._replace(first=was.first + chance.choice([-1, 1])),
            was._replace(last=was.last + chance.choice([-1, 1])),
            was._replace(sealed_at=was.sealed_at + timedelta(seconds=chance.choice([-1, 1]))),
            was._replace(key_id=Keys([NEW if was.key_id != Keys([NEW]).newest else OLD]).newest),
            was._replace(key_id=f"{chance.randrange(2**64):016x}"),
        ]
    )
    return replace(trail, seals=seals)


def _delete(chance: random.Random, trail: Trail) -> Trail:
    gone = {chance.randrange(len(trail.events)) for _ in range(chance.randint(1, 3))}
    return replace(trail, events=[one for place, one in enumerate(trail.events) if place not in gone])


def _insert(chance: random.Random, trail: Trail) -> Trail:
    like = chance.choice(trail.events)
    number = chance.randint(0, len(trail.events) + 2)
    events = [*trail.events, like._replace(number=number, told=told(chance.randint(1, 99)))]
    chance.shuffle(events)
    return replace(trail, events=events)


def _make_room(chance: random.Random, trail: Trail) -> Trail:
    """Puts an event in and moves all later ones, seals and numbers, by one."""
    place = chance.randrange(len(trail.events))
    later = [one._replace(number=one.number + 1) for one in trail.events[place:]]
    seals = [
        seal._replace(first=seal.first + (seal.first > place + 1), last=seal.last + (seal.last > place))
        for seal in trail.seals
    ]
    new = trail.events[place]._replace(told=told(99))
    return replace(trail, seals=seals, events=[*trail.events[:place], new, *later])


def _exchange(chance: random.Random, trail: Trail) -> Trail:
    """Two events change places, with their MACs or without."""
    one, other = chance.sample(range(len(trail.events)), 2)
    events = list(trail.events)
    first, second = events[one], events[other]
    if chance.random() < 0.5:
        events[one], events[other] = first._replace(told=second.told), second._replace(told=first.told)
    else:
        events[one] = second._replace(number=first.number)
        events[other] = first._replace(number=second.number)
    return replace(trail, events=events)


def _cut(chance: random.Random, trail: Trail) -> Trail:
    """The end is cut off, at a seal or in the middle of one; the heads know of it."""
    kept = chance.randrange(len(trail.events))
    seals = [
        seal for seal in trail.seals if seal.last <= kept or (chance.random() < 0.5 and seal.first <= kept)
    ]
    return replace(trail, seals=seals, events=trail.events[:kept])


def _delete_seal(chance: random.Random, trail: Trail) -> Trail:
    gone = chance.choice(trail.seals)
    seals = [seal for seal in trail.seals if seal is not gone]
    if chance.random() < 0.5:
        return replace(trail, seals=seals)
    events = [one for one in trail.events if not gone.first <= one.number <= gone.last]
    return replace(trail, seals=seals, events=events)


def _exchange_seals(chance: random.Random, trail: Trail) -> Trail:
    one, other = chance.sample(range(len(trail.seals)), 2)
    seals = list(trail.seals)
    seals[one] = trail.seals[one]._replace(mac=trail.seals[other].mac)
    seals[other] = trail.seals[other]._replace(mac=trail.seals[one].mac)
    return replace(trail, seals=seals)


def _edit_retirement(chance: random.Random, trail: Trail) -> Trail:
    """What says where the chain begins is changed, forged or taken away."""
    was = trail.retired or trail.without_the_first(1).retired
    assert was
    said = chance.choice(
        [
            was._replace(last=was.last + chance.choice([-1, 1])),
            was._replace(head=_one_bit(chance, was.head)),
            was._replace(mac=_one_bit(chance, was.mac)),
            was._replace(retired_at=was.retired_at + timedelta(seconds=chance.choice([-1, 1]))),
            was._replace(key_id=Keys([OLD]).newest),
            None if trail.retired else was,
        ]
    )
    return replace(trail, retired=said)


def _one_bit(chance: random.Random, value: bytes) -> bytes:
    place = chance.randrange(len(value))
    return value[:place] + bytes([value[place] ^ 1 << chance.randrange(8)]) + value[place + 1 :]


MUTATIONS: list[Mutation] = [
    _edit,
    _edit_mac,
    _edit_seal,
    _delete,
    _insert,
    _make_room,
    _exchange,
    _cut,
    _delete_seal,
    _exchange_seals,
    _edit_retirement,
]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__.strip("_"))
def test_no_mutated_copy_passes(mutation: Mutation) -> None:
    """10,000 copies over all mutations, the same each time."""
    for seed in range(-(-MUTATED_COPIES // len(MUTATIONS))):
        chance = random.Random(seed)
        trail = sealed_in(*(chance.randint(1, 5) for _ in range(chance.randint(2, 4))))
        if len(trail.seals) > 2 and chance.random() < 0.5:
            trail = trail.without_the_first(1)
        mutated = mutation(chance, trail)
        assert mutated != trail
        assert mutated.verdict().findings, (mutation, seed)
