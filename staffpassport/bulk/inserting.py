"""Writing many rows of one table at once: COPY on PostgreSQL, one prepared INSERT on SQLite.

Django's bulk_create makes a model instance, a piece of SQL and five conversions for each row. This takes plain
tuples, converts a column at a time and streams them, at a fifth of the cost, and stores exactly what bulk_create
would have stored. Nothing is cached and no signal is sent; the rows come in the order given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice, repeat
from typing import Any
from uuid import UUID

import uuid_utils
from django.db import IntegrityError, connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from uuid_utils import compat, uuid7

from staffpassport.bulk import copytext

Row = Sequence[Any]
Convert = Callable[[Any], Any]

# Rows that are converted, and on PostgreSQL sent, together: enough to make a statement cheap, a few MB.
_AT_ONCE = 5_000
# Fewer rows than this go to PostgreSQL by INSERT: opening a COPY takes one round trip more.
_COPY_PAYS_FROM = 20
_A_PIECE = 500
_MOMENTS = 100
# SQLite's cache holds 2 MB, less than the pages of indexes that a few hundred rows touch: it wrote and read them
# over and over, twice the work in all. This connection alone gets more, once it writes so many rows.
_LARGE, _CACHE_KIB = 250, 32 * 1024


def insert(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    same: Mapping[str, Any] | None = None,
    unless_known: Sequence[str] = (),
) -> None:
    """Inserts rows, all or none of them, in the caller's transaction if there is one.

    `columns` are the names of the model's attributes (`organisation_id`) in the order of each row's values; what
    is `same` for all rows is given once. Columns that neither names get their field's default, as an instance
    would; TypeError where there is none. `rows` may be a generator; a few thousand of them are held at a time.

    `unless_known` names the columns of a unique constraint: rows whose values of them are in the table already, or
    in an earlier row, are left out. Anything else that breaks a constraint raises IntegrityError.
    """
    if not columns:
        raise ValueError("rows that are the same in every column")
    connection = connections[router.db_for_write(model)]
    table = _Table(model, columns, same or {}, unless_known, connection)
    waiting = iter(rows)
    with transaction.atomic(using=connection.alias, savepoint=False):
        while some := list(islice(waiting, _AT_ONCE)):
            table.write(some)


class _Table:
    """One table, and how the values of each of its columns are stored."""

    def __init__(
        self,
        model: type[models.Model],
        columns: Sequence[str],
        same: Mapping[str, Any],
        unless_known: Sequence[str],
        connection: BaseDatabaseWrapper,
    ) -> None:
        meta = model._meta  # noqa: SLF001 - documented by Django in spite of its name
        given: list[Any] = [meta.get_field(name) for name in columns]
        once: dict[Any, Any] = {meta.get_field(name): value for name, value in same.items()}
        made = []
        for field in meta.concrete_fields:
            if field in given or field in once or not _needs_a_value(field):
                continue
            if field.has_default() and callable(field.default):
                made.append(field)
            else:
                once[field] = field.get_default()
        self._connection = connection
        self._converters = [_converter(field, connection) for field in given]
        self._same = [_converter(field, connection)(value) for field, value in once.items()]
        self._made = [_maker(field, connection) for field in made]
        quoted = connection.ops.quote_name
        names = [quoted(field.column) for field in (*given, *made, *once)]
        self._into = f"{quoted(meta.db_table)} ({', '.join(names)})"
        self._places = ", ".join(["%s"] * len(names))
        known: list[Any] = [meta.get_field(name) for name in unless_known]
        unique = ", ".join(quoted(field.column) for field in known)
        self._unless = f"ON CONFLICT ({unique}) DO NOTHING" if known else ""

    def write(self, rows: Sequence[Row]) -> None:
        """Inserts these rows."""
        if self._connection.vendor != "postgresql" or len(rows) < _COPY_PAYS_FROM:
            self._insert(rows)
        elif not self._unless:
            self._copy(rows)
        else:
            # COPY knows no "unless known". Hardly ever is one known: so all are copied, and where the database
            # refuses them, inserted with care. (By way of a temporary table it takes twice the time always.)
            try:
                with transaction.atomic(using=self._connection.alias):
                    self._copy(rows)
            except IntegrityError:
                self._insert(rows)

    def _stored(self, rows: Sequence[Row]) -> list[Sequence[Any]]:
        """The columns that differ from row to row, each with its values as the database takes them."""
        columns: list[Sequence[Any]] = []
        for values, convert in zip(zip(*rows, strict=True), self._converters, strict=True):
            columns.append(values if convert is _as_it_is else [convert(value) for value in values])
        columns += [[make() for _ in rows] for make in self._made]
        return columns

    def _insert(self, rows: Sequence[Row]) -> None:
        stored: Any = zip(
            *self._stored(rows), *(repeat(value, len(rows)) for value in self._same), strict=True
        )
        with self._connection.cursor() as cursor:
            if self._connection.vendor == "sqlite" and len(rows) >= _LARGE:
                cursor.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            cursor.executemany(f"INSERT INTO {self._into} VALUES ({self._places}) {self._unless}", stored)  # noqa: S608

    def _copy(self, rows: Sequence[Row]) -> None:
        """Writes COPY's text format, piece by piece: the server indexes one while the next is made here."""
        with (
            self._connection.cursor() as cursor,
            self._connection.wrap_database_errors,
            cursor.copy(f"COPY {self._into} FROM STDIN") as copy,
        ):
            for start in range(0, len(rows), _A_PIECE):
                columns = self._stored(rows[start : start + _A_PIECE])
                copy.write(copytext.lines(columns, self._same, self._connection.connection))


