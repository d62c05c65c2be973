"""What can be done for many people at once, and how far it is."""

from __future__ import annotations

from django.db import models

from staffpassport.invitations.resending import LeftOut
from staffpassport.organisations.access import Permission


class Kind(models.TextChoices):
    """The value stands in addresses; the label is the button of the list."""

    RESEND = "resend", "Re-send invitations"
    WITHDRAW = "withdraw", "Withdraw invitations"
    DELETE = "delete", "Delete passports"

    @property
    def permission(self) -> Permission:
        return _PERMISSIONS[self]


_PERMISSIONS = {
    Kind.RESEND: Permission.RESEND,
    Kind.WITHDRAW: Permission.WITHDRAW,
    Kind.DELETE: Permission.DELETE,
}


class State(models.TextChoices):
    """A choice is confirmed once and carried out once; one that nobody confirms is dropped."""

    TO_CONFIRM = "to-confirm", "To confirm"
    CONFIRMED = "confirmed", "Going on"
    DONE = "done", "Done"
    DROPPED = "dropped", "Not confirmed"


class Reason(models.TextChoices):
    """Why nothing was done for somebody. The label follows how many they are: "3 people: …"."""

    NOT_THERE = LeftOut.NOT_THERE.value, LeftOut.NOT_THERE.sentence
    ANSWERED = LeftOut.ANSWERED.value, LeftOut.ANSWERED.sentence
    ALREADY = LeftOut.ALREADY.value, LeftOut.ALREADY.sentence
    TOO_OFTEN = LeftOut.TOO_OFTEN.value, LeftOut.TOO_OFTEN.sentence
    NOT_OPEN = (
        "not-open",
        "There is no invitation to withdraw: it was answered, has expired or was withdrawn already.",
    )
