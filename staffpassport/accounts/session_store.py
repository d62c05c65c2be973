"""Where sessions are kept: Django's table, which is asked only for what can be a key of one."""

from __future__ import annotations

import re

from django.contrib.sessions.backends import db

_KEY = re.compile(r"[a-z0-9]{32}")


class SessionStore(db.SessionStore):
    """A cookie may hold anything, a NUL too, for which PostgreSQL has no answer but an error."""

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and _KEY.fullmatch(key))
