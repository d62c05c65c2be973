"""How the e-mail and the text of a record's invitation stand, in words."""

from __future__ import annotations

from dataclasses import dataclass

from staffpassport.invitations.models import Invitation
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel, State, reason_in_words
from staffpassport.passports.models import StaffPassport


@dataclass(frozen=True, slots=True)
class MessageState:
    """One channel of the newest invitation. `reason` is empty unless something went wrong."""

    channel: str
    address: str
    state: str
    reason: str


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
            (Channel.TEXT, "Text message", passport.phone),
        )
        if (message := messages.get(channel))
    ]
