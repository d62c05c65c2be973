"""Lists by pages: newest first, by key. The cost of a page does not grow with the list, nor with how far one
leafs.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

M = TypeVar("M", bound=Model)
Found = TypeVar("Found", covariant=True)

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


@dataclass(frozen=True, slots=True)
class Key:
    """What a list is leafed by: a unique column that grows, and how its values are read from an address."""

    column: str
    read: Callable[[str], Any]


# A UUIDv7, so that its order is that of creation.
BY_ID = Key("pk", uuid.UUID)


class Rows(Protocol[Found]):
    """The next `most` rows of a list, by its key, after the key `beyond`; from the beginning where that is None."""

    def __call__(self, *, newest_first: bool, beyond: Any, most: int) -> Sequence[Found]: ...


def page_by_key(
    queryset: QuerySet[M], params: Mapping[str, Any], size: int = PAGE_SIZE, *, key: Key = BY_ID
) -> Page[M]:
    """The page that `?before=key` or `?after=key` asks for, else the first; a key that is none is ignored.

    One query of `size` + 1 rows: no OFFSET, no COUNT. Newer pages are filled from the top: leafing back to the first
    page shows it whole.
    """

    def rows(*, newest_first: bool, beyond: Any, most: int) -> Sequence[M]:
        ordered = queryset.order_by(f"-{key.column}" if newest_first else key.column)
        if beyond is not None:
            ordered = ordered.filter(**{f"{key.column}__{'lt' if newest_first else 'gt'}": beyond})
        return list(ordered[:most])

    return page_of(rows, params, size, key=key)


def page_of(rows: Rows[M], params: Mapping[str, Any], size: int = PAGE_SIZE, *, key: Key = BY_ID) -> Page[M]:
    """The same of a list that finds its rows in a way of its own."""

    def of(item: M) -> str:
        return str(getattr(item, key.column))

    before, after = _value(key, params.get("before")), _value(key, params.get("after"))
    if before is None and after is not None:
        found = rows(newest_first=False, beyond=after, most=size + 1)
        if len(found) > size:
            items = found[:size][::-1]
            return Page(items, newer=of(items[0]), older=of(items[-1]))
    found = rows(newest_first=True, beyond=before, most=size + 1)
    items = found[:size]
    newer = None if before is None else of(items[0]) if items else str(before)
    return Page(items, newer=newer, older=of(items[-1]) if len(found) > size else None)


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


def _value(key: Key, text: object) -> Any:
    try:
        return key.read(str(text))
    except ValueError:
        return None
