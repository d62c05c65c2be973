"""Correcting a person's profile, and what that means for the invitation that is out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from staffpassport.audit.record import Actor
from staffpassport.invitations.composing import ADDRESS_CHANGED
from staffpassport.invitations.holding import hold
from staffpassport.invitations.resending import Resent, resend
from staffpassport.messaging import outbox
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from staffpassport.passports.editing import Edited, Profile, edit
from staffpassport.passports.models import StaffPassport

Listener = Callable[[StaffPassport, Sequence[Channel], Actor], None]

_listeners: list[Listener] = []


def register(listener: Listener) -> None:
    """Has a room above hear, in the transaction, of each passport whose address somebody else than its person has
    changed: as it stood before, by which channels, and who it was. In AppConfig.ready(); registering again changes
    nothing.
    """
    if listener not in _listeners:
        _listeners.append(listener)


@dataclass(frozen=True, slots=True)
class Corrected:
    """What was changed, how many messages to an old address were cancelled, and what came of re-sending if asked."""

    edited: Edited
    cancelled: int = 0
    resent: Resent | None = None


@transaction.atomic
def correct(
    *,
    organisation: Organisation,
    passport: UUID,
    profile: Profile,
    seen: str,
    by: Actor,
    and_resend: bool = False,
    newest: UUID | None = None,
    proved: bool = False,
) -> Corrected:
    """Writes a changed profile; messages that wait to go to an address that is no longer right are cancelled.

    Not re-addressed: one that a worker has in hand would still go where it was going, so the promise could not be
    kept. What it can hold back is in `composing`. With `and_resend`, a new invitation goes to the addresses as they
    are now, in the same transaction; `newest` is the newest invitation that whoever asks has seen. That it cannot be
    re-sent does not undo the change. `proved` says that the person has shown to read a new address: else whoever
    registered hears of it.

    Raises what `edit` raises.
    """
    held = hold(organisation, [passport])
    edited = edit(organisation=organisation, passport=passport, profile=profile, seen=seen, by=by)
    cancelled = 0
    if edited.channels:
        waiting = [str(invitation) for invitation in held.not_ended([passport])]
        cancelled = outbox.cancel(
            waiting, reason=ADDRESS_CHANGED, channels=edited.channels, organisation=organisation
        )
        for listener in [] if proved else _listeners:
            listener(held.passports[passport], edited.channels, by)
    if not and_resend:
        return Corrected(edited, cancelled)
    seen_before = {passport: newest} if newest else None
    resent = resend(organisation=organisation, passports=[passport], by=by, seen=seen_before)
    return Corrected(edited, cancelled, resent)
