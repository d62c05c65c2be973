"""The figures of a report: every invitation is counted once, in one state, on its day, in its cohort."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from staffpassport.invitations.deleting import delete
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.resending import resend
from staffpassport.invitations.withdrawing import withdraw
from staffpassport.messaging.states import State as MessageState
from staffpassport.organisations.models import Organisation
from staffpassport.passports.filters import did_not_arrive
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.portal.reports import counting, files
from staffpassport.portal.reports.figures import Cohort, Figures, Line
from staffpassport.portal.reports.periods import Period
from staffpassport.portal.reports.states import Band, Own, Person, State, state_of
from staffpassport.roster import cohort as roster
from staffpassport.roster.cohort import EmploymentStatus, EmploymentType, StaffGroup
from tests import making
from tests.runs import examples, surprising

TODAY = Period(date(2020, 1, 1), date(2040, 1, 1))


def states(trust: Organisation) -> dict[State, int]:
    return {state: number for state, number in counting.count(trust, TODAY).all.counts.items() if number}


def invited(trust: Organisation, **columns: Any) -> StaffPassport:
    """Somebody whose passport has these columns."""
    person = making.passport(trust)
    StaffPassport.objects.of(trust).filter(pk=person.pk).update(**columns)
    return person


def invitation(trust: Organisation, person: StaffPassport, **columns: Any) -> None:
    Invitation.objects.of(trust).filter(passport_id=person.pk).update(**columns)


SENT = {"email_state": MessageState.SENT, "text_state": MessageState.DELIVERED}


@pytest.mark.parametrize(
    ("passport", "own", "expected"),
    [
        ({}, {}, State.NOT_SENT),
        ({"email_state": None, "text_state": MessageState.CANCELLED}, {}, State.NOT_SENT),
        ({"email_state": MessageState.LEASED}, {}, State.NOT_SENT),
        ({"email_state": MessageState.SENT}, {}, State.WAITING),
        ({"text_state": MessageState.MAYBE_SENT}, {}, State.WAITING),
        (SENT, {}, State.WAITING),
        ({**SENT, "text_state": MessageState.FAILED}, {}, State.DID_NOT_ARRIVE),
        ({"email_state": MessageState.FAILED, "text_state": MessageState.FAILED}, {}, State.DID_NOT_ARRIVE),
        (
            {"email_state": MessageState.FAILED},
            {"expires_at": datetime(2026, 1, 1, tzinfo=UTC)},
            State.DID_NOT_ARRIVE,
        ),
        (SENT, {"expires_at": datetime(2026, 1, 1, tzinfo=UTC)}, State.EXPIRED),
        ({}, {"expires_at": datetime(2026, 1, 1, tzinfo=UTC)}, State.EXPIRED),
        ({"status": Status.APPOINTMENT_NEEDED}, {}, State.SIGNED_UP),
        ({"status": Status.ACTIVE, "email_state": MessageState.FAILED}, {}, State.SIGNED_UP),
        ({}, {"accepted_at": datetime(2026, 1, 1, tzinfo=UTC)}, State.SIGNED_UP),
    ],
)
@pytest.mark.django_db
def test_each_invitation_is_in_the_state_that_hr_would_say(
    trust: Organisation, passport: dict[str, Any], own: dict[str, Any], expected: State
) -> None:
    invitation(trust, invited(trust, **passport), **own)
    assert states(trust) == {expected: 1}


@pytest.mark.django_db
def test_an_invitation_that_was_ended_says_how(trust: Organisation) -> None:
    again, back, gone = (making.passport(trust).pk for _ in range(3))
    resend(organisation=trust, passports=[again], by=making.BY)
    withdraw(organisation=trust, passports=[back], by=making.BY)
    delete(organisation=trust, passports=[gone], by=making.BY)
    assert states(trust) == {State.REPLACED: 1, State.NOT_SENT: 1, State.WITHDRAWN: 1, State.DELETED: 1}


@pytest.mark.django_db
def test_whoever_signed_up_counts_as_that_also_when_the_passport_is_deleted(trust: Organisation) -> None:
    person = making.passport(trust)
    invitation(trust, person, accepted_at=timezone.now())
    delete(organisation=trust, passports=[person.pk], by=making.BY)
    assert states(trust) == {State.SIGNED_UP: 1}


@pytest.mark.django_db
def test_what_did_not_arrive_is_what_home_counts(trust: Organisation) -> None:
    """For passports of every status, and messages in every state."""
    for status, email, text in product(Status, [*MessageState, None], [*MessageState, None]):
        if email != text or status == Status.INVITATION_SENT:
            invited(trust, status=status, email_state=email, text_state=text)
    lost = StaffPassport.objects.of(trust).filter(did_not_arrive()).count()
    assert lost
    assert states(trust)[State.DID_NOT_ARRIVE] == lost


PERIOD = Period(date(2026, 3, 1), date(2026, 5, 31))
COHORTS = st.none() | st.builds(
    Cohort, st.sampled_from(StaffGroup), st.sampled_from(EmploymentType), st.sampled_from(EmploymentStatus)
)
CELLS = st.lists(
    st.builds(
        counting.Cell,
        st.dates(PERIOD.first, PERIOD.last),
        COHORTS,
        st.sampled_from(State),
        st.integers(1, 100_000),
    ),
    max_size=30,
)
PERIODS = st.builds(
    lambda first, more: Period(first, first + timedelta(days=more)), st.dates(), st.integers(0, 365)
)


def figures_of(cells: list[counting.Cell], period: Period = PERIOD) -> Figures:
    by_day: dict[date, Counter[State]] = {}
    by_cohort: dict[Cohort | None, Counter[State]] = {}
    for cell in cells:
        by_day.setdefault(cell.day, Counter())[cell.state] += cell.invitations
        by_cohort.setdefault(cell.cohort, Counter())[cell.state] += cell.invitations
    return Figures(period, by_day, by_cohort)


@given(CELLS)
@settings(max_examples=examples(100), derandomize=not surprising(), deadline=None)
def test_whatever_is_counted_by_the_sum_is_the_same(cells: list[counting.Cell]) -> None:
    invitations = sum(cell.invitations for cell in cells)
    figures = figures_of(cells)
    for lines in (
        figures.columns,
        figures.staff_groups,
        figures.employment_types,
        figures.employment_statuses,
        [figures.all],
    ):
        assert sum(line.total for line in lines) == invitations
        for band in Band:
            assert sum(line.of(band) for line in lines) == figures.all.of(band)
    rows = list(files.rows(cells))
    total = files.HEADINGS.index("Invitations")
    assert sum(int(row[total]) for row in rows) == invitations
    assert all(row[total] == sum(int(cell) for cell in row[total + 1 :]) for row in rows)
    assert len({tuple(row[:total]) for row in rows}) == len(rows)


def test_each_state_is_in_one_band_and_every_combination_in_one_state() -> None:
    assert sorted(state for band in Band for state in band.value) == sorted(State)
    assert {state_of(own, person) for own in Own for person in (*Person, None)} == set(State)
    assert all(state.meaning.endswith(".") for state in State)


@pytest.mark.django_db
def test_the_database_groups_as_the_rows_say(trust: Organisation) -> None:
    """Two ways to the same figures: added up in the database, and cell by cell."""
    kinds = product(StaffGroup, EmploymentType, EmploymentStatus)
    for number, (group, kind, status) in enumerate(kinds):
        person = making.passport(trust, cohort=roster.Cohort(group, None, kind, status))
        made = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=number * 2, hours=number % 24)
        invitation(trust, person, created_at=made)
        if number % 3 == 0:
            delete(organisation=trust, passports=[person.pk], by=making.BY)
        elif number % 3 == 1:
            StaffPassport.objects.of(trust).filter(pk=person.pk).update(**SENT)
    added_up, by_cell = counting.count(trust, PERIOD), figures_of(counting.cells(trust, PERIOD))
    assert added_up.all.total == 40
    assert dict(added_up.by_day) == dict(by_cell.by_day)
    assert dict(added_up.by_cohort) == dict(by_cell.by_cohort)
    assert added_up.by_cohort[None] == {State.DELETED: 14}


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        # Clocks go forward on 29 March and back on 25 October.
        ("2026-03-28T23:59:59.999999+00:00", date(2026, 3, 28)),
        ("2026-03-29T00:00:00+00:00", date(2026, 3, 29)),
        ("2026-03-29T22:59:59.999999+00:00", date(2026, 3, 29)),
        ("2026-03-29T23:00:00+00:00", date(2026, 3, 30)),
        ("2026-10-24T22:59:59.999999+00:00", date(2026, 10, 24)),
        ("2026-10-24T23:00:00+00:00", date(2026, 10, 25)),
        ("2026-10-25T23:59:59.999999+00:00", date(2026, 10, 25)),
        ("2026-10-26T00:00:00+00:00", date(2026, 10, 26)),
    ],
)
@pytest.mark.django_db
def test_a_day_is_one_of_london_in_summer_and_in_winter(trust: Organisation, moment: str, day: date) -> None:
    invitation(trust, making.passport(trust), created_at=datetime.fromisoformat(moment))
    assert list(counting.count(trust, Period(date(2026, 1, 1), date(2026, 12, 31))).by_day) == [day]
    assert counting.count(trust, Period(day, day)).all.total == 1
    for other in (day - timedelta(days=1), day + timedelta(days=1)):
        assert counting.count(trust, Period(other, other)).all.total == 0


@pytest.mark.django_db
def test_another_trusts_invitations_never_count(trust: Organisation, other_trust: Organisation) -> None:
    making.passport(trust)
    delete(organisation=other_trust, passports=[making.passport(other_trust).pk], by=making.BY)
    making.passport(other_trust)
    assert counting.count(trust, TODAY).all.total == 1
    assert sum(cell.invitations for cell in counting.cells(trust, TODAY)) == 1
    assert counting.count(other_trust, TODAY).all.counts == {State.DELETED: 1, State.NOT_SENT: 1}


@pytest.mark.django_db
def test_a_report_is_one_query_however_many_were_invited(
    trust: Organisation, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """And three on PostgreSQL that tell it how."""
    for _ in range(5):
        making.passport(trust)
    with django_assert_max_num_queries(1 if connection.vendor == "sqlite" else 4):
        counting.count(trust, TODAY)
    with django_assert_max_num_queries(1 if connection.vendor == "sqlite" else 4):
        counting.cells(trust, TODAY)


@given(PERIODS)
@settings(max_examples=examples(100), derandomize=not surprising(), deadline=None)
def test_every_day_of_a_period_is_in_one_column(period: Period) -> None:
    figures = figures_of([counting.Cell(day, None, State.WAITING, 1) for day in period], period)
    assert len(figures.columns) <= 62
    assert sum(line.total for line in figures.columns) == period.days
    assert all(line.total <= 7 for line in figures.columns)


def test_weeks_begin_on_monday_and_the_first_on_the_first_day() -> None:
    weeks = figures_of([], Period(date(2026, 1, 1), date(2026, 3, 31))).columns
    assert [week.label for week in weeks[:3]] == ["01/01/2026", "05/01/2026", "12/01/2026"]
    assert weeks[-1].label == "30/03/2026"


@pytest.mark.parametrize(
    ("few", "many", "share"),
    [
        (0, 5, "0%"),
        (5, 0, "100%"),
        (1, 2, "33%"),
        (1, 999, "less than 1%"),
        (999, 1, "over 99%"),
        (0, 0, "0%"),
    ],
)
def test_a_share_never_hides_a_few(few: int, many: int, share: str) -> None:
    assert Line("", {State.SIGNED_UP: few, State.WAITING: many}).share(few) == share
