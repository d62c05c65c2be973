"""The one way in which an upload changes its state."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils import timezone

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record
from staffpassport.uploads.models import Upload
from staffpassport.uploads.states import ENDED, State


def move(
    upload: Upload,
    from_: Collection[State],
    to: State,
    *,
    only: dict[str, Any] | None = None,
    **values: Any,
) -> bool:
    """Changes the state if it is still one of these and `only` holds; says whether it did, and refreshes `upload`.

    Whoever comes second changes nothing. Values of other columns go with it.
    """
    now = timezone.now()
    moved = (
        Upload.objects.of(upload.organisation)
        .filter(pk=upload.pk, state__in=from_, **(only or {}))
        .update(
            state=to,
            state_changed_at=now,
            ended_at=now if to in ENDED else None,
            undone_through=None,
            **values,
        )
    )
    if moved:
        upload.refresh_from_db()
    return bool(moved)


def note(kind: Kind, upload: Upload, by: Actor, detail: str = "") -> None:
    """Writes an event about an upload, in the caller's transaction."""
    record(kind, actor=by, organisation_id=upload.organisation_id, subject=upload.pk, detail=detail)
