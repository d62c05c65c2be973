"""What happened to a person's record, as HR reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import history
from staffpassport.passports.models import StaffPassport

# What is told of a record; looks at it are for the auditor.
_TOLD = (
    Kind.INVITED,
    Kind.INVITATION_RESENT,
    Kind.INVITATION_WITHDRAWN,
    Kind.PROFILE_CHANGED,
    Kind.INVITATION_EXPIRED,
    Kind.REMINDED,
    Kind.APPLICATION_BEGUN,
    Kind.TERMS_ACCEPTED,
    Kind.IDENTITY_ROUTE_CHOSEN,
    Kind.CHANNEL_PROVED,
    Kind.CONTACT_CORRECTED,
    Kind.CONTACT_CONFIRMED,
    Kind.CONTACT_REFUSED,
    Kind.CONTACT_TAKEN_BACK,
    Kind.NOT_ME,
    Kind.NEW_INVITATION_ASKED,
    Kind.SIGNED_UP,
    Kind.IDENTITY_CONFIRMED,
    Kind.ACCESS_DECLINED,
    Kind.ACCESS_RECONSIDERED,
    Kind.MESSAGE_SENT,
    Kind.MESSAGE_DELIVERED,
    Kind.MESSAGE_FAILED,
    Kind.MESSAGE_UNCERTAIN,
    Kind.MESSAGE_CANCELLED,
)
# Whose detail is told after the event.
_WITH_DETAIL = (
    Kind.PROFILE_CHANGED,
    Kind.TERMS_ACCEPTED,
    Kind.IDENTITY_ROUTE_CHOSEN,
    Kind.CHANNEL_PROVED,
    Kind.CONTACT_CORRECTED,
    Kind.CONTACT_CONFIRMED,
    Kind.CONTACT_REFUSED,
    Kind.CONTACT_TAKEN_BACK,
    Kind.NOT_ME,
    Kind.ACCESS_DECLINED,
)
_MOST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One event: what, when, and by whom."""

    what: str
    at: datetime
    by: str


def history_of(passport: StaffPassport) -> list[Line]:
    """The newest events of a record, newest first."""
    return [_line(event) for event in history(passport.pk, _TOLD)[:_MOST]]


def _line(event: Event) -> Line:
    what = Kind(event.kind).label
    if event.detail and event.kind in _WITH_DETAIL:
        what = f"{what}: {event.detail}"
    elif event.detail:
        # "Message sent" of an e-mail reads "Email sent".
        what = what.replace("Message", event.detail)
    return Line(what, event.at, event.actor_name)
