"""The oldest events are deleted for their age: the rest stays verifiable, and nobody can pretend that it was that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.utils import timezone

from staffpassport.audit import outside, retiring, verifying
from staffpassport.audit.models import NO_TRUST, AuditSeal, Event, Kind, Retirement, SealedEvent
from staffpassport.audit.retiring import retire_some
from staffpassport.audit.sealing import seal
from tests.audit.sealing import seal_everything, verify, write
from tests.uploads.crashing.interrupting import every_statement, killed_at

pytestmark = pytest.mark.django_db

TRUST, OTHER = UUID(int=7 << 80), UUID(int=8 << 80)
YEAR = timedelta(days=365.25)


@pytest.fixture(autouse=True)
def clock(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    settings.EVENTS_KEPT_YEARS = 6
    # What waits is as old as its ids say, whose clock is not shifted.
    monkeypatch.setattr(verifying, "_SOON", 1_000 * YEAR)
    with time_machine.travel("2026-11-27T12:00:00+00:00", tick=False) as clock:
        yield clock


def written(*batches: int, trust: UUID | None = TRUST) -> None:
    for batch in batches:
        write(batch, trust)
        seal()


def numbers(trust: UUID = TRUST) -> list[int]:
    of_it = SealedEvent.objects.filter(organisation_id=trust).order_by("number")
    return list(of_it.values_list("number", flat=True))


def retire_everything() -> None:
    while retire_some():
        pass


@pytest.fixture
def seven_years(clock: Any) -> None:
    """Of old: 1 to 7 in two seals of a trust and 1 to 2 of nobody; since this year: 8 to 10, and 3."""
    written(4, 3)
    written(2, trust=None)
    clock.shift(6.5 * YEAR)
    written(3)
    written(1, trust=None)


def test_whole_seals_that_are_old_enough_go_with_their_events_and_the_rest_is_whole(
    seven_years: None, clock: Any, heads_file: Path
) -> None:
    seal_everything()
    retire_everything()
    assert (numbers(), numbers(NO_TRUST)) == ([8, 9, 10], [3])
    assert Event.objects.filter(kind=Kind.INVITED).count() == 4
    assert AuditSeal.objects.filter(last_number__lte=7, organisation_id=TRUST).count() == 0
    whole, said = verify()
    assert whole, said
    assert "All up to number 7 was deleted for its age." in said
    told = Event.objects.get(kind=Kind.AUDIT_RETIRED, organisation_id=TRUST)
    assert (told.actor, told.detail) == ("task:retire-events", "Up to number 7, older than 6 years")
    noted = [line for line in map(json.loads, heads_file.read_text().splitlines()) if "retired" in line]
    assert [(line["organisation"], line["last_number"]) for line in noted] == [
        (str(NO_TRUST), 2),
        (str(TRUST), 7),
    ]
    # And so on: sealed, retired once more, and still whole.
    seal_everything()
    assert numbers()[-1] == 11
    clock.shift(6.5 * YEAR)
    written(2)
    retire_everything()
    seal_everything()
    assert numbers()[0] == 12
    whole, said = verify()
    assert whole, said


def test_nothing_goes_a_day_too_early_and_none_where_events_are_kept_for_good(
    clock: Any, settings: Any
) -> None:
    written(2, 2)
    clock.shift(timedelta(days=6 * 365))
    assert not retire_some()
    settings.EVENTS_KEPT_YEARS = 0
    clock.shift(80 * YEAR)
    assert not retire_some()
    assert numbers() == [1, 2, 3, 4]
    settings.EVENTS_KEPT_YEARS = 6
    assert retire_some()


def test_the_newest_seal_stays_as_the_next_is_chained_to_it(clock: Any) -> None:
    written(2, 3)
    clock.shift(20 * YEAR)
    retire_everything()
    assert numbers() == [3, 4, 5]
    written(2)
    whole, said = verify()
    assert whole, said


def test_many_go_a_bit_at_a_time(seven_years: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retiring, "_EVENTS_AT_ONCE", 4)
    assert retire_some()
    assert retire_some()
    assert numbers() == [5, 6, 7, 8, 9, 10]
    seal_everything()
    assert verify()[0]
    retire_everything()
    assert numbers()[0] == 8


def test_the_beginning_cut_off_by_an_intruder_is_found(seven_years: None) -> None:
    retire_everything()
    SealedEvent.objects.filter(organisation_id=TRUST, number__lte=8).delete()
    assert "Event number 8 is missing." in verify()[1]


def test_an_intruder_who_says_that_it_was_retired_is_found(seven_years: None, heads_file: Path) -> None:
    noted = heads_file.read_text()
    retire_everything()
    seal_everything()
    row = Retirement.objects.get(organisation_id=TRUST)
    Retirement.objects.filter(organisation_id=TRUST).update(mac=bytes(32))
    assert "no portal has sealed it: somebody cut it off." in verify()[1]
    Retirement.objects.filter(organisation_id=TRUST).update(mac=bytes(row.mac))
    assert verify()[0]
    # Somebody who has the keys, and not the file.
    heads_file.write_text(noted)
    assert "That all up to event number 7 was deleted for its age was not noted outside" in verify()[1]
    Retirement.objects.all().delete()
    assert "The seal of events number 1 to 7 is missing." in verify()[1]


@pytest.mark.parametrize(
    "harm",
    [
        lambda: Event.objects.filter(sealed__organisation_id=TRUST, sealed__number=2).update(
            detail="changed"
        ),
        lambda: Event.objects.filter(sealed__organisation_id=TRUST, sealed__number=2).delete(),
        # As if it were old, so that the portal itself would delete it.
        lambda: AuditSeal.objects.filter(organisation_id=TRUST, first_number=8).update(
            sealed_at=timezone.now() - 7 * YEAR
        ),
    ],
)
def test_what_is_not_whole_is_evidence_and_stays(seven_years: None, harm: Any) -> None:
    write(1, TRUST)
    seal()
    harm()
    was = numbers()
    retire_everything()
    assert numbers() == was
    assert numbers(NO_TRUST) == [3], "and other trusts' trails are retired"
    assert not verify()[0]


def test_where_it_cannot_be_noted_nothing_is_deleted(
    seven_years: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(outside, "append", full)
    with pytest.raises(OSError, match="No space"):
        retire_some()
    assert numbers(NO_TRUST) == [1, 2, 3]
    assert not Retirement.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_that_dies_at_any_statement_leaves_a_whole_trail(clock: Any) -> None:
    for number in every_statement():
        written(2, 1)
        clock.shift(7 * YEAR)
        written(1)
        with killed_at(number) as death:
            retire_some()
        whole, said = verify()
        assert whole, f"killed before {death.statements[-1]}: {said}"
        retire_everything()
        seal_everything()
        whole, said = verify()
        assert whole, said
        if not death.happened:
            break
    assert number > 5, "so few statements: they are not seen"
