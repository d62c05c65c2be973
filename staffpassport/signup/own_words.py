"""A staff member's own passport in words: how it stands, what comes next, what is held, what has happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import Actor, history
from staffpassport.identity.standing import check_of, decline_of
from staffpassport.messaging.providers import carried
from staffpassport.messaging.states import Channel
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.passports.words import shown
from staffpassport.ui import formats

_MOST = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """How a passport stands: a sentence, and what happens next. `reason` is why access was declined, else empty."""

    now: str
    next: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A label and what the trust holds; `channel` where the person can change it here."""

    key: str
    value: str | None
    channel: Channel | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that concerns the person."""

    what: str
    at: datetime


def standing(passport: StaffPassport) -> Standing:
    """In plain words, with no more promised than is there."""
    trust = passport.organisation.name
    if passport.status == Status.ACCESS_DECLINED:
        decline = decline_of(passport)
        return Standing(
            _("{trust} has declined your access.").format(trust=trust),
            _("If you think that this is a mistake, or want to know what you can do, ask the HR team."),
            decline.in_words if decline else "",
        )
    now, following = _standings().get(Status(passport.status), _otherwise())
    return Standing(now.format(trust=trust), following.format(trust=trust))


def _standings() -> dict[Status, tuple[str, str]]:
    return {
        Status.APPOINTMENT_NEEDED: (
            _("You have signed up. {trust} has to confirm your identity."),
            _(
                "The HR team of {trust} contacts you to arrange an appointment, at which they check who you are. They "
                "tell you what to bring. You do not need to do anything until then."
            ),
        ),
        Status.IDENTITY_SHARED: (
            _("You have signed up and shared your identity. {trust} has to confirm it."),
            _(
                "The HR team of {trust} looks at it and tells you by email. You do not need to do anything now."
            ),
        ),
        Status.CREDENTIALS_PENDING: (
            _("{trust} has confirmed your identity."),
            _(
                "The HR team tells you if it needs anything more from you. You do not need to do anything now."
            ),
        ),
        Status.ACTIVE: (_("Your passport is active."), _("You do not need to do anything now.")),
        Status.DISABLED: (
            _("Your passport with {trust} is disabled."),
            _("If you think that this is a mistake, ask the HR team."),
        ),
    }


def _otherwise() -> tuple[str, str]:
    return _("You have not finished signing up."), _("Go on with the link of your invitation.")


def what_is_held(passport: StaffPassport) -> list[Line]:
    """Every answer that the trust holds about the person, and by what their identity was confirmed."""
    changeable = {column: channel for column, channel in _CHANNELS.items() if channel in carried()}
    lines = [
        Line(label, shown(passport, column), changeable.get(column)) for column, label in _labels().items()
    ]
    if check := check_of(passport):
        words = _("{seen}. Checked on {day} by {who}").format(
            seen=check.seen, day=formats.date(check.checked_on), who=check.checked_by
        )
        lines.append(Line(_("Identity check"), words))
    return lines


_CHANNELS = {"email": Channel.EMAIL, "phone": Channel.TEXT}


def _labels() -> dict[str, str]:
    return {
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "preferred_name": _("Preferred name"),
        "date_of_birth": _("Date of birth"),
        "email": _("Email address"),
        "phone": _("Telephone number"),
        "staff_group": _("Staff group"),
        "job_role_key": _("Job role"),
        "employment_type": _("Employment type"),
        "employment_status": _("Employment status"),
        "oriel_pin": _("Oriel PIN"),
        "esr_assignment_number": _("ESR assignment number"),
        "professional_body": _("Professional body"),
        "registration_number": _("Registration number"),
    }


def what_happened(passport: StaffPassport) -> list[Happened]:
    """What concerns the person, newest first: their own steps, and the trust's answers."""
    told, own = _told(), Actor.holder(passport.pk).key
    return [
        Happened(
            _said(event, told, own).format(trust=passport.organisation.name, what=_listed(event.detail)),
            event.at,
        )
        for event in history(passport.pk, told)[:_MOST]
    ]


def _listed(labels: str) -> str:
    """The columns that an event names, in the language of the page."""
    return ", ".join(_(label) for label in labels.split(", ") if label)


def _said(event: Event, told: dict[Kind, str], own: str) -> str:
    if event.kind == Kind.PROFILE_CHANGED and event.actor == own:
        return _("You changed: {what}")
    return told[Kind(event.kind)]


def _told() -> dict[Kind, str]:
    return {
        Kind.INVITED: _("{trust} invited you"),
        Kind.INVITATION_RESENT: _("You were sent a new invitation"),
        Kind.INVITATION_WITHDRAWN: _("{trust} withdrew an invitation"),
        Kind.APPLICATION_BEGUN: _("You started your application"),
        Kind.TERMS_ACCEPTED: _("You accepted the privacy notice and the terms"),
        Kind.IDENTITY_ROUTE_CHOSEN: _("You chose how your identity is verified"),
        Kind.CHANNEL_PROVED: _("You proved a contact detail by a security code"),
        Kind.CONTACT_CORRECTED: _("You gave another contact detail"),
        Kind.CONTACT_CONFIRMED: _("{trust} confirmed the contact detail that you gave"),
        Kind.CONTACT_REFUSED: _("{trust} did not confirm the contact detail that you gave"),
        Kind.SIGNED_UP: _("You signed up"),
        Kind.PROFILE_CHANGED: _("{trust} changed: {what}"),
        Kind.IDENTITY_CONFIRMED: _("{trust} confirmed your identity"),
        Kind.ACCESS_DECLINED: _("{trust} declined your access"),
        Kind.ACCESS_RECONSIDERED: _("{trust} took back that it had declined your access"),
    }
