"""Deleting what the cache has no use for any more. Django would leave it until the table is full, and some of it names
the networks that people log in from.
"""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router
from django.utils import timezone

from staffpassport.work.duties import Duty


def clear_expired() -> bool:
    """Deletes the entries whose time is over. Only of a cache in the database: others do so themselves."""
    cache = caches["default"]
    if isinstance(cache, DatabaseCache):
        connection = connections[router.db_for_write(cache.cache_model_class)]
        table = connection.ops.quote_name(cache.cache_model_class._meta.db_table)  # noqa: SLF001  # public, for all that
        now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608  # the name is ours
    return False


CLEARING = Duty("clear-cache", run=clear_expired, every=timedelta(minutes=15))
