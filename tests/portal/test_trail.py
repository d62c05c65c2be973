"""The audit page: what senior portal administrators read, filter and take away of the sealed trail."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.accounts.models import Membership
from staffpassport.audit.models import Event, Kind, SealedEvent, Unsealed
from staffpassport.audit.record import Actor, event, record, record_each, write
from staffpassport.audit.trail import Trail
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.portal.trail import filters, views
from tests import making
from tests.audit.sealing import seal_everything
from tests.checking import CheckingClient
from tests.reading import error_sentences, plain

pytestmark = pytest.mark.django_db

PAGE = "/system/audit"


@pytest.fixture(autouse=True)
def _heads(tmp_path: Path, settings: Any) -> None:
    settings.AUDIT_HEADS_FILE = str(tmp_path / "heads.jsonl")


@pytest.fixture
def auditor(trust: Organisation) -> Membership:
    return making.member(trust, Role.SENIOR_ADMINISTRATOR)


@pytest.fixture
def desk(auditor: Membership) -> CheckingClient:
    return making.logged_in(auditor)


def rows(desk: CheckingClient, query: str = "") -> list[str]:
    """The events that the page shows, each as its words; sealed first."""
    seal_everything()
    page = desk.get(PAGE + query)
    assert page.status_code == 200
    body = page.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
    return [plain(row) for row in body.split("</tr>") if plain(row)]


def kinds(desk: CheckingClient, query: str = "") -> list[str]:
    """What has happened, oldest first, by the numbers of the lines that the page shows."""
    numbers = [int(row.split()[0].replace(",", "")) for row in rows(desk, query)]
    (trust,) = Organisation.objects.filter(ods_code="RZ1")
    return [one.event.kind for one in Trail(trust.pk).events.filter(number__in=numbers).order_by("number")]


def looks(trust: Organisation, count: int, by: Actor = making.BY) -> None:
    record_each(Kind.PASSPORT_VIEWED, [uuid7() for _ in range(count)], actor=by, organisation_id=trust.pk)


def test_a_look_at_a_record_stands_there_in_plain_words_with_a_link(
    desk: CheckingClient, auditor: Membership, trust: Organisation
) -> None:
    person = making.passport(trust, first_name="Ermintrude", last_name="Hall")
    desk.get(f"/people/{person.pk}", REMOTE_ADDR="192.0.2.7")
    newest = rows(desk)[0]
    assert "Alex Morgan Record looked at Ermintrude Hall 192.0.2.7" in newest
    assert f'href="/people/{person.pk}"' in desk.get(PAGE).content.decode()
    person.delete()
    gone = [row for row in rows(desk) if "Record looked at" in row]
    assert "Ermintrude" not in gone[0]


def test_only_senior_administrators_read_it(portal: CheckingClient, trust: Organisation) -> None:
    assert portal.get(PAGE).status_code == 403
    assert making.logged_in(making.member(trust, Role.READ_ONLY)).get(PAGE).status_code == 403
    assert portal.post(PAGE, {"format": "csv"}).status_code == 403


def test_it_is_found_from_system_management_and_from_a_record(
    desk: CheckingClient, trust: Organisation
) -> None:
    assert f'href="{PAGE}"' in desk.get("/system").content.decode()
    person = making.passport(trust)
    record_page = desk.get(f"/people/{person.pk}").content.decode()
    assert f'href="{PAGE}?about={person.pk}"' in record_page
    assert set(kinds(desk, f"?about={person.pk}")) == {Kind.INVITED, Kind.PASSPORT_VIEWED}


def test_hr_finds_no_link_to_it_on_a_record(portal: CheckingClient, trust: Organisation) -> None:
    assert "audit" not in portal.get(f"/people/{making.passport(trust).pk}").content.decode()


def test_another_trusts_events_and_those_of_nobody_stay_out(
    desk: CheckingClient, trust: Organisation, other_trust: Organisation
) -> None:
    theirs = making.passport(other_trust, first_name="Ermintrude")
    record(Kind.LOG_IN_REFUSED, actor=making.BY, organisation_id=None, subject="unknown")
    looks(trust, 1)
    assert Kind.LOG_IN_REFUSED not in kinds(desk)
    assert not rows(desk, f"?about={theirs.pk}")
    assert "Ermintrude" not in desk.get(f"{PAGE}?about={theirs.pk}").content.decode()


def test_reading_it_is_an_event_and_so_is_taking_it_away(desk: CheckingClient, trust: Organisation) -> None:
    about = uuid4()
    desk.get(PAGE)
    desk.get(f"{PAGE}?kinds=looks&about={about}")
    desk.post(f"{PAGE}?kinds=looks", {"format": "csv"})
    told = Event.objects.filter(kind__in=[Kind.AUDIT_READ, Kind.AUDIT_DOWNLOADED]).order_by("pk")
    assert [(one.kind, one.subject, one.detail, one.actor_name) for one in told] == [
        (Kind.AUDIT_READ, str(trust.pk), "", "Alex Morgan"),
        (Kind.AUDIT_READ, str(about), "kinds: looks", "Alex Morgan"),
        (Kind.AUDIT_DOWNLOADED, str(trust.pk), "kinds: looks, CSV", "Alex Morgan"),
    ]


def test_it_is_filtered_by_kind_and_person(
    desk: CheckingClient, auditor: Membership, trust: Organisation
) -> None:
    looks(trust, 2)
    looks(trust, 1, Actor.person(auditor.user_id, "Alex Morgan"))
    record(Kind.SETTINGS_CHANGED, actor=making.BY, organisation_id=trust.pk, subject=trust.pk)
    assert kinds(desk, "?kinds=looks") == [Kind.PASSPORT_VIEWED] * 3
    assert kinds(desk, "?kinds=looks&kinds=settings&who=portal")[-3:] == [
        Kind.PASSPORT_VIEWED,
        Kind.PASSPORT_VIEWED,
        Kind.SETTINGS_CHANGED,
    ]
    assert kinds(desk, f"?kinds=looks&who={auditor.user_id}") == [Kind.PASSPORT_VIEWED]


def days(first: str, last: str) -> str:
    parts = [
        f"{name}-{part}={value}"
        for name, day in (("first", first), ("last", last))
        for part, value in zip(("day", "month", "year"), day.split("/") if day else [""] * 3, strict=True)
    ]
    return "?" + "&".join(parts)


def test_it_is_filtered_by_days(desk: CheckingClient, trust: Organisation) -> None:
    for age in (20, 10, 0):
        old = event(Kind.PASSPORT_VIEWED, actor=making.BY, organisation_id=trust.pk, subject=str(age))
        old.at = timezone.now() - timedelta(days=age)
        write([old])
    middle = timezone.localdate() - timedelta(days=10)
    day = f"{middle:%d/%m/%Y}"
    assert len(rows(desk, days(day, day) + "&kinds=looks")) == 1
    assert len(rows(desk, days(day, "") + "&kinds=looks")) == 2
    assert len(rows(desk, days("", day) + "&kinds=looks")) == 2
    mistake = desk.get(PAGE + days(day, "01/01/2020"))
    assert error_sentences(mistake) == ["The last day must be the same as or after the first day"]
    assert desk.get(PAGE + days("31/02/2026", "")).status_code == 200


def test_nonsense_in_the_address_is_passed_over_or_told(desk: CheckingClient) -> None:
    for query in (
        "?before=x",
        "?before=99999999999999999999",
        "?after=-1",
        "?about=x",
        "?kinds=x",
        "?who=%00",
        "?who=x",
    ):
        assert desk.get(PAGE + query).status_code == 200, query


def test_it_is_leafed_by_number(desk: CheckingClient, trust: Organisation) -> None:
    looks(trust, 60)
    first = rows(desk, "?kinds=looks")
    assert len(first) == 25
    last = int(first[-1].split()[0])
    second = rows(desk, f"?kinds=looks&before={last}")
    assert int(second[0].split()[0]) == last - 1
    assert rows(desk, f"?kinds=looks&after={second[0].split()[0]}") == first


def test_it_says_how_far_it_is_sealed(desk: CheckingClient, trust: Organisation) -> None:
    Event.objects.all().delete()
    Unsealed.objects.all().delete()
    assert "Nothing has been sealed yet." in plain(desk.get(PAGE).content.decode())
    seal_everything()
    sealed = plain(desk.get(PAGE).content.decode())
    assert "Sealed up to number 1 on " in sealed
    assert "is not sealed yet" not in sealed
    assert "is not sealed yet" in plain(desk.get(PAGE).content.decode())


def test_a_file_of_it_has_the_numbers_and_references_in_place_of_names(
    desk: CheckingClient, auditor: Membership, trust: Organisation
) -> None:
    person = making.passport(trust, first_name="Ermintrude")
    desk.get(f"/people/{person.pk}", REMOTE_ADDR="192.0.2.7")
    seal_everything()
    answer = desk.post(f"{PAGE}?about={person.pk}", {"format": "csv"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    content = answer.getvalue().decode("utf-8-sig")
    heading, look, invited = csv.reader(io.StringIO(content))
    assert heading[0] == "Number"
    assert look[2:6] == ["Alex Morgan", f"user:{auditor.user_id}", "Record looked at", "passport-viewed"]
    assert (look[7], look[8]) == (str(person.pk), "192.0.2.7")
    assert int(look[0]) > int(invited[0])
    assert "Ermintrude" not in content
    book = openpyxl.load_workbook(io.BytesIO(desk.post(PAGE, {"format": "xlsx"}).content))
    assert book.active is not None
    assert book.active.max_row == SealedEvent.objects.filter(organisation_id=trust.pk).count() + 1


def test_a_workbook_that_could_not_hold_it_is_refused_in_words(
    desk: CheckingClient, trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_IN_A_WORKBOOK", 5)
    looks(trust, 10)
    seal_everything()
    answer = desk.post(PAGE, {"format": "xlsx"}, follow=True)
    assert "An Excel file holds no more than 5 events. Choose fewer days" in plain(answer.content.decode())


def test_every_kind_belongs_to_one_group() -> None:
    grouped = [kind for _, kinds in filters.GROUPS.values() for kind in kinds]
    assert sorted(grouped) == sorted(Kind)


# ── 100,000 events page flat ────────────────────────────────────────────────────────────────────────────────


def plans(desk: CheckingClient, query: str) -> list[str]:
    """How the database finds the events of a page: its plan of each query of the sealed trail."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        desk.get(PAGE + query)
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    found = []
    for one in asked:
        if one["sql"].startswith("SELECT") and "audit_sealedevent" in one["sql"]:
            with connection.cursor() as cursor:
                cursor.execute(f"{explain} {one['sql']}".replace("%", "%%"))
                found.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
    return found


@pytest.mark.parametrize("query", ["", "?before=2000", "?after=2000", "?kinds=looks&before=2000"])
def test_a_page_goes_along_an_index(desk: CheckingClient, trust: Organisation, query: str) -> None:
    for _ in range(6):
        looks(trust, 1_000)
    seal_everything()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    (plan,) = plans(desk, query)
    assert "sealed_event_one_a_number" in plan or "USING INDEX" in plan.partition("\n")[0], plan
    assert "SCAN" not in plan.replace("Index Scan", "").replace("INDEX SCAN", ""), plan
    assert "Seq Scan" not in plan, plan
    assert "Sort" not in plan, plan
    assert "TEMP B-TREE" not in plan, plan


def test_a_page_asks_no_more_for_more_events(
    desk: CheckingClient, trust: Organisation, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        desk.get(f"/people/{making.passport(trust).pk}")
    seal_everything()
    with django_assert_max_num_queries(24):
        desk.get(PAGE)