def _needs_a_value(field: models.Field[Any, Any]) -> bool:
    """Whether a column that was not given is filled from here. TypeError where nobody could know with what."""
    if field.db_returning and not field.has_default():
        return False  # numbered, computed or filled by the database
    if field.has_default() or field.null or (field.blank and field.empty_strings_allowed):
        return True
    raise TypeError(f"{field.model.__name__}.{field.attname} has no default and was not given")


def _as_it_is(value: Any) -> Any:
    return value


# Made in a sixth of the time, and as good.
_IDS = (UUID, uuid_utils.UUID)


# Types of fields whose values both databases take as they are. Not their subclasses, which may convert.
_AS_THEY_ARE = (
    models.BigIntegerField,
    models.BooleanField,
    models.CharField,
    models.TextField,
    models.SmallIntegerField,
    models.PositiveSmallIntegerField,
    models.IntegerField,
    models.PositiveIntegerField,
)


def _maker(field: models.Field[Any, Any], connection: BaseDatabaseWrapper) -> Callable[[], Any]:
    """What makes the stored form of the field's default, a new one for each row."""
    default, convert = field.default, _converter(field, connection)
    if default is compat.uuid7:
        return lambda: uuid7().hex  # a sixth of the time, from the same source
    return lambda: convert(default())


def _converter(field: models.Field[Any, Any], connection: BaseDatabaseWrapper) -> Convert:
    """What turns one value of the field into what the database takes, exactly as Django does.

    Values of the usual types go a short way; whatever else there may be is asked of the field itself.
    """
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    kind = type(target)
    if kind in _AS_THEY_ARE:
        return _as_it_is

    def own(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    if kind is models.UUIDField:
        return lambda value: value.hex if type(value) in _IDS else own(value)
    if kind is models.BinaryField:
        return lambda value: value if type(value) is bytes else own(value)
    if kind is models.DateField:
        return lambda value: value.isoformat() if type(value) is date else own(value)
    if kind is models.DateTimeField:
        # Many rows, few moments: most were written in the same one.
        return lru_cache(_MOMENTS)(own)
    return own
