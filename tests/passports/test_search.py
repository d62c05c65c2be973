"""Searching a trust's passports: what is found, how much of it, and by what PostgreSQL finds it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from staffpassport.invitations.actions import invite
from staffpassport.organisations.models import Organisation
from staffpassport.passports import search as searching
from staffpassport.passports.models import StaffPassport
from staffpassport.passports.search import search
from tests import making
from tests.checking import CheckingClient
from tests.reading import rows

pytestmark = pytest.mark.django_db


def first_names(passports: QuerySet[StaffPassport]) -> list[str]:
    return [one.first_name for one in passports.order_by("-pk")]


def test_of_more_than_a_page_can_tell_the_newest_are_shown(
    portal: CheckingClient, trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_MATCHES", 2)
    for name in ("First", "Second", "Third"):
        making.passport(trust, first_name=name, last_name="Obi")
    found = search(StaffPassport.objects.of(trust), "obi")
    assert (first_names(found.passports), found.too_many) == (["Third", "Second"], True)
    assert rows(portal.get("/people?q=obi")) == ["Third Obi", "Second Obi"]


def test_as_many_as_can_be_told_are_not_too_many(
    trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_MATCHES", 2)
    for name in ("First", "Second"):
        making.passport(trust, first_name=name, last_name="Obi")
    found = search(StaffPassport.objects.of(trust), "obi")
    assert (first_names(found.passports), found.too_many) == (["Second", "First"], False)


@pytest.mark.parametrize("distinct", [False, True])
def test_a_search_of_a_thousand_words_is_answered(
    portal: CheckingClient, trust: Organisation, distinct: bool
) -> None:
    """SQLite refuses a condition of as many parts."""
    making.passport(trust, first_name="Grace", last_name="Obi")
    words = [f"g{number}" if distinct else "gr" for number in range(1100)]
    assert rows(portal.get("/people", {"q": " ".join(words)})) == ([] if distinct else ["Grace Obi"])


@pytest.mark.postgresql
def test_postgresql_reads_the_index_of_the_list_alone(trust: Organisation) -> None:
    """A column more in the query, and it would fetch every row of the trust."""
    for organisation, count in ((trust, 100), (making.organisation("Elsewhere", "RZ9"), 2_000)):
        people = {uuid7(): making.details() for _ in range(count)}
        invite(organisation=organisation, people=people, by=making.BY)
    with CaptureQueriesContext(connection) as queries:
        search(StaffPassport.objects.of(trust), "nobody of this name")
    with connection.cursor() as cursor:
        # What other tests left of this table, in size and in statistics, is not to choose the way.
        cursor.execute("ANALYZE passports_staffpassport")
        for other_way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{other_way} = off")
        cursor.execute(f"EXPLAIN {queries[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Only Scan Backward using passport_newest" in plan
