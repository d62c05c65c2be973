"""How far an upload has come, and what becomes of each of its rows."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    """Checking leads to a refusal or to a review; a confirmed plan is carried out once. The label is its tag."""

    CHECKING = "checking", "Checking"
    REFUSED = "refused", "Could not be read"
    TO_REVIEW = "to-review", "To review"
    CONFIRMED = "confirmed", "About to start"
    INVITING = "inviting", "Inviting"
    DONE = "done", "All invited"
    STOPPING = "stopping", "Stopping"
    STOPPED = "stopped", "Stopped"
    WITHDRAWING = "withdrawing", "Withdrawing"
    WITHDRAWN = "withdrawn", "Withdrawn"
    CANCELLED = "cancelled", "Cancelled"
    LAPSED = "lapsed", "Not confirmed in time"
    FAILED = "failed", "Failed"


# A worker has something to do.
AT_WORK = (State.CHECKING, State.CONFIRMED, State.INVITING, State.STOPPING, State.WITHDRAWING)
# Nobody was invited, and nobody will be.
WITHOUT_INVITATIONS = (State.REFUSED, State.CANCELLED, State.LAPSED, State.FAILED)
ENDED = (*WITHOUT_INVITATIONS, State.DONE, State.STOPPED, State.WITHDRAWN)
# Somebody said yes to it.
WITH_INVITATIONS = (
    State.CONFIRMED,
    State.INVITING,
    State.DONE,
    State.STOPPING,
    State.STOPPED,
    State.WITHDRAWING,
    State.WITHDRAWN,
)

COLOURS = {
    State.CHECKING: "blue",
    State.REFUSED: "red",
    State.TO_REVIEW: "yellow",
    State.CONFIRMED: "blue",
    State.INVITING: "blue",
    State.DONE: "green",
    State.STOPPING: "orange",
    State.STOPPED: "orange",
    State.WITHDRAWING: "orange",
    State.WITHDRAWN: "orange",
    State.CANCELLED: "grey",
    State.LAPSED: "grey",
    State.FAILED: "red",
}


class Outcome(models.TextChoices):
    """What becomes of a row. Blank rows are only counted.

    Whether a row that is to be invited has been, the upload's `done_through` says: writing it on 100,000 rows
    would cost as much as half of the invitations.
    """

    TO_INVITE = "to-invite", "To be invited"
    DUPLICATE = "duplicate", "Duplicate"
    PROBLEM = "problem", "Problem"
    OVERTAKEN = "overtaken", "Invited by somebody else meanwhile"
