"""Reports on screen and as files: which days, whose figures, that they add up, what is recorded."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from staffpassport.accounts.models import Membership
from staffpassport.audit.models import Event, Kind
from staffpassport.invitations.deleting import delete
from staffpassport.invitations.models import Invitation
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.checking import CheckingClient
from tests.reading import error_sentences, filled_in, link, plain, text

pytestmark = pytest.mark.django_db

PAGE = "/reports"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def invited_at(trust: Organisation, *times: datetime) -> None:
    for at in times:
        person = making.passport(trust)
        Invitation.objects.of(trust).filter(passport_id=person.pk).update(created_at=at)


def of(first: str, last: str) -> str:
    """The address of a report of these days, d/m/yyyy."""
    boxes = []
    for name, typed in (("first", first), ("last", last)):
        day, month, year = typed.split("/")
        boxes += [f"{name}-day={day}", f"{name}-month={month}", f"{name}-year={year}"]
    return f"{PAGE}?{'&'.join(boxes)}"


def table(page: Any, caption: str) -> dict[str, list[str]]:
    """The rows of a table, by what each begins with."""
    found = re.search(rf"<caption[^>]*>{caption}</caption>(.*?)</table>", page.content.decode(), re.DOTALL)
    assert found, f"there is no table {caption!r}"
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in found[1].split("<tr")[2:]]
    return {plain(first): [plain(cell) for cell in cells] for first, *cells in rows}


def as_csv(client: CheckingClient, address: str = PAGE) -> list[dict[str, str]]:
    taken = b"".join(client.post(address, {"format": "csv"}))
    return list(csv.DictReader(io.StringIO(taken.decode("utf-8-sig"), newline="")))


def test_the_last_30_days_are_shown_by_day_by_state_and_by_cohort(
    portal: CheckingClient, trust: Organisation
) -> None:
    invited_at(
        trust,
        datetime(2026, 10, 28, 23, 59, tzinfo=UTC),
        datetime(2026, 10, 29, 0, 0, tzinfo=UTC),
        datetime(2026, 11, 27, 11, tzinfo=UTC),
        datetime(2026, 11, 27, 12, tzinfo=UTC),
    )
    page = portal.get(PAGE)
    assert "Invitations from 29/10/2026 to 27/11/2026" in text(page)
    assert table(page, "Invitations by day") == {
        "29/10/2026": ["1", "0", "1", "0", "0"],
        "27/11/2026": ["2", "0", "2", "0", "0"],
        "Total": ["3", "0", "3", "0", "0"],
    }
    by_state = table(page, "Invitations by state")
    assert by_state["Not sent yet"] == ["3", "100%"]
    assert by_state["Total"] == ["3", "100%"]
    assert len(by_state) == 9
    assert list(table(page, "Invitations by staff group")) == ["Medical and Dental", "Total"]
    assert table(page, "Invitations by employment type")["Total"][0] == "3"
    assert list(table(page, "Invitations by employment status")) == ["New starter", "Total"]


def test_an_invitation_of_a_passport_that_was_deleted_still_counts(
    portal: CheckingClient, trust: Organisation
) -> None:
    delete(organisation=trust, passports=[making.passport(trust).pk], by=making.BY)
    page = portal.get(PAGE)
    assert table(page, "Invitations by state")["Passport deleted"] == ["1", "100%"]
    for cohort in ("staff group", "employment type", "employment status"):
        assert list(table(page, f"Invitations by {cohort}")) == ["Passport deleted since", "Total"]


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("Last 7 days", "21/11/2026 to 27/11/2026"),
        ("Last 30 days", "29/10/2026 to 27/11/2026"),
        ("This year", "01/01/2026 to 27/11/2026"),
    ],
)
def test_usual_periods_are_one_link_away(portal: CheckingClient, words: str, days: str) -> None:
    assert f"Invitations from {days}" in text(portal.get(link(portal.get(PAGE), words)))


def test_a_long_period_is_shown_by_week(portal: CheckingClient, trust: Organisation) -> None:
    invited_at(trust, datetime(2026, 11, 25, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC))
    page = portal.get(f"{PAGE}?period=this-year")
    assert list(table(page, "Invitations by week")) == ["23/11/2026", "Total"]
    assert "A column for each week. Most invitations, 2, are of the week from 23/11/2026." in text(page)


def test_days_are_typed_and_stand_in_the_address_and_in_the_boxes(
    portal: CheckingClient, trust: Organisation
) -> None:
    invited_at(trust, datetime(2026, 2, 3, tzinfo=UTC))
    page = portal.get(of("3/2/2026", "3/2/2026"))
    assert list(table(page, "Invitations by day")) == ["03/02/2026", "Total"]
    boxes = filled_in(page)
    assert [boxes[f"last-{part}"] for part in ("day", "month", "year")] == ["3", "2", "2026"]


@pytest.mark.parametrize(
    ("first", "last", "sentences"),
    [
        ("2/2/2026", "1/2/2026", ["The last day must be the same as or after the first day"]),
        ("1/2/2026", "28/11/2026", ["The last day must be today or in the past"]),
        ("26/11/2025", "27/11/2026", ["A report can be of 366 days at most: choose days closer together"]),
        ("31/2/2026", "1/3/2026", ["First day must be a real date"]),
        ("1//2026", "1/3/2026", ["First day must include a month"]),
        ("//", "27/11/2026", ["Enter first day"]),
        ("1/2/2026", "//", ["Enter last day"]),
        ("1/1/26", "1/2/2026", ["The year must have all 4 numbers, like 2026"]),
        ("1/1/2026", "1/2/26", ["The year must have all 4 numbers, like 2026"]),
        ("1/1/99999999999999999999", "1/2/2026", ["First day must be a real date"]),
        ("x/1/2026", "1/2/2026", ["First day must be a real date"]),
    ],
)
def test_a_mistake_gets_one_sentence_and_no_figures(
    portal: CheckingClient, trust: Organisation, first: str, last: str, sentences: list[str]
) -> None:
    making.passport(trust)
    page = portal.get(of(first, last))
    assert error_sentences(page) == sentences
    assert "<table" not in page.content.decode()
    assert error_sentences(portal.post(of(first, last), {"format": "csv"})) == sentences
    assert not Event.objects.filter(kind=Kind.REPORT_DOWNLOADED).exists()


def test_366_days_are_not_too_many_and_another_name_of_a_period_is_passed_over(
    portal: CheckingClient,
) -> None:
    assert not error_sentences(portal.get(of("27/11/2025", "27/11/2026")))
    assert "from 29/10/2026 to 27/11/2026" in text(portal.get(f"{PAGE}?period=for-ever"))


def test_days_without_invitations_say_so_and_offer_no_file(
    portal: CheckingClient, other_trust: Organisation
) -> None:
    making.passport(other_trust)
    page = portal.get(PAGE)
    assert "Nobody was invited on these days" in text(page)
    assert "<svg class=" not in page.content.decode().partition("<main")[2]
    assert "Download as" not in text(page)


def test_the_file_has_a_row_for_each_day_and_cohort_and_adds_up(
    portal: CheckingClient, trust: Organisation, other_trust: Organisation
) -> None:
    invited_at(trust, datetime(2026, 11, 3, tzinfo=UTC), datetime(2026, 11, 3, 9, tzinfo=UTC), NOW)
    delete(organisation=trust, passports=[making.passport(trust).pk], by=making.BY)
    making.passport(other_trust)
    early, late, deleted = as_csv(portal)
    assert (early["Day"], early["Staff group"]) == ("03/11/2026", "Medical and Dental")
    assert (early["Employment type"], early["Employment status"]) == (
        "Permanent or fixed term",
        "New starter",
    )
    assert (early["Invitations"], early["Not sent yet"], early["Expired"]) == ("2", "2", "0")
    assert (late["Day"], late["Invitations"]) == ("27/11/2026", "1")
    assert (deleted["Staff group"], deleted["Passport deleted"]) == ("Passport deleted since", "1")


def test_the_file_is_of_the_days_that_were_on_screen(portal: CheckingClient, trust: Organisation) -> None:
    invited_at(trust, datetime(2026, 2, 3, tzinfo=UTC), NOW)
    address = of("3/2/2026", "4/2/2026")
    action = re.search(r'<form method="post" action="(/reports[^"]*)"', portal.get(address).content.decode())
    assert action
    answer = portal.post(action[1].replace("&amp;", "&"), {"format": "xlsx"})
    assert 'filename="invitations 2026-02-03 to 2026-02-04.xlsx"' in answer["Content-Disposition"]
    headings, row = load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True)
    cells = dict(zip(headings, row, strict=True))
    assert (cells["Day"], cells["Invitations"], cells["Signed up"]) == ("03/02/2026", 1, 0)


def test_who_took_figures_away_is_recorded(
    portal: CheckingClient, hr: Membership, trust: Organisation
) -> None:
    making.passport(trust)
    portal.get(PAGE)
    assert not Event.objects.filter(kind=Kind.REPORT_DOWNLOADED).exists(), "looking takes nothing away"
    as_csv(portal)
    event = Event.objects.get(kind=Kind.REPORT_DOWNLOADED)
    assert (event.organisation_id, event.actor) == (trust.pk, f"user:{hr.user.pk}")
    assert event.detail == "29/10/2026 to 27/11/2026, CSV"


def test_whoever_may_see_passports_sees_reports_and_takes_them_away(trust: Organisation) -> None:
    making.passport(trust)
    reader = making.logged_in(making.member(trust, Role.READ_ONLY))
    assert link(reader.get("/"), "Reports") == PAGE
    assert len(as_csv(reader)) == 1


def test_the_chart_says_in_words_what_it_shows(portal: CheckingClient, trust: Organisation) -> None:
    invited_at(trust, datetime(2026, 11, 3, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC), NOW)
    page = portal.get(PAGE)
    assert "Invitations by day, from 29/10/2026 to 27/11/2026" in text(page)
    assert (
        "A column for each day. Most invitations, 2, are of the day 03/11/2026. In all 0 signed up, 3 open, "
        "0 did not arrive, 0 closed." in text(page)
    )
    assert page.content.decode().count('<rect class="app-chart__part') == 2


def test_the_page_takes_a_handful_of_queries(
    portal: CheckingClient, trust: Organisation, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    invited_at(trust, *[NOW] * 10)
    with django_assert_max_num_queries(10):
        portal.get(PAGE)
