"""What somebody has typed and not yet confirmed: kept in their session, in the database, until they have.

The id of a draft can become that of what is made of it. That makes the last step safe to repeat: a second click finds
what the first one made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from uuid_utils.compat import uuid7

_KEY = "drafts"
# Somebody who leaves forms half done in many tabs keeps the latest ones.
_MOST = 10
# What a page's script adds to a form that it sends when the session has ended: to be kept, not carried out.
KEEP_ONLY = "keep-only"
_NOT_ANSWERS = ("csrfmiddlewaretoken", KEEP_ONLY)
_LATE = "kept_if_late"

View = TypeVar("View", bound=Callable[..., Any])
# A session, or what stands in for one.
Store: TypeAlias = SessionBase | dict[str, Any]


class Drafts:
    """The drafts of one form. `kind` tells them from those of others."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def save(self, session: Store, answers: QueryDict, draft: UUID | None = None) -> UUID:
        """Keeps the answers as they were typed, and returns the draft's id."""
        draft = draft or uuid7()
        kept: dict[str, dict[str, Any]] = session.get(_KEY, {})
        kept.pop(self._name(draft), None)
        kept[self._name(draft)] = {
            name: values for name, values in answers.lists() if name not in _NOT_ANSWERS
        }
        session[_KEY] = dict(list(kept.items())[-_MOST:])
        return draft

    def load(self, session: Store, draft: UUID) -> QueryDict | None:
        """The answers as they were typed, None where there are none any more."""
        kept = session.get(_KEY, {}).get(self._name(draft))
        if kept is None:
            return None
        answers = QueryDict(mutable=True)
        for name, values in kept.items():
            answers.setlist(name, values)
        return answers

    def named(self, session: Store, draft: str) -> QueryDict | None:
        """The same by an id in an address, which may be anything."""
        try:
            return self.load(session, UUID(draft))
        except ValueError:
            return None

    def forget(self, session: Store, draft: UUID) -> None:
        """It is confirmed."""
        kept = session.get(_KEY, {})
        if kept.pop(self._name(draft), None) is not None:
            session[_KEY] = kept

    def _name(self, draft: UUID) -> str:
        return f"{self.kind}:{draft}"


def kept_if_late(drafts: Drafts, form_again: str = "") -> Callable[[View], View]:
    """Marks the view of a form: what was typed is kept as a draft if the session was over when it was sent.

    `form_again` is the route of the form with a draft; without, the form's own address takes it as `?draft=`.
    """

    def keep(request: HttpRequest, store: Store) -> str:
        draft = drafts.save(store, request.POST)
        return reverse(form_again, args=[draft]) if form_again else f"{request.path}?draft={draft}"

    def mark(view: View) -> View:
        setattr(view, _LATE, keep)
        return view

    return mark


def kept_if_late_by(view: Callable[..., Any]) -> Callable[[HttpRequest, Store], str] | None:
    """What keeps a late form of this view in a store, and says where the form can be opened again."""
    return cast("Callable[[HttpRequest, Store], str] | None", getattr(view, _LATE, None))


def all_of(session: Store) -> dict[str, Any]:
    """All drafts, to be put back into another session of the same person."""
    return dict(session.get(_KEY, {}))


def put_back(session: Store, kept: dict[str, Any]) -> None:
    """As `all_of` found them."""
    if kept:
        session[_KEY] = kept


def forget_all(session: Store) -> None:
    """Whoever goes on for another trust takes nothing along that was typed for this one."""
    session.pop(_KEY, None)
