"""What a page asks of the database, to be compared between people of whom it must not tell which is which."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

_VALUES = re.compile(r' VALUES| SET | WHERE | "s1')


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements of the block, without their values, and without the number that Django gives a savepoint."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield found
    for query in queries.captured_queries:
        found.append(_VALUES.split(query["sql"])[0])
