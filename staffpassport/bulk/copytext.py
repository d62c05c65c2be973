"""The text format of PostgreSQL's COPY: a line a row, values between tabs.

psycopg writes it value by value; here plain text, which is nearly all of it, is only looked at once a column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from types import NoneType
from typing import Any

from psycopg import Connection
from psycopg.adapt import PyFormat, Transformer

Dump = Callable[[Any], Any]

_NULL = r"\N"
_SPECIAL = re.compile(r"[\\\b\t\n\v\f\r]")
_ESCAPES = {"\\": r"\\", "\b": r"\b", "\t": r"\t", "\n": r"\n", "\v": r"\v", "\f": r"\f", "\r": r"\r"}


def lines(columns: Sequence[Sequence[Any]], same: Sequence[Any], connection: Connection[Any]) -> str:
    """The lines of rows given by column, each followed by the values that are the same in every row."""
    drivers = Transformer(connection)

    def dump(value: Any) -> Any:
        return drivers.get_dumper(value, PyFormat.TEXT).dump(value)

    end = "".join(f"\t{_text(value, dump)}" for value in same) + "\n"
    rows = map("\t".join, zip(*(_texts(column, dump) for column in columns), strict=True))
    return end.join([*rows, ""])


def _texts(values: Sequence[Any], dump: Dump) -> Sequence[str]:
    kinds = set(map(type, values))
    if kinds <= {str, NoneType} and not _SPECIAL.search("".join(filter(None, values))):
        return [_NULL if value is None else value for value in values] if NoneType in kinds else values
    return [_text(value, dump) for value in values]


def _text(value: Any, dump: Dump) -> str:
    if value is not None and not isinstance(value, str):
        dumped = dump(value)
        value = None if dumped is None else bytes(dumped).decode()
    return _NULL if value is None else _SPECIAL.sub(lambda found: _ESCAPES[found[0]], value)
