"""How far an upload has come: the people it has made, and what became of their messages."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, QuerySet
from django.http import QueryDict

from staffpassport.messaging.states import Channel
from staffpassport.messaging.states import State as MessageState
from staffpassport.passports import filters
from staffpassport.passports.models import StaffPassport
from staffpassport.uploads.models import Upload
from staffpassport.uploads.states import State


def invited_by(upload: Upload) -> QuerySet[StaffPassport]:
    """The passports that this upload made, found by the range of their ids, which the list's index serves."""
    passports = StaffPassport.objects.of(upload.organisation)
    if upload.first_passport is None or upload.last_passport is None:
        return passports.none()
    return passports.filter(pk__gte=upload.first_passport, pk__lte=upload.last_passport, upload_id=upload.pk)


# What can be put right about those whom an upload has invited, by its state: a choice of the list's filter.
_TO_REPEAT = {
    State.DONE: filters.DID_NOT_ARRIVE,
    State.STOPPED: filters.CANCELLED,
    State.WITHDRAWN: filters.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class ToRepeat:
    """So many of an upload's people did not get an invitation that they could answer; `query` lists them."""

    people: int
    query: str


def to_repeat(upload: Upload) -> ToRepeat | None:
    """Whom HR can re-send to now; None where there is nobody, or the upload is still at work."""
    choice = _TO_REPEAT.get(State(upload.state))
    if choice is None:
        return None
    people = filters.apply(invited_by(upload), {filters.ARRIVAL: [choice]}).count()
    query = QueryDict(mutable=True)
    query.update({"upload": str(upload.pk), filters.ARRIVAL: choice})
    return ToRepeat(people, query.urlencode()) if people else None


@dataclass(slots=True)
class Sending:
    """The messages of one channel, by what HR wants to know of them."""

    channel: Channel
    waiting: int = 0
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def label(self) -> str:
        return "Emails" if self.channel is Channel.EMAIL else "Text messages"

    @property
    def all(self) -> int:
        return self.waiting + self.sent + self.delivered + self.failed + self.cancelled


# "Sent" is a message that the provider has taken and has told nothing more about.
_COLUMN = {
    MessageState.QUEUED: "waiting",
    MessageState.LEASED: "waiting",
    MessageState.SENT: "sent",
    MessageState.UNCERTAIN: "sent",
    MessageState.MAYBE_SENT: "sent",
    MessageState.DELIVERED: "delivered",
    MessageState.FAILED: "failed",
    MessageState.CANCELLED: "cancelled",
}


@dataclass(slots=True)
class Progress:
    """What the progress page shows of an upload's messages. `unreached` are people of whom every message was
    cancelled: they have a passport and never heard of it.
    """

    email: Sending = field(default_factory=lambda: Sending(Channel.EMAIL))
    text: Sending = field(default_factory=lambda: Sending(Channel.TEXT))
    unreached: int = 0

    @property
    def channels(self) -> list[Sending]:
        """Those by which something was to be sent: no line of noughts where this installation sends no texts."""
        return [self.email, self.text] if self.text.all else [self.email]

    @property
    def waiting(self) -> int:
        return self.email.waiting + self.text.waiting

    @property
    def all(self) -> int:
        return self.email.all + self.text.all

    @property
    def gone_out(self) -> int:
        """Messages that need nothing more of us."""
        return self.all - self.waiting


def progress_of(upload: Upload) -> Progress:
    """Counts the messages by state, in one query over the upload's people: a tenth of a second for 100,000."""
    found = Progress()
    counted = invited_by(upload).order_by().values_list("email_state", "text_state").annotate(Count("pk"))
    for email_state, text_state, people in counted:
        _add(found.email, email_state, people)
        _add(found.text, text_state, people)
        if email_state == MessageState.CANCELLED and text_state in (MessageState.CANCELLED, None):
            found.unreached += people
    return found


def _add(sending: Sending, state: str | None, people: int) -> None:
    if state is not None:
        column = _COLUMN[MessageState(state)]
        setattr(sending, column, getattr(sending, column) + people)
