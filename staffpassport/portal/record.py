"""What a person's record shows: the profile, and how the e-mail and the text of the invitation stand."""

from __future__ import annotations

from dataclasses import dataclass

from staffpassport.invitations.models import Invitation
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel, State, reason_in_words
from staffpassport.passports.models import StaffPassport
from staffpassport.ui import formats


@dataclass(frozen=True, slots=True)
class MessageState:
    """One channel of the newest invitation. `reason` is empty unless something went wrong."""

    channel: str
    address: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """A label and a value of a profile; None where nothing was given."""

    key: str
    value: str | None


def profile(passport: StaffPassport) -> list[Line]:
    """What a record shows first."""
    return [
        Line("First name", passport.first_name),
        Line("Last name", passport.last_name),
        Line("Preferred name", passport.preferred_name),
        Line("Date of birth", formats.date(passport.date_of_birth)),
    ]


def details(passport: StaffPassport) -> list[Line]:
    """The rest, behind "Show all details"."""
    return [
        Line("Email address", passport.email),
        Line("Telephone number", formats.phone(passport.phone)),
        Line("Staff group", passport.get_staff_group_display()),
        Line("Job role", passport.job_role.name if passport.job_role else None),
        Line("Employment type", passport.get_employment_type_display()),
        Line("Employment status", passport.get_employment_status_display()),
        Line("Oriel PIN", passport.oriel_pin),
        Line("ESR assignment number", passport.esr_assignment_number),
        Line("Passport created on", formats.date(passport.created_at)),
    ]


def message_states(passport: StaffPassport) -> list[MessageState]:
    """E-mail and text of the newest invitation, in that order; none where nobody was invited."""
    invitation = (
        Invitation.objects.of(passport.organisation)
        .filter(passport_id=passport.pk)
        .order_by("-sequence")
        .first()
    )
    if invitation is None:
        return []
    messages = {
        message.channel: message
        for message in Message.objects.of(passport.organisation).filter(about=str(invitation.pk))
    }
    return [
        MessageState(
            channel=label,
            address=address,
            state=State(message.state).label,
            reason=reason_in_words(message.failure),
        )
        for channel, label, address in (
            (Channel.EMAIL, "Email", passport.email),
            (Channel.TEXT, "Text message", formats.phone(passport.phone)),
        )
        if (message := messages.get(channel))
    ]
