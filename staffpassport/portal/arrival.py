"""How the invitation of a person stands, in a line or two of the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from staffpassport.messaging.providers import carried
from staffpassport.messaging.states import Channel, State
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.ui import formats

_NOT_SENT = "Not sent to the new address"


@dataclass(frozen=True, slots=True)
class Line:
    """A few words; `trouble` where something is for HR to do."""

    words: str
    trouble: bool = False


def arrival(passport: StaffPassport, now: datetime) -> list[Line]:
    """E-mail and text of whoever is asked to answer, and that the invitation has expired or was withdrawn."""
    if passport.status != Status.INVITATION_SENT:
        return []
    if passport.invitation_expires_at is None:
        return [Line("Invitation withdrawn")]
    email, text = _state(passport, Channel.EMAIL), _state(passport, Channel.TEXT)
    if email and email == text:
        lines = [_line("Email and text", email)]
    else:
        lines = [_line(which, state) for which, state in (("Email", email), ("Text", text)) if state]
    if passport.invitation_expires_at <= now:
        expired = Line(f"Invitation expired on {formats.date(passport.invitation_expires_at)}", trouble=True)
        # What did arrive is no longer of use.
        return [line for line in lines if line.trouble] + [expired]
    return lines


def _line(which: str, state: str) -> Line:
    return Line(f"{which}: {state}", trouble=state in _TROUBLE)


def _state(passport: StaffPassport, channel: Channel) -> str | None:
    """None where no text was to be sent, as this installation sends none, or sent none then: nothing for HR to do."""
    state = passport.email_state if channel is Channel.EMAIL else passport.text_state
    if state is None:
        expected = channel is Channel.EMAIL or (passport.phone_since and channel in carried())
        return _NOT_SENT if expected else None
    return State(state).label


_TROUBLE = (State.FAILED.label, State.MAYBE_SENT.label, State.CANCELLED.label, _NOT_SENT)
