"""A staff member who has signed up changes their own e-mail address or phone, once it is proved by a code to it."""

from __future__ import annotations

from django.db import transaction

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record
from staffpassport.codes.actions import Receiver
from staffpassport.invitations.correcting import correct
from staffpassport.invitations.holding import hold
from staffpassport.messaging.states import Channel
from staffpassport.passports.editing import LABELS, ClashError, profile_of, version_of, with_address
from staffpassport.passports.models import StaffPassport
from staffpassport.signup.correcting import keep_for_hr, replace_waiting
from staffpassport.signup.log_in_addresses import take_over
from staffpassport.signup.proving import WORDS

_COLUMNS = {Channel.EMAIL: "email", Channel.TEXT: "phone"}


def receiver(passport: StaffPassport, channel: Channel) -> Receiver:
    """Whom the codes are for: limits count for the passport, whatever is typed."""
    return Receiver(passport.organisation, str(passport.pk), f"own-{_COLUMNS[channel]}", channel)


@transaction.atomic
def change_contact(
    *, passport: StaffPassport, channel: Channel, value: str, network_address: str | None
) -> bool:
    """Writes a proved address to the holder's passport, as if HR had: with a ProfileChange and an event.

    One that HR has written there already is proved by it. What follows for the account: `take_over`.
    Whether it could be done: not where the address stands on another record of the trust. Then it waits for HR among
    the contact details to check, as a possible duplicate, and the person reads nothing of that record. Safe to repeat.

    Raises StaffPassport.DoesNotExist where the passport was deleted, or given to somebody else, meanwhile.
    """
    organisation = passport.organisation
    person = hold(organisation, [passport.pk]).passports.get(passport.pk)
    if person is None or person.holder_id is None or person.holder_id != passport.holder_id:
        raise StaffPassport.DoesNotExist
    by = Actor.holder(person.pk, network_address)
    try:
        corrected = correct(
            organisation=organisation,
            passport=person.pk,
            profile=with_address(profile_of(person), channel, value),
            seen=version_of(person),
            by=by,
            proved=True,
        )
    except ClashError:
        keep_for_hr(
            organisation,
            person,
            channel,
            value,
            network_address=network_address,
            detail=f"{LABELS[_COLUMNS[channel]]} of another record, a possible duplicate. Nothing was changed",
        )
        return False
    replace_waiting(organisation, person, channel)
    if take_over(person, channel, value) and not corrected.edited.columns:
        record(
            Kind.CHANNEL_PROVED,
            actor=by,
            organisation_id=organisation.pk,
            subject=person.pk,
            detail=WORDS[channel],
        )
    return True
