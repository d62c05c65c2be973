"""What HR has typed about a person and not yet confirmed: kept in the session, under the id the passport will get.

The id is what makes the last step safe to repeat: a second click finds the passport that the first one made.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict
from uuid_utils.compat import uuid7

_KEY = "invitation_drafts"
# Somebody who leaves forms half done in many tabs keeps the latest ones.
_MOST = 10
_NOT_ANSWERS = ("csrfmiddlewaretoken",)


def save(session: SessionBase, answers: QueryDict, draft: UUID | None = None) -> UUID:
    """Keeps the answers as they were typed, and returns the draft's id."""
    draft = draft or uuid7()
    drafts: dict[str, dict[str, Any]] = session.get(_KEY, {})
    drafts.pop(str(draft), None)
    drafts[str(draft)] = {name: values for name, values in answers.lists() if name not in _NOT_ANSWERS}
    session[_KEY] = dict(list(drafts.items())[-_MOST:])
    return draft


def load(session: SessionBase, draft: UUID) -> QueryDict | None:
    """The answers as they were typed, None where there are none any more."""
    kept = session.get(_KEY, {}).get(str(draft))
    if kept is None:
        return None
    answers = QueryDict(mutable=True)
    for name, values in kept.items():
        answers.setlist(name, values)
    return answers


def forget(session: SessionBase, draft: UUID) -> None:
    """The draft has become a passport."""
    drafts = session.get(_KEY, {})
    if drafts.pop(str(draft), None) is not None:
        session[_KEY] = drafts
