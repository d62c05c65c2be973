"""Rows whose column has one of many thousand values: `filter(email_key__one_of_many=keys)`.

Django's `in` makes a parameter of each value, which costs more than the query itself, and SQLite takes 32,766 of them
at most. Here all values are one parameter.
"""

from __future__ import annotations

import json
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Lookup, UUIDField
from django.db.models.sql.compiler import SQLCompiler


@CharField.register_lookup
@UUIDField.register_lookup
class OneOfMany(Lookup):
    """For columns of text, whose values both databases take as they are, and of ids. `rhs` is any collection."""

    lookup_name = "one_of_many"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        return "%s", [value]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """A JSON array too: an array of PostgreSQL's own takes psycopg longer to write than the query takes."""
        value = "value::uuid" if self._of_ids else "value"
        return self._among(f"SELECT {value} FROM json_array_elements_text(%s::json)", compiler, connection)  # noqa: S608

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        return self._among("SELECT value FROM json_each(%s)", compiler, connection)

    def _among(
        self, listed: str, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        values = [one.hex for one in self.rhs] if self._of_ids else list(self.rhs)
        return f"{column} IN ({listed})", [*params, json.dumps(values)]

    @property
    def _of_ids(self) -> bool:
        return isinstance(self.lhs.output_field, UUIDField)
