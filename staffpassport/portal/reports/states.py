"""How an invitation stands, in HR's words. Each invitation of a trust is in exactly one state."""

from __future__ import annotations

import enum

from django.db import models


class State(models.TextChoices):
    """The states of a report, in the order of its tables. `meaning` is the sentence that the page shows."""

    SIGNED_UP = "signed-up", "Signed up"
    WAITING = "waiting", "Waiting for an answer"
    DID_NOT_ARRIVE = "did-not-arrive", "Did not arrive"
    NOT_SENT = "not-sent", "Not sent yet"
    EXPIRED = "expired", "Expired"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REPLACED = "replaced", "Replaced by a newer invitation"
    DELETED = "deleted", "Passport deleted"

    @property
    def meaning(self) -> str:
        return _MEANINGS[self]


_MEANINGS = {
    State.SIGNED_UP: "The person has answered.",
    State.WAITING: "A message has gone out, and the person can still answer.",
    State.DID_NOT_ARRIVE: (
        "A message did not arrive and the person has not answered, whether or not the invitation has expired. Home "
        "counts the same."
    ),
    State.NOT_SENT: (
        "The person can still answer, but no message has gone out: they are queued, were stopped, or the address has "
        "changed since."
    ),
    State.EXPIRED: "Nobody answered in time.",
    State.WITHDRAWN: "HR took it back.",
    State.REPLACED: "It was re-sent: the newer invitation counts on its own day.",
    State.DELETED: "The passport was deleted from the records before the person answered.",
}


class Band(enum.Enum):
    """States taken together, for a chart and its tables: the value is the states."""

    SIGNED_UP = (State.SIGNED_UP,)
    OPEN = (State.WAITING, State.NOT_SENT)
    DID_NOT_ARRIVE = (State.DID_NOT_ARRIVE,)
    CLOSED = (State.EXPIRED, State.WITHDRAWN, State.REPLACED, State.DELETED)

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def key(self) -> str:
        """Its name in the stylesheet."""
        return self.name.lower().replace("_", "-")


_LABELS = {
    Band.SIGNED_UP: "Signed up",
    Band.OPEN: "Open",
    Band.DID_NOT_ARRIVE: "Did not arrive",
    Band.CLOSED: "Closed",
}


class Own(models.TextChoices):
    """What an invitation's own row says."""

    ACCEPTED = "accepted"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    DELETED = "deleted"
    EXPIRED = "expired"
    OPEN = "open"


class Person(models.TextChoices):
    """What the passport says of its newest invitation."""

    ANSWERED = "answered"
    DID_NOT_ARRIVE = "did-not-arrive"
    NOT_SENT = "not-sent"
    SENT = "sent"


_OVER = {
    Own.ACCEPTED: State.SIGNED_UP,
    Own.REPLACED: State.REPLACED,
    Own.WITHDRAWN: State.WITHDRAWN,
    Own.DELETED: State.DELETED,
}


def state_of(own: Own, person: Person | None) -> State:
    """The state of an invitation. `person` is None where the passport was deleted.

    An invitation that is over says how by itself. Only the newest of a passport is not, so that what the passport
    says is about that one.
    """
    if own in _OVER:
        return _OVER[own]
    if person is None:
        return State.DELETED
    if person == Person.ANSWERED:
        return State.SIGNED_UP
    if person == Person.DID_NOT_ARRIVE:
        return State.DID_NOT_ARRIVE
    if own == Own.EXPIRED:
        return State.EXPIRED
    return State.NOT_SENT if person == Person.NOT_SENT else State.WAITING
