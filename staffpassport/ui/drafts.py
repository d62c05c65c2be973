"""What somebody has typed and not yet confirmed: kept in their session, in the database, until they have.

The id of a draft can become that of what is made of it. That makes the last step safe to repeat: a second click finds
what the first one made.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict
from uuid_utils.compat import uuid7

_KEY = "drafts"
# Somebody who leaves forms half done in many tabs keeps the latest ones.
_MOST = 10
_NOT_ANSWERS = ("csrfmiddlewaretoken",)


class Drafts:
    """The drafts of one form. `kind` tells them from those of others."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def save(self, session: SessionBase, answers: QueryDict, draft: UUID | None = None) -> UUID:
        """Keeps the answers as they were typed, and returns the draft's id."""
        draft = draft or uuid7()
        kept: dict[str, dict[str, Any]] = session.get(_KEY, {})
        kept.pop(self._name(draft), None)
        kept[self._name(draft)] = {
            name: values for name, values in answers.lists() if name not in _NOT_ANSWERS
        }
        session[_KEY] = dict(list(kept.items())[-_MOST:])
        return draft

    def load(self, session: SessionBase, draft: UUID) -> QueryDict | None:
        """The answers as they were typed, None where there are none any more."""
        kept = session.get(_KEY, {}).get(self._name(draft))
        if kept is None:
            return None
        answers = QueryDict(mutable=True)
        for name, values in kept.items():
            answers.setlist(name, values)
        return answers

    def named(self, session: SessionBase, draft: str) -> QueryDict | None:
        """The same by an id in an address, which may be anything."""
        try:
            return self.load(session, UUID(draft))
        except ValueError:
            return None

    def forget(self, session: SessionBase, draft: UUID) -> None:
        """It is confirmed."""
        kept = session.get(_KEY, {})
        if kept.pop(self._name(draft), None) is not None:
            session[_KEY] = kept

    def _name(self, draft: UUID) -> str:
        return f"{self.kind}:{draft}"


def forget_all(session: SessionBase) -> None:
    """Whoever goes on for another trust takes nothing along that was typed for this one."""
    session.pop(_KEY, None)
