"""Writing many rows: what is stored is what Django would have stored, and nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from staffpassport.audit.models import Event, Kind
from staffpassport.bulk import insert, inserting
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel, State, Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import Origin, StaffPassport, Status
from tests import making

NOW = datetime(2026, 7, 1, 12, 30, 15, 123456, timezone(timedelta(hours=2)))
# What COPY and SQL write in signs of their own.
AWKWARD = "tab\there, line\nend, back\\slash, \\N, quo'te, per%cent, %s, Zoë ☃"
FEW, MANY = 3, 40
Values = dict[str, Any]


def passport_values(trust: Organisation, number: int) -> Values:
    return {
        "id": uuid7(),
        "organisation_id": trust.pk,
        "first_name": AWKWARD,
        "last_name": "O'Brien",
        "preferred_name": None,
        "date_of_birth": date(1984, 2, 29) if number % 2 else None,
        "email": f"Zoë{number}@example.com",
        "email_key": f"zoë{number}@example.com",
        "phone": f"+44794600{number:04}",
        "staff_group": making.COHORT.staff_group,
        "job_role_key": None,
        "employment_type": making.COHORT.employment_type,
        "employment_status": making.COHORT.employment_status.value,
        "oriel_pin": "0012",
        "esr_assignment_number": None,
        "origin": Origin.INVITED,
        "status": Status.INVITATION_SENT,
        "created_at": NOW,
        "search_key": " zoe",
        "email_state": State.QUEUED,
        "text_state": None,
        "invitation_expires_at": NOW + timedelta(days=number),
        "upload_id": uuid7() if number % 2 else None,
    }


def message_values(trust: Organisation, number: int) -> Values:
    return {
        "id": uuid7(),
        "organisation_id": trust.pk,
        "about": f"about {number}",
        "purpose": "test",
        "channel": Channel.TEXT,
        "idempotency_key": f"key {number}",
        "recipient": "+447946000001",
        "urgency": Urgency.BULK,
        "created_at": NOW,
        "state_changed_at": NOW,
        "due_at": NOW,
        "give_up_at": NOW,
    }


def invitation_values(trust: Organisation, number: int) -> Values:
    return {
        "organisation_id": trust.pk,
        "id": uuid7(),
        "passport_id": uuid7(),
        "link_id": b"\\x00\n\t" + number.to_bytes(3, "big"),
        "created_at": NOW,
        "expires_at": NOW,
    }


def event_values(trust: Organisation, number: int) -> Values:
    return {
        "id": uuid7(),
        "organisation_id": trust.pk if number % 2 else None,
        "kind": Kind.INVITED,
        "actor": "task:tests",
        "actor_name": "The portal",
        "subject": str(uuid7()),
        "at": NOW,
        "network_address": "2001:DB8::1" if number % 2 else None,
    }


def organisation_values(trust: Organisation, number: int) -> Values:
    return {
        "id": uuid7(),
        "name": "Northmoor",
        "descriptor": "NHS Trust",
        "ods_code": f"A{number:02}",
        "hr_email": "hr@example.com",
        "hr_phone": "1",
        "reminder_days": [1, number],
        "created_at": NOW,
    }


def as_stored(model: type[models.Model]) -> list[tuple[Any, ...]]:
    """Every row of the table as the database has it, not as Django reads it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {model._meta.db_table}")
        return sorted((tuple(map(repr, row)) for row in cursor.fetchall()), key=str)


@pytest.mark.parametrize("count", [FEW, MANY])
@pytest.mark.parametrize(
    ("model", "values_of"),
    [
        (StaffPassport, passport_values),
        (Message, message_values),
        (Invitation, invitation_values),
        (Event, event_values),
        (Organisation, organisation_values),
    ],
)
def test_what_is_stored_is_what_bulk_create_stores(
    trust: Organisation, model: type[models.Model], values_of: Any, count: int
) -> None:
    """Awkward text, members of enumerations, another zone's moments, bytes, ids, addresses, JSON, nothing."""
    people = [values_of(trust, number) for number in range(count)]
    columns = list(people[0])
    everywhere = model._default_manager

    def stored_by(write: Any) -> list[tuple[Any, ...]]:
        with transaction.atomic():
            write()
            found = as_stored(model)
            transaction.set_rollback(True)
        return found

    with pytest.MonkeyPatch.context() as patch:
        # auto_now_add would write its own moment over the one given.
        patch.setattr(Organisation._meta.get_field("created_at"), "auto_now_add", False)
        by_django = stored_by(lambda: everywhere.bulk_create([model(**values) for values in people]))
    by_us = stored_by(lambda: insert(model, columns, (list(values.values()) for values in people)))
    assert by_us == by_django
    assert len(by_us) >= count

    first = people[0]
    alike = [column for column in columns if all(values[column] == first[column] for values in people)]
    others = [column for column in columns if column not in alike]
    by_us = stored_by(
        lambda: insert(
            model,
            others,
            ([values[column] for column in others] for values in people),
            same={column: first[column] for column in alike},
        )
    )
    assert by_us == by_django


def messages(trust: Organisation, keys: list[str]) -> Iterator[tuple[Any, ...]]:
    """Rows of messages in the order of `MESSAGE`."""
    for key in keys:
        yield tuple({**message_values(trust, 0), "idempotency_key": key}.values())


MESSAGE = [
    "id",
    "organisation_id",
    "about",
    "purpose",
    "channel",
    "idempotency_key",
    "recipient",
    "urgency",
    "created_at",
    "state_changed_at",
    "due_at",
    "give_up_at",
]


