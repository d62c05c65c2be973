"""How an invitation stands at a moment, for whoever holds its link."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from staffpassport.invitations.links import Link
from staffpassport.invitations.models import Invitation
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport


class Standing(enum.StrEnum):
    """What can be done with an invitation."""

    OPEN = "open"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Held:
    """What the holder of a link may know: who invites, and how it stands. Nothing about the person invited."""

    organisation: Organisation
    standing: Standing
    expires_at: datetime


def held_by(link: Link, now: datetime) -> Held | None:
    """The invitation of a link as it stands; None where it is not in the database."""
    invitation = Invitation.everywhere.filter(link_id=link.link_id).select_related("organisation").first()
    if invitation is None:
        return None
    return Held(invitation.organisation, _standing(invitation, now), invitation.expires_at)


def newest_of(passport: StaffPassport) -> Invitation | None:
    """The invitation that counts of a person's: the newest, whether or not it is open; None where there is none."""
    invitations = Invitation.objects.of(passport.organisation).filter(passport_id=passport.pk)
    newest: Invitation | None = invitations.order_by("-sequence").first()
    return newest


def _standing(invitation: Invitation, now: datetime) -> Standing:
    if invitation.accepted_at:
        return Standing.USED
    if invitation.ended_reason == Invitation.EndedReason.REPLACED:
        return Standing.REPLACED
    if invitation.ended_reason:
        return Standing.WITHDRAWN
    return Standing.OPEN if now < invitation.expires_at else Standing.EXPIRED
