"""What a record shows HR of the sign-up: how far it is, what was proved, and what there is to check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from staffpassport.invitations.models import Invitation
from staffpassport.invitations.not_me import not_me_of
from staffpassport.messaging.states import Channel
from staffpassport.passports.models import StaffPassport
from staffpassport.signup import proofs
from staffpassport.signup.correcting import waiting_in
from staffpassport.signup.models import Application, ContactCorrection
from staffpassport.ui import formats

_LABELS = {Channel.EMAIL: "Email address", Channel.TEXT: "Telephone number"}


@dataclass(frozen=True, slots=True)
class Corrected:
    """A contact detail to check: what stands on the record, and what the person has given and proved."""

    id: UUID
    passport: StaffPassport
    label: str
    old: str
    new: str
    proved_at: datetime


@dataclass(frozen=True, slots=True)
class SignUp:
    """One person's sign-up as HR reads it. `not_me` is the invitation that is said to have gone to a stranger."""

    lines: list[tuple[str, str]]
    to_check: list[Corrected]
    not_me: Invitation | None


def sign_up_of(passport: StaffPassport) -> SignUp:
    """How far this person is. Three queries."""
    trust = passport.organisation
    application = Application.objects.of(trust).filter(passport=passport).first()
    waiting = waiting_in(trust).filter(passport=passport).order_by("pk")
    return SignUp(
        lines=_lines(application) if application else [],
        to_check=[in_words(correction, passport) for correction in waiting],
        not_me=not_me_of(trust, passport.pk),
    )


def in_words(correction: ContactCorrection, passport: StaffPassport) -> Corrected:
    """A correction as it is shown."""
    channel = Channel(correction.channel)
    show = formats.phone if channel is Channel.TEXT else str
    return Corrected(
        id=correction.pk,
        passport=passport,
        label=_LABELS[channel],
        old=show(proofs.address_of(passport, channel)),
        new=show(correction.value),
        proved_at=correction.proved_at,
    )


def _lines(application: Application) -> list[tuple[str, str]]:
    return [
        ("Application started", formats.date_and_time(application.begun_at)),
        ("Application sent", formats.date_and_time(application.sent_at) or "Not yet"),
        ("Email address proved", _proved(application.email_proved, application.email_proved_at)),
        (
            "Telephone number proved",
            _proved(formats.phone(application.phone_proved or ""), application.phone_proved_at),
        ),
        ("Way to verify identity", application.get_identity_route_display()),
        ("Says that they have another passport", "Yes" if application.has_another else "No"),
    ]


def _proved(address: str | None, at: datetime | None) -> str:
    return f"{address}, {formats.date_and_time(at)}" if at else "Not proved"