@pytest.mark.parametrize("count", [FEW, MANY])
def test_columns_that_nobody_named_get_their_default_and_each_row_its_own(
    trust: Organisation, count: int
) -> None:
    rows = [(uuid7(), NOW, NOW) for _ in range(count)]
    insert(Invitation, ["passport_id", "created_at", "expires_at"], rows, same={"organisation_id": trust.pk})
    made = list(Invitation.everywhere.all())
    assert {(one.sequence, one.started_at, one.ended_reason) for one in made} == {(1, None, None)}
    assert len({one.pk for one in made}) == len({bytes(one.link_id) for one in made}) == count

    insert(Message, MESSAGE, messages(trust, [str(number) for number in range(count)]))
    assert {(one.state, one.attempts, one.provider) for one in Message.everywhere.all()} == {
        ("queued", 0, "")
    }


def test_a_column_that_was_forgotten_is_not_filled_with_nothing(trust: Organisation) -> None:
    """Django would write an empty purpose."""
    some = [(values["about"], values["recipient"]) for values in [message_values(trust, 0)]]
    with pytest.raises(TypeError, match="purpose"):
        insert(Message, ["about", "recipient"], some, same={"organisation_id": trust.pk})
    values = organisation_values(trust, 0)
    del values["created_at"]  # which Django sets to now
    with pytest.raises(TypeError, match="created_at"):
        insert(Organisation, list(values), [list(values.values())])


def test_a_column_that_does_not_exist_is_no_column(trust: Organisation) -> None:
    with pytest.raises(FieldDoesNotExist):
        insert(Message, [*MESSAGE, "colour"], [])


@pytest.mark.parametrize("count", [FEW, MANY])
def test_a_row_that_is_too_short_or_too_long_is_refused(trust: Organisation, count: int) -> None:
    rows = list(messages(trust, [str(number) for number in range(count)]))
    for odd in (rows[1][:-1], (*rows[1], "more")):
        with pytest.raises(ValueError, match=r"zip\(\)"), transaction.atomic():
            insert(Message, MESSAGE, [*rows, odd])
    assert not Message.everywhere.exists()


@pytest.mark.parametrize("count", [FEW, MANY])
def test_known_rows_are_left_out_and_stay_as_they_are(trust: Organisation, count: int) -> None:
    insert(Message, MESSAGE, messages(trust, ["0", "1"]))
    before = set(Message.everywhere.values_list("pk", flat=True))
    again = [str(number) for number in range(count)] + ["2"]
    insert(Message, MESSAGE, messages(trust, again), unless_known=["about", "idempotency_key"])
    assert Message.everywhere.count() == max(count, 3)
    assert before < set(Message.everywhere.values_list("pk", flat=True))


@pytest.mark.parametrize("count", [FEW, MANY])
@pytest.mark.parametrize("broken", ["recipient", "attempts", "id"])
def test_unless_known_hides_no_other_fault(trust: Organisation, broken: str, count: int) -> None:
    """SQLite's INSERT OR IGNORE drops rows that break any constraint, without a word."""
    rows = [message_values(trust, number) | {"attempts": 0} for number in range(count)]
    rows[1][broken] = {"recipient": None, "attempts": 3, "id": rows[0]["id"]}[broken]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(
            Message,
            list(rows[0]),
            [list(row.values()) for row in rows],
            unless_known=["about", "idempotency_key"],
        )
    assert not Message.everywhere.exists()


@pytest.mark.parametrize("count", [FEW, MANY])
def test_one_row_that_breaks_a_rule_writes_none(trust: Organisation, count: int) -> None:
    keys = [str(number) for number in range(count)]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Message, MESSAGE, messages(trust, [*keys, "0"]))
    assert not Message.everywhere.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_one_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inserting, "_AT_ONCE", 2)
    trust = making.organisation()
    with pytest.raises(IntegrityError):
        insert(Message, MESSAGE, messages(trust, ["0", "1", "2", "3", "0"]))
    assert not Message.everywhere.exists()


def test_rows_are_taken_a_few_thousand_at_a_time_and_may_ask_the_database(
    trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever streams 100,000 rows out of a query must neither hold them all nor find the connection in use."""
    monkeypatch.setattr(inserting, "_AT_ONCE", 30)
    behind = []

    def rows() -> Iterator[tuple[Any, ...]]:
        for taken, row in enumerate(messages(trust, [str(number) for number in range(100)])):
            behind.append(taken - Message.everywhere.count())
            yield row

    insert(Message, MESSAGE, rows())
    assert Message.everywhere.count() == 100
    assert max(behind) == 29


def test_no_rows_are_no_statement(trust: Organisation) -> None:
    with CaptureQueriesContext(connection) as asked:
        insert(Message, MESSAGE, [])
    assert not [query for query in asked if "INSERT" in query["sql"] or "COPY" in query["sql"]]


@pytest.mark.postgresql
def test_many_rows_go_by_copy_and_few_do_not(trust: Organisation) -> None:
    for count, copies in ((FEW, 0), (MANY, 1)):
        with CaptureQueriesContext(connection) as asked:
            insert(Event, ["id"], [(uuid7(),) for _ in range(count)], same=_an_event())
        assert sum(query["sql"].startswith("COPY") for query in asked) == copies


def _an_event() -> Values:
    return {"kind": Kind.INVITED, "actor": "task:tests", "actor_name": "x", "subject": "x", "at": NOW}
