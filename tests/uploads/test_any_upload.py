"""Any bytes under any name, sent to the page and followed to the end: an answer every time, never an error of ours."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from staffpassport.bulk import inserting
from staffpassport.organisations.models import Organisation
from staffpassport.roster.reading import read
from staffpassport.roster.table import FileProblem
from staffpassport.uploads import urls
from staffpassport.uploads.duties import check_one
from staffpassport.uploads.models import Upload
from staffpassport.uploads.states import State
from staffpassport.work import pauses
from tests import making
from tests.checking import CheckingClient
from tests.reading import text
from tests.runs import examples, surprising
from tests.uploads import any_files
from tests.uploads.lists import HEADINGS, adds_up, as_csv, work
from tests.uploads.test_pages import FILE

pytestmark = pytest.mark.django_db

PAGES = [page.name for page in urls.urlpatterns if "<uuid:upload>" in str(page.pattern)]
# Bytes of a page with 50 rows of which every cell is wrong.
_LONGEST_PAGE = 300_000
_FILES = {"upload-marked-file", "upload-duplicates-csv", "upload-duplicates-xlsx"}


@pytest.fixture(autouse=True)
def _known_and_quick(trust: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    making.passport(trust, email="known@example.com", phone="+447946100000")
    monkeypatch.setattr(pauses, "ON_SQLITE", 0)
    # By COPY on PostgreSQL, as a long list is.
    monkeypatch.setattr(inserting, "_COPY_PAYS_FROM", 2)


def follow(portal: CheckingClient, trust: Organisation, content: bytes, file_name: bytes) -> None:
    """From the form to the invitations, looking at every page on the way. Nothing is left of it."""
    with transaction.atomic():
        _follow(portal, trust, content, file_name)
        transaction.set_rollback(True)


def _follow(portal: CheckingClient, trust: Organisation, content: bytes, file_name: bytes) -> None:
    body = any_files.form(content, file_name)
    answer = portal.post(FILE, body, content_type=f"multipart/form-data; boundary={any_files.BOUNDARY}")
    upload = Upload.objects.of(trust).first()
    if upload is None:  # no file in the form, or no form in the body
        assert answer.status_code in (200, 400)
        assert text(answer)
        return
    assert answer["Location"] == reverse("upload-state", args=[upload.pk])
    while check_one():
        pass
    upload.refresh_from_db()
    assert upload.state in (State.TO_REVIEW, State.REFUSED)
    look_at_all_of_it(portal, upload)
    if upload.state == State.TO_REVIEW and upload.to_invite:
        answers = {"plan": upload.plan_hash, "upload": "yes"}
        assert portal.post(reverse("upload-confirm", args=[upload.pk]), answers).status_code == 302
        work()
        upload.refresh_from_db()
        assert (upload.state, upload.invited) == (State.DONE, upload.to_invite)
        assert adds_up(upload)
        look_at_all_of_it(portal, upload)
        assert portal.get("/people").status_code == 200


def look_at_all_of_it(portal: CheckingClient, upload: Upload) -> None:
    """Every page and every file of an upload, as far as its state has them."""
    assert portal.get(reverse("uploads")).status_code == 200
    page = portal.get(reverse("upload-state", args=[upload.pk]), follow=True)
    assert page.status_code == 200
    assert upload.sentence in text(page)
    for name in PAGES:
        page = portal.get(reverse(name, args=[upload.pk]))
        assert page.status_code in (200, 302) or (name in _FILES and page.status_code == 404), name
        if name in _FILES and page.status_code == 200:
            look_into(name, page)
        elif not page.streaming:
            assert len(page.content) < _LONGEST_PAGE, f"{name}: nobody can use a page as long as that"


def look_into(name: str, page: Any) -> None:
    content = b"".join(page.streaming_content) if page.streaming else page.content
    assert content
    assert "\n" not in page["Content-Disposition"]
    if name == "upload-marked-file" and page["Content-Type"].startswith("text/"):
        assert not isinstance(read(content, "list.csv"), FileProblem), "we do not take our own file"


every_time = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=not surprising(),
)


@pytest.mark.parametrize("place", range(len(HEADINGS)), ids=HEADINGS)
def test_every_nasty_cell_in_every_column_gets_an_answer(
    portal: CheckingClient, trust: Organisation, place: int
) -> None:
    """Not left to chance, which may miss the one that hurts."""
    rows = any_files.people_with(any_files.NASTY, place)
    follow(portal, trust, any_files.csv_of(rows), b'filename="list.csv"')


def test_every_nasty_cell_of_a_workbook_gets_an_answer(portal: CheckingClient, trust: Organisation) -> None:
    rows = any_files.people_with(any_files.NASTY, *range(len(HEADINGS)))
    follow(portal, trust, any_files.workbook_of(rows), b'filename="list.xlsx"')


def test_headings_without_end_leave_a_page_that_can_be_used(
    portal: CheckingClient, trust: Organisation
) -> None:
    rows = [[*row, *["x"] * 20] for row in [*any_files.GOOD, ["Jo"]]]
    headings = [f"{number} {'y' * 40_000}" for number in range(20)]
    follow(portal, trust, as_csv(rows, [*HEADINGS, *headings]), b'filename="list.csv"')


@settings(every_time, max_examples=examples(40))
@given(any_files.spoilt(any_files.csvs) | any_files.csvs | st.binary(max_size=300), any_files.headers)
def test_any_text_gets_an_answer(
    portal: CheckingClient, trust: Organisation, content: bytes, file_name: bytes
) -> None:
    follow(portal, trust, content, file_name)


@settings(every_time, max_examples=examples(15))
@given(any_files.spoilt(any_files.workbooks) | any_files.workbooks)
def test_any_spreadsheet_gets_an_answer(portal: CheckingClient, trust: Organisation, content: bytes) -> None:
    follow(portal, trust, content, b'filename="list.xlsx"')


@settings(every_time, max_examples=examples(10))
@given(any_files.headers)
def test_any_name_gets_an_answer(portal: CheckingClient, trust: Organisation, file_name: bytes) -> None:
    follow(portal, trust, any_files.csv_of(any_files.GOOD), file_name)
