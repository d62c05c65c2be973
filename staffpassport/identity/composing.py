"""Turning HR's answers into the words that a provider is given, a batch at a time. Messages are about the passport."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from staffpassport.identity import wording
from staffpassport.identity.models import Decline
from staffpassport.invitations.composing import ADDRESS_CHANGED
from staffpassport.messaging.composers import Composed, Composer, Content, NoLongerWanted, ToCompose
from staffpassport.passports.models import StaffPassport, Status

CONFIRMED = "identity-confirmed"
DECLINED = "access-declined"
RECONSIDERED = "access-reconsidered"

_WORDING: Mapping[str, Callable[[], tuple[str, str]]] = {
    CONFIRMED: wording.confirmed,
    DECLINED: wording.declined,
    RECONSIDERED: wording.reconsidered,
}
# What is no longer so when the e-mail is sent is not said: HR has changed its mind meanwhile, and that is told.
_WHILE = {
    CONFIRMED: (Status.CREDENTIALS_PENDING, Status.ACTIVE),
    DECLINED: (Status.ACCESS_DECLINED,),
    RECONSIDERED: (Status.APPOINTMENT_NEEDED,),
}


def compose(purpose: str, messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """Subject and body for each message of a purpose, in two queries a batch."""
    about = {message.about for message in messages}
    found = StaffPassport.everywhere.filter(pk__in=about).select_related("organisation")
    passports = {str(passport.pk): passport for passport in found}
    reasons: dict[str, str] = {}
    if purpose == DECLINED:
        declines = Decline.everywhere.filter(passport__in=about, taken_back_at=None)
        reasons = {str(decline.passport_id): decline.in_words for decline in declines}
    return {
        message.id: _composed(purpose, message, passports.get(message.about), reasons) for message in messages
    }


def preview(purpose: str, passport: StaffPassport, reason: str = "") -> Content:
    """The e-mail as this person will get it."""
    trust = passport.organisation
    facts = wording.Facts(
        first_name=passport.first_name,
        trust=trust.name,
        trust_in_full=str(trust),
        hr_email=trust.hr_email,
        hr_phone=trust.hr_phone,
        link=settings.BASE_URL + reverse("own-passports"),
        reason=reason,
    )
    subject, body = (words.format(**asdict(facts)) for words in _WORDING[purpose]())
    return Content(subject=subject, body=body)


def _composed(
    purpose: str, message: ToCompose, passport: StaffPassport | None, reasons: Mapping[str, str]
) -> Composed:
    if passport is None:
        return NoLongerWanted("passport-deleted")
    if passport.status not in _WHILE[purpose]:
        return NoLongerWanted("answered-otherwise")
    since = passport.address_since(message.channel)
    if since and message.created_at < since:
        return NoLongerWanted(ADDRESS_CHANGED)
    return preview(purpose, passport, reasons.get(message.about, ""))


COMPOSERS: Mapping[str, Composer] = {purpose: partial(compose, purpose) for purpose in _WORDING}
