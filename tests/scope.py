"""That a page's queries start from the trust of the request: looked at for every page that any test fetches."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection

from staffpassport.organisations.models import OrganisationOwned

Statement = tuple[str, Any]

# What finds its rows by ids that a query of the trust has given: the outbox and those whom it tells, and Django's own
# way to delete what belongs to a row.
_BY_GIVEN_IDS = (
    "messaging/",
    "invitations/listening.py",
    "invitations/deleting.py:_erase",
    "accounts/own_accounts.py",
)

# What begins with a table. Rows that are inserted are of the verb that makes them, which has tests of its own.
_TOUCHED = re.compile(r'(?:FROM|JOIN|UPDATE) "(\w+)"')
_WHOSE = re.compile(r'"organisation_id"\)? (?:=|IN)')


@cache
def _owned() -> frozenset[str]:
    owned = (model for model in apps.get_models() if issubclass(model, OrganisationOwned))
    return frozenset(model._meta.db_table for model in owned)


@contextmanager
def watched() -> Iterator[list[Statement]]:
    """The statements of the block that touch a table of trusts."""
    seen: list[Statement] = []

    def look(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not _owned().isdisjoint(_TOUCHED.findall(sql)) and not _asked_by().startswith(_BY_GIVEN_IDS):
            seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield seen


def _asked_by() -> str:
    """The function of ours that asks, as `room/file.py:function`."""
    frame = sys._getframe(1)
    while frame and "/staffpassport/" not in frame.f_code.co_filename:
        frame = frame.f_back  # type: ignore[assignment]
    return (
        f"{frame.f_code.co_filename.rpartition('/staffpassport/')[2]}:{frame.f_code.co_name}" if frame else ""
    )


def unscoped(seen: list[Statement], organisation: UUID, user: UUID) -> list[str]:
    """The statements that name neither the request's trust nor the person themselves."""
    return [sql for sql, params in seen if not _says_whose(sql, params, organisation, user)]


def _says_whose(sql: str, params: Any, organisation: UUID, user: UUID) -> bool:
    given = {str(param).replace("-", "").removeprefix("user:") for param in params or ()}
    own = organisation.hex in given and bool(_WHOSE.search(sql))
    return own or user.hex in given
