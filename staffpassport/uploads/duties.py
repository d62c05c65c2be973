"""What workers do for uploads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db.models import F, QuerySet

from staffpassport.uploads.checking import check
from staffpassport.uploads.inviting import invite_some
from staffpassport.uploads.models import Upload
from staffpassport.uploads.retention import retire
from staffpassport.uploads.states import AT_WORK, State
from staffpassport.uploads.undoing import undo_some
from staffpassport.work.duties import Duty

_STEPS: dict[State, Callable[[Upload], bool]] = {
    State.CONFIRMED: invite_some,
    State.INVITING: invite_some,
    State.STOPPING: undo_some,
    State.WITHDRAWING: undo_some,
}


def check_one() -> bool:
    """Checks the next upload; one that failed before waits until the others are done."""
    waiting = _at_work([State.CHECKING]).order_by("attempts", "pk")
    upload = waiting.first()
    if upload is None:
        return False
    check(upload)
    return True


def carry_on() -> bool:
    """One chunk of the upload that has waited longest, so that small lists pass large ones.

    One that is finished by it says nothing of the others, so there may always be more.
    """
    waiting = _at_work(list(_STEPS)).order_by(F("progressed_at").asc(nulls_first=True), "pk")
    upload = waiting.first()
    if upload is None:
        return False
    _STEPS[State(upload.state)](upload)
    return True


def _at_work(states: list[State]) -> QuerySet[Upload]:
    # With the condition of the partial index word for word, so that SQLite sees that it fits.
    return Upload.everywhere.filter(state__in=AT_WORK).filter(state__in=states).select_related("organisation")


DUTIES = (
    Duty("check-uploads", run=check_one, every=timedelta(seconds=0.5)),
    Duty("carry-out-uploads", run=carry_on, every=timedelta(seconds=0.5)),
    Duty("retire-uploads", run=retire, every=timedelta(minutes=10)),
)
