"""What a record shows of the identity check: what HR has answered, and what it can answer now."""

from __future__ import annotations

from dataclasses import dataclass

from staffpassport.identity.answering import TO_ANSWER
from staffpassport.identity.models import Decline
from staffpassport.identity.standing import check_of, decline_of, in_a_sentence
from staffpassport.passports.models import StaffPassport, Status


@dataclass(frozen=True, slots=True)
class Identity:
    """`confirmed` is a sentence, `declined` the decline that holds. `to_answer`: HR has to confirm or to decline."""

    confirmed: str
    declined: Decline | None
    to_answer: bool
    is_declined: bool


def identity_of(passport: StaffPassport) -> Identity | None:
    """None where there is nothing to show yet: nobody has signed up."""
    if passport.status == Status.INVITATION_SENT:
        return None
    check = check_of(passport)
    return Identity(
        confirmed=in_a_sentence(check) if check else "",
        declined=decline_of(passport),
        to_answer=passport.status in TO_ANSWER,
        is_declined=passport.status == Status.ACCESS_DECLINED,
    )
