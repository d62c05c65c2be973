"""What a record shows HR of the sign-up: how far it is, what was proved, and what there is to check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from staffpassport.accounts import recovering
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.not_me import not_me_of
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from staffpassport.passports.editing import LABELS
from staffpassport.passports.models import StaffPassport
from staffpassport.passports.words import in_words as in_words_of
from staffpassport.signup import proofs
from staffpassport.signup.correcting import duplicates_of, waiting_in
from staffpassport.signup.log_in_addresses import unproved
from staffpassport.signup.models import Application, ContactCorrection
from staffpassport.ui import formats

_SHOW: dict[Channel, Callable[[str], str]] = {Channel.EMAIL: str, Channel.TEXT: formats.phone}
_LABELS = {Channel.EMAIL: "Email address", Channel.TEXT: "Telephone number"}


@dataclass(frozen=True, slots=True)
class Corrected:
    """A contact detail to check: what stands on the record, and what the person has given and proved. `duplicate` is
    the trust's other record on which that stands already."""

    id: UUID
    passport: StaffPassport
    label: str
    old: str
    new: str
    proved_at: datetime
    duplicate: StaffPassport | None


@dataclass(frozen=True, slots=True)
class SignUp:
    """One person's sign-up as HR reads it. `not_me` is the invitation that is said to have gone to a stranger."""

    lines: list[tuple[str, str]]
    to_check: list[Corrected]
    not_me: Invitation | None


def sign_up_of(passport: StaffPassport) -> SignUp:
    """How far this person is. A few queries."""
    trust = passport.organisation
    application = Application.objects.of(trust).filter(passport=passport).first()
    waiting = waiting_in(trust).filter(passport=passport).select_related("passport").order_by("pk")
    return SignUp(
        lines=[*_lines(application), *_to_prove(passport, application), *_way_back_in(passport)]
        if application
        else [],
        to_check=in_words(trust, waiting),
        not_me=not_me_of(trust, passport.pk),
    )


def _to_prove(passport: StaffPassport, application: Application) -> list[tuple[str, str]]:
    """What HR has written and the person has yet to confirm."""
    return [
        (
            f"{_LABELS[channel]} to confirm",
            f"{_shown(passport, channel)}. They are asked when they log in next",
        )
        for channel in (unproved(passport, application) if passport.holder_id else ())
    ]


def _way_back_in(passport: StaffPassport) -> list[tuple[str, str]]:
    """What HR can ask the person about: it may be somebody else."""
    recovery = recovering.of_trust(passport.holder_id, passport.organisation) if passport.holder_id else None
    if recovery is None:
        return []
    when = formats.date_and_time(recovery.effective_at)
    if recovery.phone:
        return [
            ("Way back in", f"Says that the phone is lost. Codes go to the number on the record from {when}")
        ]
    return [("Way back in", f"Has chosen a new password by email. It opens the account from {when}")]


def _shown(passport: StaffPassport, channel: Channel) -> str:
    return _SHOW[channel](proofs.address_of(passport, channel))


def in_words(organisation: Organisation, corrections: Iterable[ContactCorrection]) -> list[Corrected]:
    """Corrections as they are shown. They come with their passports."""
    waiting = list(corrections)
    duplicates = duplicates_of(organisation, waiting) if waiting else {}
    return [_in_words(correction, duplicates.get(correction.pk)) for correction in waiting]


def _in_words(correction: ContactCorrection, duplicate: StaffPassport | None) -> Corrected:
    channel = Channel(correction.channel)
    return Corrected(
        id=correction.pk,
        passport=correction.passport,
        label=_LABELS[channel],
        old=_shown(correction.passport, channel),
        new=_SHOW[channel](correction.value),
        proved_at=correction.proved_at,
        duplicate=duplicate,
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


def everything_of(passport: StaffPassport) -> Iterator[tuple[str, str, str, str]]:
    """All that is held of the sign-up, also of what was decided long ago: what, held, when, by whom."""
    application = Application.objects.of(passport.organisation).filter(passport=passport).first()
    if application:
        for what, held in _lines(application):
            yield what, held, "", ""
        for name, version in application.notices.items():
            yield f"Accepted: {name}", version, formats.date_and_time(application.notices_at), ""
        for column, value in application.answers.items():
            yield f"Answered and not sent: {LABELS[column]}", in_words_of(column, value) or "", "", ""
    for correction in (
        ContactCorrection.objects.of(passport.organisation).filter(passport=passport).order_by("pk")
    ):
        label = _LABELS[Channel(correction.channel)]
        yield f"{label} given", correction.value, formats.date_and_time(correction.proved_at), ""
        if correction.decided_at:
            held = correction.get_decision_display()
            yield f"{label} given", held, formats.date_and_time(correction.decided_at), correction.decided_by


def told_about(passport: StaffPassport) -> list[str]:
    """What messages of the sign-up are about, by their ids as text."""
    trust = passport.organisation
    applications = Application.objects.of(trust).filter(passport=passport).values_list("pk", flat=True)
    corrections = ContactCorrection.objects.of(trust).filter(passport=passport).values_list("pk", flat=True)
    return [str(pk) for pk in (*applications, *corrections)]
