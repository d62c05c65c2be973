"""Bytes and cells go when they should; counts, hash, who and when stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from staffpassport.audit.models import Event, Kind
from staffpassport.organisations.models import Organisation
from staffpassport.uploads import actions, retention
from staffpassport.uploads.models import Upload, UploadFile, UploadRow
from staffpassport.uploads.states import State
from staffpassport.work import pauses
from tests.making import BY
from tests.uploads.lists import HEADINGS, as_csv, checked, done, people, person

pytestmark = pytest.mark.django_db

Later = Callable[..., None]


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "ON_SQLITE", 0)


def retire_after(**time: float) -> None:
    with time_machine.travel(timezone.now() + timedelta(**time)):
        while retention.retire():
            pass


def test_the_bytes_go_after_a_day_and_the_review_goes_on_without_them(trust: Organisation) -> None:
    upload = checked(trust, people(1))
    retire_after(hours=23)
    assert UploadFile.everywhere.exists()
    retire_after(hours=25)
    assert not UploadFile.everywhere.exists()
    upload.refresh_from_db()
    assert upload.state == State.TO_REVIEW
    assert actions.confirm(upload, plan_hash=upload.plan_hash, by=BY)


def test_what_nobody_confirms_for_a_week_lapses(trust: Organisation) -> None:
    upload = checked(trust, people(1))
    retire_after(days=6, hours=23)
    upload.refresh_from_db()
    assert upload.state == State.TO_REVIEW
    retire_after(days=7, hours=1)
    upload.refresh_from_db()
    assert upload.state == State.LAPSED
    assert not actions.confirm(upload, plan_hash=upload.plan_hash, by=BY)
    assert Event.objects.filter(kind=Kind.UPLOAD_LAPSED).count() == 1


def test_an_installation_may_keep_cells_for_a_shorter_time(trust: Organisation, settings: Settings) -> None:
    settings.LISTS_KEPT_DAYS = 2
    done(trust, people(3))
    retire_after(days=1, hours=23)
    assert UploadRow.everywhere.count() == 3
    retire_after(days=2, hours=1)
    assert not UploadRow.everywhere.exists()


def test_cells_go_a_week_after_the_upload_ended_and_its_figures_stay(
    trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_ROWS_AT_ONCE", 2)
    content = as_csv([*people(4), person(first_name="Zoë", email="wrong")])
    latin = content.decode().encode("cp1252")
    upload = done(trust, latin)
    assert upload.notices
    kept = {**figures(upload)}
    retire_after(days=6, hours=23)
    assert UploadRow.everywhere.count() == 5
    retire_after(days=7, hours=1)
    assert not UploadRow.everywhere.exists()
    upload.refresh_from_db()
    assert figures(upload) == kept
    assert upload.notices == []
    assert upload.cleared_at is not None


def test_whatever_stood_in_the_headings_goes_with_the_cells(trust: Organisation) -> None:
    cohort = "Cohort: Starters of Ermintrude Quill"
    upload = checked(trust, as_csv([[*person(), "", ""]], [*HEADINGS, "Sick note of Ermintrude", cohort]))
    assert "Ermintrude" in str(upload.ignored_headings), "else the test would show nothing"
    assert "Ermintrude" in upload.made_for
    retire_after(days=8)
    retire_after(days=15)
    assert "Ermintrude" not in str(list(Upload.everywhere.values_list()))


def test_an_upload_that_is_still_reviewed_keeps_its_cells(trust: Organisation) -> None:
    checked(trust, people(1))
    retire_after(days=6)
    assert UploadRow.everywhere.count() == 1


def test_a_cancelled_uploads_cells_go_too(trust: Organisation) -> None:
    actions.cancel(checked(trust, people(1)), by=BY)
    retire_after(days=8)
    assert not UploadRow.everywhere.exists()


def figures(upload: Upload) -> dict[str, object]:
    names = ("rows", "invited", "problems", "duplicates", "blank", "plan_hash", "file_hash", "file_name")
    more = ("uploaded_by_name", "confirmed_by_name", "created_at", "confirmed_at", "state")
    return {name: getattr(upload, name) for name in (*names, *more)}
