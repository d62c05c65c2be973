"""Taking the list away as a file: whom it holds, that it is safe, who may, and what is recorded of it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from staffpassport.accounts import fresh
from staffpassport.accounts.models import Membership
from staffpassport.audit.models import Event, Kind
from staffpassport.organisations.models import Organisation
from staffpassport.portal import people_files
from staffpassport.roster.columns import columns
from staffpassport.roster.fields import Field
from tests import making
from tests.accounts.signing_in import give_fresh_code
from tests.checking import CheckingClient
from tests.reading import link, text

pytestmark = pytest.mark.django_db

PAGE = "/people/download"


def content(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response) if response.streaming else response.content


def as_csv(client: CheckingClient, query: str = "") -> list[dict[str, str]]:
    taken = content(client.post(PAGE + query, {"format": "csv"}))
    return list(csv.DictReader(io.StringIO(taken.decode("utf-8-sig"), newline="")))


def test_the_file_holds_whom_the_list_shows_newest_first(
    portal: CheckingClient, trust: Organisation, other_trust: Organisation
) -> None:
    making.passport(trust, first_name="Early", last_name="Obi")
    making.passport(trust, first_name="Late", last_name="Obi")
    making.passport(trust, first_name="Somebody", last_name="Else")
    making.passport(other_trust, first_name="Stranger", last_name="Obi")
    assert [row["First name"] for row in as_csv(portal, "?q=obi")] == ["Late", "Early"]
    assert len(as_csv(portal)) == 3
    assert "2 people" in text(portal.get(f"{PAGE}?q=obi"))


def test_what_stands_in_a_row_reads_as_on_the_record(portal: CheckingClient, trust: Organisation) -> None:
    making.passport(
        trust, first_name="Zoë", last_name="O’Brien", email="zoe@example.com", phone="+447700900123"
    )
    (row,) = as_csv(portal)
    assert row["First name"] == "Zoë"
    assert row["Date of birth"] == "15/03/1984"
    assert row["Telephone number"] == "07700 900123"
    assert row["Staff group"] == "Medical and Dental"
    assert (row["Status"], row["Origin"]) == ("Invitation sent", "Invited")
    assert (row["Email sent"], row["Text message sent"]) == ("Queued", "Queued")


def test_the_workbook_holds_the_same_as_text(portal: CheckingClient, trust: Organisation) -> None:
    making.passport(trust, phone="+447700900123", esr_assignment_number="00123456")
    taken = content(portal.post(PAGE, {"format": "xlsx"}))
    sheet = load_workbook(io.BytesIO(taken)).worksheets[0]
    headings, row = sheet.iter_rows(values_only=True)
    cells = dict(zip(headings, row, strict=True))
    assert (cells["Telephone number"], cells["ESR assignment number"]) == ("07700 900123", "00123456")


def test_no_cell_is_calculated_by_a_spreadsheet(portal: CheckingClient, trust: Organisation) -> None:
    making.passport(trust, first_name="=1+1", last_name="@SUM(1)", esr_assignment_number="00123456")
    (row,) = as_csv(portal)
    assert (row["First name"], row["Last name"]) == ("'=1+1", "'@SUM(1)")
    assert row["ESR assignment number"] == "'00123456"


def test_the_file_can_be_uploaded_again() -> None:
    found = columns(people_files.HEADINGS)
    assert found.problem is None
    assert set(found.ignored) == set(people_files.HEADINGS) - {field.label for field in Field}


def test_more_rows_than_are_held_at_a_time_all_come_once(
    portal: CheckingClient, trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_files, "_AT_ONCE", 2)
    for number in range(5):
        making.passport(trust, first_name=f"Person {number}")
    assert [row["First name"] for row in as_csv(portal)] == [f"Person {n}" for n in (4, 3, 2, 1, 0)]


def test_who_took_how_many_away_is_recorded_and_nothing_of_them(
    portal: CheckingClient, trust: Organisation
) -> None:
    making.passport(trust)
    portal.get(PAGE)
    assert not Event.objects.filter(kind=Kind.LIST_DOWNLOADED).exists(), (
        "looking at the page takes nothing away"
    )
    as_csv(portal)
    event = Event.objects.get(kind=Kind.LIST_DOWNLOADED)
    assert (event.organisation_id, event.detail) == (trust.pk, "1 people, CSV")
    assert event.actor.startswith("user:")


def test_more_people_than_may_go_without_need_a_fresh_code(
    portal: CheckingClient, hr: Membership, trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fresh, "MOST_PEOPLE_WITHOUT", 1)
    making.passport(trust)
    making.passport(trust)
    assert "asked for a security code first" in text(portal.get(PAGE))
    asked = portal.post(PAGE, {"format": "csv"})
    assert asked["Location"].startswith("/confirm-it-is-you")
    assert not Event.objects.filter(kind=Kind.LIST_DOWNLOADED).exists()
    give_fresh_code(portal, hr.user)
    assert len(as_csv(portal)) == 2


def test_a_list_of_nobody_offers_no_file(portal: CheckingClient, trust: Organisation) -> None:
    making.passport(trust)
    page = portal.get(f"{PAGE}?q=nobody+of+this+name")
    assert "Nobody is on this list" in text(page)
    assert "Download as" not in text(page)
    assert "Nobody is on this list" in text(portal.post(f"{PAGE}?q=nobody+of+this+name", {"format": "csv"}))


def test_the_list_leads_to_its_file_with_its_filters(portal: CheckingClient, trust: Organisation) -> None:
    making.passport(trust, first_name="Ada")
    page = portal.get("/people?q=ada&status=invitation-sent")
    assert link(page, "Download this list") == f"{PAGE}?q=ada&status=invitation-sent"
