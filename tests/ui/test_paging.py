"""Lists by pages, by key."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from staffpassport.organisations.models import Organisation
from staffpassport.ui.paging import Count, Page, capped_count, page_by_key, querystring

pytestmark = pytest.mark.django_db


@pytest.fixture
def trusts() -> list[Organisation]:
    """Seven, the newest first; there may be others of the product's own, so each test asks for these."""
    made = [
        Organisation(name=f"Trust {number}", descriptor="NHS Trust", ods_code=f"Q{number:02}")
        for number in range(7)
    ]
    Organisation.objects.bulk_create(made)
    return made[::-1]


def page(**params: str) -> Page[Organisation]:
    return page_by_key(Organisation.objects.filter(name__startswith="Trust "), params, size=3)


def names(shown: Page[Organisation]) -> list[str]:
    return [trust.name for trust in shown.items]


def test_the_first_page_is_the_newest(trusts: list[Organisation]) -> None:
    first = page()
    assert names(first) == ["Trust 6", "Trust 5", "Trust 4"]
    assert first.newer is None
    assert first.older == str(trusts[2].pk)


def test_one_leafs_to_the_end_and_back(trusts: list[Organisation]) -> None:
    second = page(before=page().older or "")
    last = page(before=second.older or "")
    assert names(second) == ["Trust 3", "Trust 2", "Trust 1"]
    assert names(last) == ["Trust 0"]
    assert last.older is None
    assert names(page(after=last.newer or "")) == names(second)


def test_leafing_back_to_the_top_shows_a_whole_first_page(trusts: list[Organisation]) -> None:
    second = page(before=str(trusts[1].pk))
    top = page(after=second.newer or "")
    assert names(top) == names(page())
    assert top.newer is None


def test_a_page_newer_than_the_first_by_more_than_a_page_is_no_first_page(trusts: list[Organisation]) -> None:
    middle = page(after=str(trusts[6].pk))
    assert names(middle) == ["Trust 3", "Trust 2", "Trust 1"]
    assert middle.newer == str(trusts[3].pk)
    assert middle.older == str(trusts[5].pk)


def test_a_key_beyond_the_end_shows_an_empty_page_with_a_way_back(trusts: list[Organisation]) -> None:
    beyond = page(before=str(trusts[-1].pk))
    assert names(beyond) == []
    assert beyond.older is None
    assert names(page(after=beyond.newer or ""))[-1] == "Trust 1"


@pytest.mark.parametrize("bad", ["", "x", "0", "' OR 1=1", "é" * 400, "\x00"])
def test_a_key_that_is_none_is_ignored(trusts: list[Organisation], bad: str) -> None:
    assert names(page(before=bad)) == names(page(after=bad)) == names(page())


def test_a_page_costs_one_query_without_offset_and_count(trusts: list[Organisation]) -> None:
    for params in ({}, {"before": str(trusts[1].pk)}, {"after": str(trusts[6].pk)}):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(**params)
        (query,) = queries.captured_queries
        assert "LIMIT 4" in query["sql"]
        assert "OFFSET" not in query["sql"]
        assert "COUNT" not in query["sql"]


def test_an_empty_list_has_one_empty_page() -> None:
    assert page() == Page([], newer=None, older=None)


def test_counting_stops_at_the_cap(trusts: list[Organisation]) -> None:
    everything = Organisation.objects.filter(name__startswith="Trust ")
    with CaptureQueriesContext(connection) as queries:
        assert capped_count(everything, cap=5) == Count(5, capped=True)
    assert "LIMIT 6" in queries.captured_queries[0]["sql"]
    assert capped_count(everything, cap=7) == Count(7, capped=False)


def test_a_count_is_printed_with_commas_and_a_plus_where_there_are_more() -> None:
    assert str(Count(10_000, capped=True)) == "10,000+"
    assert str(Count(1_234, capped=False)) == "1,234"


def test_links_keep_the_filters() -> None:
    params = QueryDict("status=sent&status=needed&search=a%26b&before=1")
    key = str(uuid.UUID(int=7))
    assert (
        querystring(params, before=None, after=key) == f"?status=sent&status=needed&search=a%26b&after={key}"
    )
    assert querystring(QueryDict("before=1"), before=None) == "?"
