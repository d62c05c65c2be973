"""What somebody who writes to the database does around the chain, and what happens to clocks and files by accident."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from staffpassport.audit import heads, retiring
from staffpassport.audit.models import AuditSeal, Event, Kind, SealedEvent, Unsealed
from staffpassport.audit.record import event
from staffpassport.audit.record import write as write_events
from staffpassport.audit.sealing import oldest_unsealed, seal
from tests import making
from tests.audit.sealing import verify, write

pytestmark = pytest.mark.django_db

TRUST, OTHER = UUID(int=7 << 80), UUID(int=8 << 80)
DAY = timedelta(days=1)


def numbers(trust: UUID = TRUST) -> list[int]:
    of_it = SealedEvent.objects.filter(organisation_id=trust).order_by("number")
    return list(of_it.values_list("number", flat=True))


def happened(*moments: datetime) -> None:
    """Events with these moments, each of them sealed."""
    for moment in moments:
        one = event(Kind.PASSPORT_VIEWED, actor=making.BY, organisation_id=TRUST, subject="x")
        one.at = moment
        write_events([one])
    seal()


# ── What waits for its seal ─────────────────────────────────────────────────────────────────────────────────


def ids() -> list[UUID]:
    return list(Event.objects.filter(organisation_id=TRUST).order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize(
    "waits",
    [
        pytest.param(lambda: [ids()[0].bytes], id="an event that is sealed"),
        pytest.param(lambda: [ids()[-1].bytes], id="an event that waits already"),
        pytest.param(
            lambda: [ids()[0].bytes + ids()[1].bytes, ids()[-1].bytes * 2], id="several, and doubled"
        ),
        pytest.param(lambda: [b""], id="nothing"),
        pytest.param(lambda: [b"no id", ids()[0].bytes + b"x"], id="what is no id"),
    ],
)
def test_nobody_stops_the_sealer_by_what_they_have_it_seal(waits: Any) -> None:
    """Else they could delete at leisure what is written from then on."""
    write(3, TRUST)
    seal()
    write(2, TRUST)
    write(2, OTHER)
    Unsealed.objects.bulk_create(Unsealed(organisation_id=TRUST, events=each) for each in waits())
    write(1, TRUST)
    for _ in range(3):
        seal()
    assert (numbers(), numbers(OTHER)) == ([1, 2, 3, 4, 5, 6], [1, 2])
    assert not Unsealed.objects.exists()
    whole, said = verify()
    assert whole, said


def test_the_age_of_what_waits_is_told_whatever_the_ids_say(heads_file: Path) -> None:
    heads_file.touch()
    Unsealed.objects.create(organisation_id=TRUST, events=b"\xff" * 16)
    oldest = oldest_unsealed(TRUST)
    assert oldest
    assert oldest.year == 9999
    assert verify()[0]


def test_what_waits_for_a_day_is_a_finding(heads_file: Path) -> None:
    heads_file.touch()
    write(1, TRUST)
    assert verify()[0]
    with time_machine.travel(timezone.now() + DAY + timedelta(minutes=1)):
        whole, said = verify()
    assert not whole
    assert "Events have waited for their seal for more than a day" in said


def test_an_event_sealed_in_the_trail_of_another_trust_is_told() -> None:
    write(2, OTHER)
    Unsealed.objects.update(organisation_id=TRUST)
    seal()
    whole, said = verify()
    assert not whole
    assert "Event number 1 (id " in said
    assert "is one of another trust: somebody had it sealed here." in said


# ── Clocks ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_clock_that_was_ahead_is_one_finding_and_hides_no_other() -> None:
    now = timezone.now()
    with time_machine.travel(now + 2 * DAY):
        happened(timezone.now())
    happened(*(now + number * timedelta(seconds=1) for number in range(150)))
    Event.objects.filter(sealed__number=120).update(detail="changed")
    whole, said = verify()
    assert not whole
    assert "150 events, number 2 (id " in said
    assert ") to 151, say that they happened on " in said
    assert "dated them back, or a clock was wrong." in said
    assert "Event number 120 (id " in said
    assert said.endswith("The audit trail is not whole: 2 findings, above.")


def test_an_event_dated_ahead_is_told_and_makes_no_later_one_look_dated_back() -> None:
    now = timezone.now()
    happened(now, now + 30 * DAY, now, now)
    whole, said = verify()
    assert not whole
    assert "Event number 2 (id " in said
    assert "dated it ahead, or a clock was wrong." in said
    assert "1 finding, above" in said


# ── Files of heads ──────────────────────────────────────────────────────────────────────────────────────────


def two_days_later(*arguments: str) -> tuple[bool, str]:
    with time_machine.travel(timezone.now() + 2 * DAY):
        return verify(*arguments)


def test_heads_that_were_lost_are_missed_after_a_day(heads_file: Path, tmp_path: Path) -> None:
    for count in (4, 3):
        write(count, TRUST)
        seal()
    assert two_days_later()[0]
    first, _ = heads_file.read_text().splitlines(keepends=True)
    for left, known in ((first, "4"), ("", "0")):
        heads_file.write_text(left)
        assert verify()[0], "the copies of the files may be some hours old"
        whole, said = two_days_later()
        assert not whole
        assert "Events up to number 7 were sealed more than a day ago, and the files of heads" in said
        assert f"know of none after number {known}: the file of a machine is missing" in said


def test_a_worker_that_cannot_note_heads_is_found_after_a_day(heads_file: Path) -> None:
    write(1, TRUST)
    seal()
    heads_file.unlink()
    heads_file.mkdir()
    write(1, TRUST)
    with pytest.raises(OSError, match="directory"):
        seal()
    heads_file.rmdir()
    heads_file.touch()
    assert not two_days_later()[0]


def test_after_a_restore_new_files_begin_with_where_each_trail_ended(
    heads_file: Path, tmp_path: Path, settings: Any
) -> None:
    settings.ERASURES_FILE = str(tmp_path / "erasures.jsonl")
    Path(settings.ERASURES_FILE).touch()
    for trust in (TRUST, OTHER):
        write(4, trust)
        seal()
    write(1, TRUST)
    seal()
    heads_file.rename(heads_file.with_suffix(".before"))
    call_command("after_restore", stdout=StringIO())
    heads_file.touch()
    seal()
    assert len(heads_file.read_text().splitlines()) == 2
    whole, said = two_days_later()
    assert whole, said
    SealedEvent.objects.filter(number=5).delete()
    AuditSeal.objects.filter(last_number=5).delete()
    assert (
        "cut back: it ends with number 4, but a head was noted outside the database for number 5"
        in verify()[1]
    )


def test_what_is_retired_while_the_files_are_read_is_no_finding(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EVENTS_KEPT_YEARS = 6
    with time_machine.travel(timezone.now() - 7 * 366 * DAY):
        write(3, TRUST)
        seal()
    write(1, TRUST)
    seal()
    read = heads.read

    def read_and_retire(files: Iterable[Path]) -> Any:
        found = read(files)
        retiring.retire_some()
        return found

    monkeypatch.setattr(heads, "read", read_and_retire)
    whole, said = verify()
    assert whole, said
    assert "All up to number 3 was deleted for its age." in said
