"""The sealer, and what verify_audit says of the tables and files that it leaves."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.audit import heads, sealing
from staffpassport.audit.models import NO_TRUST, AuditSeal, Event, Kind, SealedEvent, Unsealed
from staffpassport.audit.record import record, record_each
from staffpassport.audit.sealing import seal
from staffpassport.invitations.deleting import delete
from staffpassport.organisations.models import Organisation
from staffpassport.work import duties, starting
from tests import making
from tests.audit.sealing import seal_everything, verify, write
from tests.uploads.crashing.interrupting import every_statement, killed_at

pytestmark = pytest.mark.django_db

TRUST, OTHER = UUID(int=7 << 80), UUID(int=8 << 80)


def numbers(trust: UUID = TRUST) -> list[int]:
    of_it = SealedEvent.objects.filter(organisation_id=trust).order_by("number")
    return list(of_it.values_list("number", flat=True))


# ── Sealing ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_events_of_each_trust_are_numbered_from_1_on() -> None:
    write(3, TRUST)
    write(2, OTHER)
    record(Kind.LOG_IN_REFUSED, actor=making.BY, organisation_id=None, subject="unknown")
    assert seal() is False
    write(2, TRUST)
    seal()
    assert (numbers(TRUST), numbers(OTHER), numbers(NO_TRUST)) == ([1, 2, 3, 4, 5], [1, 2], [1])
    assert not Unsealed.objects.exists()
    assert verify() == (True, verify()[1])


def test_numbers_follow_the_order_in_which_events_were_written() -> None:
    write(50, TRUST)
    seal_everything()
    told = SealedEvent.objects.order_by("number").values_list("event__subject", flat=True)
    assert list(told) == [str(number) for number in range(50)]


def test_much_is_sealed_a_bit_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_EVENTS_AT_ONCE", 10)
    for _ in range(3):
        write(7, TRUST)
    assert seal() is True
    assert numbers() == list(range(1, 15))
    assert seal() is False
    assert numbers() == list(range(1, 22))
    assert verify()[0]


def test_sealing_100_000_events_is_few_statements(django_assert_max_num_queries: Any) -> None:
    for _ in range(5):
        write(1_000, TRUST)
    with django_assert_max_num_queries(36):
        assert seal()
        assert not seal()
    assert len(numbers()) == 5_000


def test_the_duty_is_done_by_workers_and_not_without_a_file_of_heads(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sealing.seal_a_bit in [duty.run for duty in duties.registered()]
    monkeypatch.setattr(starting, "_registered", [sealing.refuse_without_heads])
    starting.refuse_what_must_not_start()
    settings.AUDIT_HEADS_FILE = str(tmp_path)
    with pytest.raises(ImproperlyConfigured, match="AUDIT_HEADS_FILE cannot be written"):
        starting.refuse_what_must_not_start()


# ── What is found ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sealed() -> None:
    write(4, TRUST)
    seal()
    write(3, TRUST)
    write(2)
    seal()


def at(number: int) -> Event:
    return Event.objects.get(sealed__organisation_id=TRUST, sealed__number=number)


def test_a_whole_trail_is_told_by_trust_with_its_head_and_what_waits(
    sealed: None, trust: Organisation
) -> None:
    record(Kind.LOGGED_IN, actor=making.BY, organisation_id=trust.pk, subject="x")
    whole, said = verify()
    assert whole, said
    head = AuditSeal.objects.filter(organisation_id=TRUST).order_by("-first_number").first()
    assert head
    assert f"Organisation {TRUST}: 7 sealed events, up to number 7, head {bytes(head.mac).hex()}." in said
    assert "Events of no trust: 2 sealed events" in said
    assert f"{trust} (RZ1): 0 sealed events, none sealed yet." in said
    assert "1 not sealed yet, the oldest for 0 seconds." in said


def test_one_trust_alone_can_be_verified(sealed: None, trust: Organisation) -> None:
    record(Kind.LOGGED_IN, actor=making.BY, organisation_id=trust.pk, subject="x")
    seal()
    Event.objects.filter(pk=at(2).pk).update(detail="changed")
    whole, said = verify("--organisation", "rz1")
    assert whole
    assert "Organisation" not in said
    assert verify("--organisation", "ZZZ") == (False, "There is no organisation ZZZ.")


def test_an_edited_event_is_named(sealed: None) -> None:
    Event.objects.filter(pk=at(2).pk).update(actor_name="Somebody else")
    whole, said = verify()
    assert not whole
    assert f"Event number 2 (id {at(2).pk}) is not what was sealed" in said
    assert said.endswith("The audit trail is not whole: 1 finding, above.")


def test_a_deleted_event_is_named(sealed: None) -> None:
    Event.objects.filter(pk=at(6).pk).delete()
    assert "Event number 6 is missing." in verify()[1]
    SealedEvent.objects.filter(organisation_id=TRUST, number=6).delete()
    assert "Event number 6 is missing." in verify()[1]


def test_an_event_put_in_past_the_portal_is_named_and_never_sealed(sealed: None) -> None:
    past = Event.objects.create(
        kind=Kind.LOGGED_IN,
        actor="task:x",
        actor_name="",
        subject="x",
        at=timezone.now(),
        organisation_id=TRUST,
    )
    seal()
    whole, said = verify()
    assert not whole
    assert f"The event with the id {past.pk}" in said
    assert "has no number and waits for none" in said


def test_an_event_deleted_before_it_was_sealed_is_told(sealed: None) -> None:
    write(3, TRUST)
    Event.objects.filter(sealed=None, subject="1").delete()
    seal()
    assert "Event number 9 is missing." in verify()[1]
    assert numbers()[-1] == 10


def test_a_tail_cut_back_to_before_the_last_head_is_told(sealed: None, heads_file: Path) -> None:
    last = AuditSeal.objects.get(organisation_id=TRUST, first_number=5)
    Event.objects.filter(sealed__organisation_id=TRUST, sealed__number__gte=5).delete()
    SealedEvent.objects.filter(organisation_id=TRUST, number__gte=5).delete()
    last.delete()
    whole, said = verify("--heads", str(heads_file))
    assert not whole
    assert "The trail was cut back: it ends with number 4, but a head was noted" in said
    AuditSeal.objects.all().delete()
    SealedEvent.objects.all().delete()
    Event.objects.all().delete()
    assert f"Organisation {TRUST}: The trail was cut back: it ends with number 0" in verify()[1]


def test_two_events_that_changed_places_are_named(sealed: None) -> None:
    SealedEvent.objects.filter(pk=at(2).pk).update(number=99)
    SealedEvent.objects.filter(pk=at(3).pk).update(number=2)
    SealedEvent.objects.filter(number=99).update(number=3)
    said = verify()[1]
    assert "Event number 2 (id" in said
    assert "Event number 3 (id" in said


def test_erasing_a_person_leaves_the_seal_whole(trust: Organisation) -> None:
    person = making.passport(trust, first_name="Ermintrude")
    seal()
    delete(organisation=trust, passports=[person.pk], by=making.BY)
    seal()
    whole, said = verify()
    assert whole, said
    assert Event.objects.filter(kind=Kind.PASSPORT_DELETED, subject=str(person.pk)).exists()


# ── Keys ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_after_a_new_key_the_old_one_still_verifies_and_without_it_one_sentence_says_so(
    settings: Any,
) -> None:
    old, new = "an old audit key of the tests 0123456789", "the newest audit key of the tests 0123456"
    settings.AUDIT_KEYS = [old]
    write(2, TRUST)
    seal()
    settings.AUDIT_KEYS = [new, old]
    write(2, TRUST)
    seal()
    assert len(set(AuditSeal.objects.values_list("key_id", flat=True))) == 2
    assert verify()[0]
    settings.AUDIT_KEYS = [new]
    whole, said = verify()
    assert not whole
    assert "which is not among AUDIT_KEYS" in said
    assert "1 finding" in said


# ── Heads ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_head_is_a_line_of_the_file(sealed: None, heads_file: Path) -> None:
    lines = [json.loads(line) for line in heads_file.read_text().splitlines()]
    assert [(line["organisation"], line["last_number"]) for line in lines] == [
        (str(TRUST), 4),
        (str(TRUST), 7),
        (str(NO_TRUST), 2),
    ]
    assert [line["mac"] for line in lines] == [
        bytes(one.mac).hex() for one in AuditSeal.objects.order_by("id")
    ]


def test_a_sealer_that_dies_before_it_wrote_the_head_leaves_it_to_the_next(
    heads_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise OSError(28, "No space left on device")

    write(2, TRUST)
    with monkeypatch.context() as full:
        full.setattr(heads, "append", dies)
        with pytest.raises(OSError, match="No space"):
            seal()
    assert numbers() == [1, 2]
    assert not heads_file.exists()
    seal()
    assert json.loads(heads_file.read_text())["last_number"] == 2
    assert not AuditSeal.objects.filter(head_written=False).exists()


def test_a_line_cut_short_spoils_no_other_and_other_lines_are_told(sealed: None, heads_file: Path) -> None:
    whole = heads_file.read_text()
    heads_file.write_text(whole + '{"at": "2026-')
    assert verify()[0]
    write(1, TRUST)
    seal()
    assert json.loads(heads_file.read_text().splitlines()[-1])["last_number"] == 8
    said = verify()[1]
    assert f"Line 4 of {heads_file} is no head of the audit trail." in said


def test_heads_of_several_machines_are_read_together(sealed: None, heads_file: Path, tmp_path: Path) -> None:
    lines = heads_file.read_text().splitlines(keepends=True)
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text(lines[0])
    other.write_text("".join(lines[1:]))
    assert verify("--heads", str(one), str(other))[0]
    AuditSeal.objects.filter(first_number=5).delete()
    SealedEvent.objects.filter(organisation_id=TRUST, number__gt=4).delete()
    assert "cut back" not in verify("--heads", str(one))[1]
    assert "cut back" in verify("--heads", str(one), str(other))[1]


def test_without_its_file_nothing_is_called_whole(sealed: None, tmp_path: Path) -> None:
    whole, said = verify("--heads", str(tmp_path / "gone"))
    assert not whole
    assert "cannot be read (No such file or directory)" in said


# ── Dying, and two at once ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_a_sealer_that_dies_at_any_statement_leaves_a_whole_trail(heads_file: Path) -> None:
    sealing.refuse_without_heads()  # which makes the file
    for number in every_statement():
        trust = uuid7()
        write(3, trust)
        with killed_at(number) as death:
            seal()
        assert verify()[0], f"killed before {death.statements[-1]}"
        seal()
        whole, said = verify()
        assert whole, said
        assert numbers(trust) == [1, 2, 3]
        assert str(trust) in heads_file.read_text()
        if not death.happened:
            break
    assert number > 8, "so few statements: they are not seen"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_is_sealed_when_it_is_there() -> None:
    """Its id is older than those that were sealed meanwhile."""
    written, commit = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                write(2, TRUST, Kind.PASSPORT_VIEWED)
                written.set()
                assert commit.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(20)
    write(3, TRUST)
    seal()
    assert numbers() == [1, 2, 3]
    commit.set()
    thread.join(20)
    seal()
    late = SealedEvent.objects.filter(event__kind=Kind.PASSPORT_VIEWED).values_list("number", flat=True)
    assert sorted(late) == [4, 5]
    whole, said = verify()
    assert whole, said


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_beside_writers_make_one_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_EVENTS_AT_ONCE", 8)
    ended = threading.Event()
    faults: list[BaseException] = []

    def writes() -> None:
        for number in range(40):
            with transaction.atomic():
                write(1 + number % 5, TRUST)

    def seals() -> None:
        while not ended.is_set() or seal():
            seal()

    def run(work: Any) -> None:
        try:
            work()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    writers = [threading.Thread(target=run, args=(writes,)) for _ in range(3)]
    sealers = [threading.Thread(target=run, args=(seals,)) for _ in range(2)]
    for thread in (*writers, *sealers):
        thread.start()
    for thread in writers:
        thread.join(60)
    ended.set()
    for thread in sealers:
        thread.join(60)
    assert not faults
    seal_everything()
    assert numbers() == list(range(1, 3 * 120 + 1))
    whole, said = verify()
    assert whole, said


def test_what_was_written_before_there_was_a_sealer_waits_for_it() -> None:
    from importlib import import_module

    from django.apps import apps

    record_each(Kind.INVITED, range(3), actor=making.BY, organisation_id=TRUST)  # type: ignore[arg-type]
    write(2)
    Unsealed.objects.all().delete()
    import_module("staffpassport.audit.migrations.0004_sealing").seal_what_is_there(apps, None)
    seal()
    assert (numbers(TRUST), numbers(NO_TRUST)) == ([1, 2, 3], [1, 2])
    assert verify()[0]


def test_the_unsealed_tail_is_as_old_as_its_oldest_event() -> None:
    assert sealing.oldest_unsealed(TRUST) is None
    before = timezone.now()
    write(2, TRUST)
    oldest = sealing.oldest_unsealed(TRUST)
    assert oldest
    assert abs(oldest - before) < timedelta(seconds=5)
    assert connection.vendor
