"""Which addresses this browser's person has shown to read.

A proof is of an address, and lives in the session: one of an address that HR has changed since counts for nothing.
The link proves the channel that it came by, once a code has proved the other one; where no texts are sent there is no
other one, and the code proves the e-mail itself.
"""

from __future__ import annotations

from typing import Any

from staffpassport.invitations.models import Invitation
from staffpassport.messaging.providers import carried
from staffpassport.messaging.states import Channel
from staffpassport.passports.models import StaffPassport


def address_of(passport: StaffPassport, channel: Channel) -> str:
    """Where messages of this channel go."""
    return passport.email if channel is Channel.EMAIL else passport.phone


def key_of(passport: StaffPassport, channel: Channel) -> str:
    """The address as it is compared: capital letters in an e-mail make no other one of it."""
    return passport.email_key if channel is Channel.EMAIL else passport.phone


def is_proved(kept: dict[str, Any], passport: StaffPassport, channel: Channel) -> bool:
    """Whether this session has proved the address that stands on the passport now."""
    proved: dict[str, str] = kept.get("proved", {})
    return proved.get(channel.value) == key_of(passport, channel)


def are_both_proved(kept: dict[str, Any], passport: StaffPassport) -> bool:
    """E-mail and phone: what makes other trusts' invitations this person's too."""
    return all(is_proved(kept, passport, channel) for channel in Channel)


def by_the_link(invitation: Invitation, by: Channel, passport: StaffPassport) -> Channel | None:
    """The channel that holding the link proves, beside a code to the other one.

    None where HR has changed the address since: the link went to the one before. Nor where it is the only channel.
    """
    since = passport.address_since(by)
    if len(carried()) < len(Channel) or (since and since > invitation.created_at):
        return None
    return by


def still_to_prove(
    kept: dict[str, Any], invitation: Invitation, by: Channel, passport: StaffPassport
) -> Channel | None:
    """The channel to which a code goes next, None where nothing is left to prove: the other channel first."""
    held = by_the_link(invitation, by, passport)
    for channel in sorted(carried(), key=lambda channel: channel is by):
        if channel is held and all(
            is_proved(kept, passport, other) for other in carried() if other is not channel
        ):
            continue
        if not is_proved(kept, passport, channel):
            return channel
    return None


def may_correct(
    kept: dict[str, Any], invitation: Invitation, by: Channel, passport: StaffPassport, channel: Channel
) -> bool:
    """Whether the address of this channel can be corrected here: by whoever has shown that the other one is theirs, as
    only that tells them from anybody. With one channel, by whoever has proved it.
    """
    if channel not in carried():
        return False
    rest = [other for other in carried() if other is not channel]
    if not rest:
        return is_proved(kept, passport, channel)
    held = by_the_link(invitation, by, passport)
    return all(other is held or is_proved(kept, passport, other) for other in rest)
