"""Sending a code to the person's other address, trying it, and what the right one begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record
from staffpassport.codes.actions import Receiver
from staffpassport.invitations.holding import hold
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.standing import Standing, standing_of
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.signup import notices, proofs
from staffpassport.signup.models import Application, IdentityRoute

PURPOSE = "sign-up"
CORRECTING = "correct-contact"

# As the history of a record names them.
WORDS = {Channel.EMAIL: "email address", Channel.TEXT: "telephone number"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was answered before the first code."""

    has_another: bool
    notices: dict[str, str]
    notices_at: datetime
    route: IdentityRoute

    @classmethod
    def in_session(cls, kept: dict[str, Any]) -> Chosen | None:
        """None where an answer is missing, as of somebody who comes back."""
        if not {"another", "notices", "notices_at", "route"} <= kept.keys():
            return None
        return cls(
            has_another=kept["another"],
            notices=kept["notices"],
            notices_at=datetime.fromisoformat(kept["notices_at"]),
            route=IdentityRoute(kept["route"]),
        )


def receiver(
    organisation: Organisation, passport: UUID, channel: Channel, purpose: str = PURPOSE
) -> Receiver:
    """Whom codes of this sign-up are for: limits count for the passport, whatever the address and the browser."""
    return Receiver(organisation, str(passport), purpose, channel)


@transaction.atomic
def begin(
    *,
    invitation: Invitation,
    proved: dict[str, str],
    just_proved: Channel | None,
    chosen: Chosen | None,
    network_address: str | None,
) -> Application | None:
    """The application of somebody who has proved their addresses: made, or gone on with. None where it cannot be.

    `proved` are the addresses by channel, as the session keeps them. The first time, the answers before the code and
    the steps are written with it, and the invitation counts as started. Safe to repeat.
    """
    organisation, now = invitation.organisation, timezone.now()
    held = hold(organisation, [invitation.passport_id])
    passport, newest = held.passports.get(invitation.passport_id), held.newest(invitation.passport_id)
    if passport is None or newest is None or newest.pk != invitation.pk:
        return None
    if standing_of(newest, now) is not Standing.OPEN:
        return None
    columns = _proofs(passport, proved, now)
    application: Application | None = (
        Application.objects.of(organisation).select_for_update().filter(passport=passport).first()
    )
    happened: list[tuple[Kind, str]] = []
    if application is None:
        if chosen is None or not columns:
            return None
        application = Application(
            organisation=organisation, passport=passport, begun_at=now, **_answers(chosen)
        )
        happened += [
            (Kind.APPLICATION_BEGUN, ""),
            (Kind.TERMS_ACCEPTED, notices.in_words()),
            (Kind.IDENTITY_ROUTE_CHOSEN, str(chosen.route.label)),
        ]
    elif chosen and not notices.are_accepted(application.notices):
        application.notices, application.notices_at = chosen.notices, chosen.notices_at
        happened.append((Kind.TERMS_ACCEPTED, notices.in_words()))
    for column, value in columns.items():
        setattr(application, column, value)
    application.save()
    if just_proved:
        happened.append((Kind.CHANNEL_PROVED, WORDS[just_proved]))
    if happened:
        # Going on by a newer invitation, with nothing to prove or accept again, leaves nothing to record.
        Invitation.objects.of(organisation).filter(pk=invitation.pk, started_at=None).update(started_at=now)
    by = Actor.holder(passport.pk, network_address)
    for kind, detail in happened:
        record(kind, actor=by, organisation_id=organisation.pk, subject=passport.pk, detail=detail)
    return application


def _answers(chosen: Chosen) -> dict[str, Any]:
    return {
        "has_another": chosen.has_another,
        "notices": chosen.notices,
        "notices_at": chosen.notices_at,
        "identity_route": chosen.route,
    }


def _proofs(passport: StaffPassport, proved: dict[str, str], now: datetime) -> dict[str, Any]:
    """The columns of what is proved of the addresses as they stand now."""
    columns: dict[str, Any] = {}
    if proved.get(Channel.EMAIL.value) == proofs.key_of(passport, Channel.EMAIL):
        columns |= {"email_proved": passport.email_key, "email_proved_at": now}
    if proved.get(Channel.TEXT.value) == proofs.key_of(passport, Channel.TEXT):
        columns |= {"phone_proved": passport.phone, "phone_proved_at": now}
    return columns
