"""Corrected contact details: given and proved by the person, confirmed or refused by HR.

Until HR has decided, nothing of the record is shown to whoever gave them, and no account is made.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record
from staffpassport.invitations.correcting import correct
from staffpassport.invitations.holding import hold
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.standing import Standing, standing_of
from staffpassport.messaging.providers import carried
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from staffpassport.passports.create import find_clashes
from staffpassport.passports.editing import ClashError, Profile, profile_of, version_of, with_address
from staffpassport.passports.models import StaffPassport
from staffpassport.signup import proofs
from staffpassport.signup.log_in_addresses import take_over
from staffpassport.signup.mails import tell_of_decision
from staffpassport.signup.models import ContactCorrection
from staffpassport.signup.proving import WORDS


class Decided(enum.StrEnum):
    """What came of HR's answer."""

    DONE = "done"
    ALREADY = "already"  # by a colleague, or taken back by the person
    DUPLICATE = "duplicate"  # the address stands on another record


@transaction.atomic
def propose(
    *,
    invitation: Invitation,
    channel: Channel,
    value: str,
    network_address: str | None,
) -> ContactCorrection | None:
    """Keeps an address that was just proved, in place of an earlier one that still waits. None where the invitation is
    not open any more. Whether it stands on another record is for HR to see, and nobody else."""
    organisation = invitation.organisation
    held = hold(organisation, [invitation.passport_id])
    passport, newest = held.passports.get(invitation.passport_id), held.newest(invitation.passport_id)
    if passport is None or newest is None or newest.pk != invitation.pk:
        return None
    if standing_of(newest, timezone.now()) is not Standing.OPEN:
        return None
    return keep_for_hr(organisation, passport, channel, value, network_address=network_address)


def keep_for_hr(
    organisation: Organisation,
    passport: StaffPassport,
    channel: Channel,
    value: str,
    *,
    network_address: str | None,
    detail: str = "",
) -> ContactCorrection:
    """Keeps a proved address for HR to decide on, with its event. In the caller's transaction, the passport held."""
    replace_waiting(organisation, passport, channel)
    right = next((other for other in Channel if other is not channel and other in carried()), Channel.EMAIL)
    correction: ContactCorrection = ContactCorrection.everywhere.create(
        organisation=organisation,
        passport=passport,
        channel=channel,
        value=value,
        told_by=right,
        proved_at=timezone.now(),
    )
    record(
        Kind.CONTACT_CORRECTED,
        actor=Actor.holder(passport.pk, network_address),
        organisation_id=organisation.pk,
        subject=passport.pk,
        detail=detail or WORDS[channel],
    )
    return correction


def replace_waiting(organisation: Organisation, passport: StaffPassport, channel: Channel) -> None:
    """What the person gave before is not what they want any more. In the caller's transaction, without an event."""
    waiting_in(organisation).filter(passport=passport, channel=channel).update(
        decided_at=timezone.now(), decision=ContactCorrection.Decision.TAKEN_BACK
    )


@transaction.atomic
def take_back(corrections: list[ContactCorrection], network_address: str | None) -> None:
    """The person goes on with what stands on the record. Safe to repeat."""
    for correction in corrections:
        waiting = waiting_in(correction.organisation).filter(pk=correction.pk)
        if waiting.update(decided_at=timezone.now(), decision=ContactCorrection.Decision.TAKEN_BACK):
            record(
                Kind.CONTACT_TAKEN_BACK,
                actor=Actor.holder(correction.passport_id, network_address),
                organisation_id=correction.organisation_id,
                subject=correction.passport_id,
                detail=WORDS[Channel(correction.channel)],
            )


@transaction.atomic
def confirm(*, organisation: Organisation, correction: UUID, by: Actor) -> Decided:
    """HR takes the address over: it stands on the record from now on. The person goes on by their link, or logs in by
    it where they have signed up."""
    return _decide(organisation, correction, ContactCorrection.Decision.CONFIRMED, by)


@transaction.atomic
def refuse(*, organisation: Organisation, correction: UUID, by: Actor) -> Decided:
    """What stands on the record stays, and the person is told."""
    return _decide(organisation, correction, ContactCorrection.Decision.REFUSED, by)


def _decide(organisation: Organisation, pk: UUID, decision: ContactCorrection.Decision, by: Actor) -> Decided:
    found = ContactCorrection.objects.of(organisation).filter(pk=pk).first()
    if found is None:
        return Decided.ALREADY
    held = hold(organisation, [found.passport_id])
    passport = held.passports.get(found.passport_id)
    correction = (
        ContactCorrection.objects.of(organisation).select_for_update().filter(pk=pk, decided_at=None).first()
    )
    if passport is None or correction is None:
        return Decided.ALREADY
    confirmed = decision == ContactCorrection.Decision.CONFIRMED
    if confirmed:
        passport.organisation = organisation
        try:
            correct(
                organisation=organisation,
                passport=passport.pk,
                profile=with_correction(passport, correction),
                seen=version_of(passport),
                by=by,
                proved=True,
            )
        except ClashError:
            return Decided.DUPLICATE
        if passport.holder_id:
            take_over(passport, Channel(correction.channel), correction.value)
        passport.refresh_from_db()
    ContactCorrection.objects.of(organisation).filter(pk=pk).update(
        decided_at=timezone.now(), decision=decision, decided_by=by.name
    )
    record(
        Kind.CONTACT_CONFIRMED if confirmed else Kind.CONTACT_REFUSED,
        actor=by,
        organisation_id=organisation.pk,
        subject=passport.pk,
        detail=WORDS[Channel(correction.channel)],
    )
    tell_of_decision(correction, proofs.address_of(passport, Channel(correction.told_by)))
    return Decided.DONE


def with_correction(passport: StaffPassport, correction: ContactCorrection) -> Profile:
    """The profile as it would stand."""
    return with_address(profile_of(passport), Channel(correction.channel), correction.value)


def duplicates_of(
    organisation: Organisation, corrections: Iterable[ContactCorrection]
) -> dict[UUID, StaffPassport]:
    """The other records of the trust on which corrected addresses stand, by the id of the correction.

    The corrections come with their passports. Few queries for any number of them.
    """
    wanted = {one.pk: (one, with_correction(one.passport, one).details) for one in corrections}
    clashes = find_clashes(organisation, {pk: details for pk, (_one, details) in wanted.items()})
    found = {}
    for clash in clashes:
        correction = wanted[clash.person][0]
        of_this_channel = clash.field == ("email" if correction.channel == Channel.EMAIL else "phone")
        if of_this_channel and clash.passport.pk != correction.passport_id:
            found[correction.pk] = clash.passport
    return found


def waiting_in(organisation: Organisation) -> QuerySet[ContactCorrection]:
    """The trust's corrections that HR has not looked at."""
    found: QuerySet[ContactCorrection] = ContactCorrection.objects.of(organisation).filter(decided_at=None)
    return found
