"""Whoever was erased is noted outside the database, and a backup that is put back does not bring them back."""

from __future__ import annotations

import json
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import models

from staffpassport.audit import outside
from staffpassport.audit.models import Event, Kind
from staffpassport.invitations import erasures
from staffpassport.invitations.deleting import delete
from staffpassport.invitations.models import Erasure, Invitation
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import State
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.uploads.models import Upload
from staffpassport.uploads.states import State as Uploading
from staffpassport.work import starting
from tests import making
from tests.messaging.outbox import deliver_now
from tests.uploads import lists

pytestmark = pytest.mark.django_db
TABLES: list[Any] = [StaffPassport, Invitation, Message]


@pytest.fixture(autouse=True)
def noted(tmp_path: Path, settings: Any) -> Path:
    """The file of the machine on which the test's worker runs."""
    file = tmp_path / "erasures.jsonl"
    settings.ERASURES_FILE = str(file)
    return file


def deleted(trust: Organisation, *people: StaffPassport) -> None:
    delete(organisation=trust, passports=[person.pk for person in people], by=making.BY)


def back_up() -> dict[type[models.Model], list[dict[str, Any]]]:
    return {table: list(table.everywhere.values()) for table in TABLES}


def restore(backup: dict[type[models.Model], list[dict[str, Any]]]) -> None:
    Erasure.everywhere.all().delete()
    for table in TABLES:
        table.everywhere.all().delete()
        table.everywhere.bulk_create([table(**row) for row in backup[table]])


def after_restore(*files: Path) -> str:
    out = StringIO()
    call_command(
        "after_restore", *(["--erasures", *map(str, files)] if files else []), stdout=out, stderr=out
    )
    return out.getvalue()


def test_ids_alone_are_noted_and_the_rows_that_waited_are_gone(trust: Organisation, noted: Path) -> None:
    person = making.passport(trust, first_name="Ermintrude", email="ermintrude@example.com")
    deleted(trust, person)
    assert not noted.exists(), "never by whoever deletes"
    assert erasures.note_some() is False
    (line,) = noted.read_text().splitlines()
    said = json.loads(line)
    assert set(said) == {"at", "organisation", "passport"}
    assert (said["organisation"], said["passport"]) == (str(trust.pk), str(person.pk))
    assert not Erasure.everywhere.exists()
    erasures.note_some()
    assert len(noted.read_text().splitlines()) == 1


def test_whoever_dies_before_or_after_the_file_was_written_loses_nobody(
    trust: Organisation, noted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    deleted(trust, making.passport(trust))
    with monkeypatch.context() as disk:
        disk.setattr(outside, "append", full)
        with pytest.raises(OSError, match="No space"):
            erasures.note_some()
    waits = list(Erasure.everywhere.values())
    assert len(waits) == 1
    erasures.note_some()
    Erasure.everywhere.bulk_create([Erasure(**row) for row in waits])  # it died before it took them away
    erasures.note_some()
    assert len(noted.read_text().splitlines()) == 2
    assert sum(len(passports) for passports in erasures.read([noted])[0].values()) == 1


def test_a_backup_brings_nobody_back_who_was_erased(trust: Organisation, other_trust: Organisation) -> None:
    reached = making.passport(trust)
    deliver_now()
    erased, kept = making.passport(trust), making.passport(trust)
    elsewhere = making.passport(other_trust)
    backup = back_up()
    deleted(trust, reached, erased)
    deleted(other_trust, elsewhere)
    erasures.note_some()
    restore(backup)
    assert StaffPassport.everywhere.count() == 4, "else the test would show nothing"
    Event.objects.all().delete()

    assert "3 people who had been deleted were in the backup" in after_restore()

    assert list(StaffPassport.everywhere.all()) == [kept]
    gone = Invitation.everywhere.exclude(passport_id=kept.pk)
    assert set(gone.values_list("ended_reason", flat=True)) == {"deleted"}
    about = [str(one.pk) for one in gone.exclude(passport_id=reached.pk)]
    assert set(Message.everywhere.filter(about__in=about).values_list("state", "recipient")) == {
        (State.CANCELLED, None)
    }
    assert not Message.everywhere.filter(purpose="invitation-deleted").exists(), "they were told before"
    again = Event.objects.filter(kind=Kind.PASSPORT_DELETED).values_list("actor", "subject")
    assert set(again) == {
        ("task:erase-again-after-restore", str(one.pk)) for one in (reached, erased, elsewhere)
    }
    assert after_restore().startswith("0 people who had been deleted")


def test_no_worker_starts_while_somebody_is_back_who_was_erased(trust: Organisation, noted: Path) -> None:
    noted.touch()
    person = making.passport(trust)
    backup = back_up()
    deleted(trust, person)
    erasures.note_some()
    starting.refuse_what_must_not_start()
    restore(backup)
    with pytest.raises(ImproperlyConfigured, match="a backup was restored"):
        starting.refuse_what_must_not_start()
    after_restore()
    starting.refuse_what_must_not_start()


def test_the_files_of_all_machines_are_read_and_a_line_cut_short_spoils_no_other(
    trust: Organisation, noted: Path, tmp_path: Path
) -> None:
    first, second, third = (making.passport(trust) for _ in range(3))
    backup = back_up()
    deleted(trust, first)
    erasures.note_some()
    with noted.open("a") as file:
        file.write('{"at": "2026-')
    deleted(trust, second)
    erasures.note_some()
    other = tmp_path / "other"
    noted.rename(other)
    deleted(trust, third)
    erasures.note_some()
    with noted.open("a") as file:
        file.write('{"at": "2026-')
    restore(backup)
    said = after_restore(noted, other)
    assert "3 people" in said
    assert f"Line 2 of {other} is no note of somebody erased." in said
    assert f"of {noted} is" not in said, "the last line of a machine that died"
    assert not StaffPassport.everywhere.exists()


def test_without_the_file_nothing_is_done(trust: Organisation, tmp_path: Path) -> None:
    making.passport(trust)
    with pytest.raises(CommandError, match=r"cannot be read .* Nothing was changed"):
        after_restore(tmp_path / "gone")
    assert set(Message.everywhere.values_list("state", flat=True)) == {State.QUEUED}


def test_a_trust_cannot_be_made_to_lose_another_trusts_people(
    trust: Organisation, other_trust: Organisation, noted: Path
) -> None:
    person = making.passport(trust)
    outside.append(noted, [{"organisation": str(other_trust.pk), "passport": str(person.pk)}])
    assert after_restore().startswith("0 people")
    assert StaffPassport.everywhere.filter(pk=person.pk).exists()


def test_lists_that_go_on_are_told_of(trust: Organisation, noted: Path) -> None:
    upload = lists.confirmed(trust, lists.people(2))
    noted.touch()
    assert Upload.everywhere.get(pk=upload.pk).state == Uploading.CONFIRMED
    assert "1 lists were being carried out" in after_restore()


def test_whoever_was_deleted_before_there_was_a_file_is_noted_too(trust: Organisation, noted: Path) -> None:
    person = making.passport(trust)
    deleted(trust, person)
    Erasure.everywhere.all().delete()
    migration = import_module("staffpassport.invitations.migrations.0007_erasures_to_note")
    migration.note_who_was_deleted(apps, None)
    erasures.note_some()
    assert erasures.read([noted])[0] == {trust.pk: {person.pk}}
