"""Counting a trust's invitations of a period in the database: one statement for any number of them.

Invitations have no foreign key to passports, and stay when one is deleted. So the two are joined by hand, each as a
query that starts from the trust; what is "open", "did not arrive" and so on is said once, in Django's words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Case, CharField, Func, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from staffpassport.invitations.models import Invitation
from staffpassport.messaging.states import State as MessageState
from staffpassport.organisations.models import Organisation
from staffpassport.passports.filters import did_not_arrive
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.portal.reports.figures import Cohort, Figures
from staffpassport.portal.reports.periods import Period
from staffpassport.portal.reports.states import Own, Person, State, state_of
from staffpassport.roster.cohort import EmploymentStatus, EmploymentType, StaffGroup
from staffpassport.ui.formats import LONDON

_HOUR = 3600
_COHORT = ("staff_group", "employment_type", "employment_status")
_NOT_GONE_OUT = (MessageState.QUEUED, MessageState.LEASED, MessageState.CANCELLED)

# Every invitation with what its passport says, grouped once. Days are put together from hours: clocks in London differ
# from UTC by whole hours, so that each hour is of one day, also when they change; and to ask SQLite for the day in a
# time zone is to call Python for each row.
_CELLS = """
WITH cells AS MATERIALIZED (
    SELECT hour, own, person, staff_group, employment_type, employment_status, COUNT(*) AS invitations
    FROM ({invitations}) AS invitation LEFT JOIN ({passports}) AS passport ON passport.id = invitation.passport_id
    GROUP BY hour, own, person, staff_group, employment_type, employment_status
)
"""
_DAYS_AND_COHORTS = """
SELECT hour, own, person, NULL, NULL, NULL, SUM(invitations) FROM cells GROUP BY hour, own, person
UNION ALL
SELECT NULL, own, person, staff_group, employment_type, employment_status, SUM(invitations)
FROM cells GROUP BY own, person, staff_group, employment_type, employment_status
"""
_FOR_THIS_TRANSACTION = """
SELECT set_config('work_mem', '32MB', true), set_config('jit', 'off', true),
       set_config('max_parallel_workers_per_gather', '0', true)
"""
_EACH = "SELECT hour, own, person, staff_group, employment_type, employment_status, invitations FROM cells"


class Cell(NamedTuple):
    """So many invitations of one day, cohort and state. The cohort is None where the passport was deleted since."""

    day: date
    cohort: Cohort | None
    state: State
    invitations: int


class HoursSince1970(Func):
    """A moment as whole hours of UTC."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        # To the minute: SQLite rounds, and the last half millisecond of an hour belongs to it.
        template = f"(CAST(strftime('%%%%s', substr(%(expressions)s, 1, 16)) AS INTEGER) / {_HOUR})"
        return self.as_sql(compiler, connection, template=template, **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = f"FLOOR(EXTRACT(EPOCH FROM %(expressions)s) / {_HOUR})::integer"
        return self.as_sql(compiler, connection, template=template, **more)


def count(organisation: Organisation, period: Period) -> Figures:
    """How many invitations the trust has made on the days of this period, as they stand now."""
    by_day: dict[date, Counter[State]] = defaultdict(Counter)
    by_cohort: dict[Cohort | None, Counter[State]] = defaultdict(Counter)
    for hour, own, person, *cohort, invitations in _rows(_DAYS_AND_COHORTS, organisation, period):
        state = _state(own, person)
        if hour is None:
            by_cohort[_cohort(*cohort)][state] += int(invitations)
        else:
            by_day[_day(hour)][state] += int(invitations)
    return Figures(period, by_day, by_cohort)


def cells(organisation: Organisation, period: Period) -> list[Cell]:
    """The same for each day and cohort and state, the earliest first."""
    found: Counter[tuple[date, Cohort | None, State]] = Counter()
    for hour, own, person, *cohort, invitations in _rows(_EACH, organisation, period):
        found[_day(hour), _cohort(*cohort), _state(own, person)] += invitations
    return [Cell(*which, invitations) for which, invitations in found.items()]


def _rows(select: str, organisation: Organisation, period: Period) -> Iterator[tuple[Any, ...]]:
    invitations, of_invitations = _invitations(organisation, period).query.sql_with_params()
    passports, of_passports = _passports(organisation).query.sql_with_params()
    cells = _CELLS.format(invitations=invitations, passports=passports)
    statement = f"SELECT * FROM ({cells} {select}) AS figures"  # noqa: S608 - nothing in it that anybody typed
    with _in_memory(), connection.cursor() as cursor:
        cursor.execute(statement, [*of_invitations, *of_passports])
        yield from cursor.fetchall()


@contextmanager
def _in_memory() -> Iterator[None]:
    """PostgreSQL's usual 4 MB would sort on disk, and several processes and a compiler pay only for far more rows:
    0.17 s in place of 0.5 for 100,000 among 1,500,000.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FOR_THIS_TRANSACTION)
        yield


def _invitations(organisation: Organisation, period: Period) -> QuerySet[Any, Any]:
    made: QuerySet[Any, Any] = Invitation.objects.of(organisation).filter(
        created_at__gte=period.begin, created_at__lt=period.end
    )
    reasons = Invitation.EndedReason
    own = _case(
        (Q(accepted_at__isnull=False), Own.ACCEPTED),
        (Q(ended_reason=reasons.REPLACED), Own.REPLACED),
        (Q(ended_reason=reasons.WITHDRAWN), Own.WITHDRAWN),
        (Q(ended_reason=reasons.DELETED), Own.DELETED),
        (Q(expires_at__lte=timezone.now()), Own.EXPIRED),
        otherwise=Own.OPEN,
    )
    made = made.annotate(hour=HoursSince1970("created_at"), own=own)
    return made.values_list("passport_id", "hour", "own")


def _passports(organisation: Organisation) -> QuerySet[Any, Any]:
    passports: QuerySet[Any, Any] = StaffPassport.objects.of(organisation)
    person = _case(
        (did_not_arrive(), Person.DID_NOT_ARRIVE),
        (~Q(status=Status.INVITATION_SENT), Person.ANSWERED),
        (_not_gone_out("email_state") & _not_gone_out("text_state"), Person.NOT_SENT),
        otherwise=Person.SENT,
    )
    passports = passports.annotate(person=person)
    return passports.values_list("id", "person", *_COHORT)


def _not_gone_out(column: str) -> Q:
    """Nor on its way, as far as anybody knows. None: the address was changed after the invitation."""
    waits: dict[str, Any] = {f"{column}__in": _NOT_GONE_OUT}
    return Q(**waits) | Q((f"{column}__isnull", True))


def _case(*conditions: tuple[Q, str], otherwise: str) -> Case:
    whens = [When(condition, then=Value(str(value))) for condition, value in conditions]
    return Case(*whens, default=Value(str(otherwise)), output_field=CharField())


def _state(own: str, person: str | None) -> State:
    return state_of(Own(own), Person(person) if person else None)


def _cohort(group: str | None, *rest: str) -> Cohort | None:
    return Cohort(StaffGroup(group), EmploymentType(rest[0]), EmploymentStatus(rest[1])) if group else None


def _day(hour: int) -> date:
    return datetime.fromtimestamp(hour * _HOUR, UTC).astimezone(LONDON).date()
