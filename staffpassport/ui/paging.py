"""Lists by pages: newest first, by key. The cost of a page does not grow with the list, nor with how far one
leafs.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

M = TypeVar("M", bound=Model)

PAGE_SIZE = 25
COUNT_CAP = 10_000


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """One page of a list. `newer` and `older` are keys for `?after=` and `?before=`, None where the list
    ends.
    """

    items: Sequence[M]
    newer: str | None
    older: str | None


def page_by_key(queryset: QuerySet[M], params: Mapping[str, Any], size: int = PAGE_SIZE) -> Page[M]:
    """The page that `?before=key` or `?after=key` asks for, else the first; a key that is none is ignored.

    The primary key is a UUIDv7, so that its order is that of creation. One query of `size` + 1 rows: no
    OFFSET, no COUNT. Newer pages are filled from the top: leafing back to the first page shows it whole.
    """
    newest_first = queryset.order_by("-pk")
    before, after = _key(params.get("before")), _key(params.get("after"))
    if before:
        rows = list(newest_first.filter(pk__lt=before)[: size + 1])
        items = rows[:size]
        newer = items[0].pk if items else before
        return Page(items, newer=str(newer), older=_last(items) if len(rows) > size else None)
    if after:
        rows = list(queryset.order_by("pk").filter(pk__gt=after)[: size + 1])
        if len(rows) > size:
            items = rows[:size][::-1]
            return Page(items, newer=str(items[0].pk), older=_last(items))
    rows = list(newest_first[: size + 1])
    items = rows[:size]
    return Page(items, newer=None, older=_last(items) if len(rows) > size else None)


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are, `capped` if there are more than were counted. Prints as `1,234` or `10,000+`."""

    number: int
    capped: bool

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.capped else ''}"


def capped_count(queryset: QuerySet[Any], cap: int = COUNT_CAP) -> Count:
    """Counts no further than `cap`: a large trust's exact number is not worth 100 ms."""
    found = queryset.order_by()[: cap + 1].count()
    return Count(min(found, cap), capped=found > cap)


def querystring(params: QueryDict, **changes: str | None) -> str:
    """The query of the page with some values changed, None taking one away: links that keep the filters.

    `querystring(request.GET, before=page.older, after=None)` → `?status=active&before=…`, and `?` if nothing
    is left.
    """
    changed = params.copy()
    for name, value in changes.items():
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = value
    return f"?{changed.urlencode()}"


def _key(text: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


def _last(items: Sequence[Model]) -> str:
    return str(items[-1].pk)
