"""How HR's answer to a person stands, in sentences."""

from __future__ import annotations

from staffpassport.identity.answering import TO_ANSWER
from staffpassport.identity.models import Decline, How, IdentityCheck
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.ui import formats


def check_of(passport: StaffPassport) -> IdentityCheck | None:
    """The identity check of a person, once there is one."""
    found: IdentityCheck | None = (
        IdentityCheck.objects.of(passport.organisation).filter(passport=passport).first()
    )
    return found


def decline_of(passport: StaffPassport) -> Decline | None:
    """The decline that holds; None where there is none, or it was taken back."""
    declines = Decline.objects.of(passport.organisation).filter(passport=passport, taken_back_at=None)
    found: Decline | None = declines.first()
    return found


def in_a_sentence(check: IdentityCheck) -> str:
    """Who has seen whom when, as records show it."""
    how = How(check.how).label
    return (
        f"Identity confirmed on {formats.date(check.checked_on)} by {check.checked_by}, "
        f"{how[:1].lower()}{how[1:]}. Seen: {check.seen}."
    )


def why_no_answer(passport: StaffPassport) -> str:
    """Why there is nothing to confirm or to decline of this person; empty where there is."""
    name = passport.full_name
    if passport.status in TO_ANSWER:
        return ""
    if passport.status == Status.INVITATION_SENT:
        return f"{name} has not signed up yet. There is nothing to confirm or to decline before that."
    if passport.status == Status.ACCESS_DECLINED:
        decline = decline_of(passport)
        when = f" on {formats.date(decline.at)} by {decline.by_name}" if decline else ""
        return f"Access of {name} was declined{when}."
    check = check_of(passport)
    if check is None:
        return f"{name} is not waiting for an identity check."
    return f"The identity of {name} was confirmed on {formats.date(check.at)} by {check.by_name}."
