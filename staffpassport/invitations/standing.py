"""How an invitation stands at a moment, for whoever holds its link."""

from __future__ import annotations

import enum
from datetime import datetime

from staffpassport.invitations.links import Link
from staffpassport.invitations.models import Invitation
from staffpassport.passports.models import StaffPassport


class Standing(enum.StrEnum):
    """What can be done with an invitation."""

    OPEN = "open"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    USED = "used"


def invitation_of(link: Link) -> Invitation | None:
    """The invitation of a link, with its trust; None where it is not in the database."""
    found: Invitation | None = (
        Invitation.everywhere.filter(link_id=link.link_id).select_related("organisation").first()
    )
    return found


def newest_of(passport: StaffPassport) -> Invitation | None:
    """The invitation that counts of a person's: the newest, whether or not it is open; None where there is none."""
    invitations = Invitation.objects.of(passport.organisation).filter(passport_id=passport.pk)
    newest: Invitation | None = invitations.order_by("-sequence").first()
    return newest


def standing_of(invitation: Invitation, now: datetime) -> Standing:
    """What its holder can do with it at this moment."""
    if invitation.accepted_at:
        return Standing.USED
    if invitation.ended_reason == Invitation.EndedReason.REPLACED:
        return Standing.REPLACED
    if invitation.ended_reason:
        return Standing.WITHDRAWN
    return Standing.OPEN if now < invitation.expires_at else Standing.EXPIRED
