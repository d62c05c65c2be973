"""Where the cache's table lives on SQLite."""

from __future__ import annotations

from typing import Any


class CacheInItsOwnFile:
    """Sends Django's database cache to the `cache` database and keeps everything else out of it."""

    app_label = "django_cache"

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        app_label = model._meta.app_label  # noqa: SLF001  # public, for all its underscore
        return "cache" if app_label == self.app_label else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return (db == "cache") == (app_label == self.app_label)
