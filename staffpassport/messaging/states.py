"""The words of the outbox: channels, urgencies, states, and why a message did not arrive."""

from __future__ import annotations

from django.db import models


class Channel(models.TextChoices):
    """How a message goes out."""

    EMAIL = "email", "E-mail"
    TEXT = "text", "Text"


class Urgency(models.IntegerChoices):
    """What goes first. A code leaves within 10 seconds, whatever else waits."""

    CODE = 0, "Code"
    SINGLE = 1, "Single"
    BULK = 2, "Bulk"
    REMINDER = 3, "Reminder"


class State(models.TextChoices):
    """Where a message is. The label is what HR reads; HR sees no difference between waiting and being sent.

    queued → leased → sent → delivered | failed. `uncertain`: it may have gone out and is being looked up.
    `maybe-sent`: it may have gone out, nobody can be asked, and it is not sent again by itself.
    """

    QUEUED = "queued", "Queued"
    LEASED = "leased", "Queued"
    UNCERTAIN = "uncertain", "May have been sent"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Did not arrive"
    MAYBE_SENT = "maybe-sent", "May have been sent"
    CANCELLED = "cancelled", "Cancelled"


# What may still be handed to a provider, and therefore keeps its recipient.
UNFINISHED = (State.QUEUED, State.LEASED, State.UNCERTAIN)

# News from outside may only go up. A delivery is proof, whatever was thought before it came; a failure may
# still be followed by a delivery, because texts are tried for days.
_HEIGHT = {
    State.QUEUED: 0,
    State.LEASED: 0,
    State.UNCERTAIN: 0,
    State.CANCELLED: 1,
    State.MAYBE_SENT: 1,
    State.SENT: 2,
    State.FAILED: 3,
    State.DELIVERED: 4,
}


def moves_up(old: State, new: State) -> bool:
    """Whether news that a message is `new` changes one that is `old`: a state never moves back."""
    return _HEIGHT[new] > _HEIGHT[old]


class Failure(models.TextChoices):
    """Why a message did not arrive or was not sent. Providers translate their own words into these."""

    NO_SUCH_ADDRESS = "no-such-address", "This email address does not exist"
    NO_SUCH_PHONE = "no-such-phone", "This phone number does not exist"
    MAILBOX_NOT_ACCEPTING = "mailbox-not-accepting", "This mailbox is not accepting messages"
    PHONE_NOT_ACCEPTING = "phone-not-accepting", "This phone is not accepting messages"
    ADDRESS_REFUSED = "address-refused", "Messages cannot be sent to this email address"
    PHONE_REFUSED = "phone-refused", "Texts cannot be sent to this phone number"
    TEAM_ONLY = (
        "team-only",
        "This service may send to its own team only, until GOV.UK Notify has made it live",
    )
    REFUSED = "refused", "The provider refused to send it"
    PROVIDER_FAULT = "provider-fault", "The provider could not deliver it"
    GAVE_UP = "gave-up", "It could not be handed over within 72 hours"
    TOO_LATE = "too-late", "It was no longer valid when it could be sent"
    NO_ANSWER = "no-answer", "The provider did not say whether it took it"
    WITHDRAWN = "withdrawn", "It was withdrawn before it was sent"
    NOT_CARRIED = "not-carried", "This service does not send messages of this kind"
    RESTORED = "restored", "It may have gone out before the records were restored from a backup"


class Hurdle(models.TextChoices):
    """Why nobody sends anything for now, though nothing is wrong with any message. The label follows "because"."""

    KEY_REFUSED = "key-refused", "GOV.UK Notify does not accept this service's key"
    CLOCK_OFF = "clock-off", "this service's clock is wrong, and GOV.UK Notify takes nothing from it"
    TEMPLATES_WRONG = (
        "templates-wrong",
        "this service's templates at GOV.UK Notify are not as they have to be",
    )
    MAIL_LOG_IN_REFUSED = "mail-log-in-refused", "the mail server does not let this service log in"
    CERTIFICATE_WRONG = "certificate-wrong", "the mail server cannot prove that it is the right one"
    NOT_PROTECTED = "not-protected", "the mail server does not offer what this service needs to log in safely"
    SENDER_REFUSED = "sender-refused", "the mail server takes nothing from this service's email address"
    RELAY_REFUSED = "relay-refused", "the mail server does not pass on this service's emails"


def reason_in_words(failure: str) -> str:
    """A sentence without its full stop for HR; nothing for a reason that another room gave."""
    return Failure(failure).label if failure in Failure.values else ""
