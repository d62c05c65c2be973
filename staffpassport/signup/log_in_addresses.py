"""What somebody who has signed up logs in by, while the addresses on their record change.

HR may write whatever it knows to a record. An account's codes and links go to what its person has proved and nowhere
else: so a new address is told to the old ones, and the account follows once the person has proved it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.utils import timezone

from staffpassport.accounts import own_accounts, recovering
from staffpassport.accounts.models import User
from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record
from staffpassport.messaging.providers import carried
from staffpassport.messaging.states import Channel
from staffpassport.passports.models import StaffPassport
from staffpassport.roster.values import email_key
from staffpassport.signup import proofs
from staffpassport.signup.models import Application
from staffpassport.signup.own_mails import tell_of_change
from staffpassport.signup.proving import WORDS

_PROVED = {Channel.EMAIL: "email_proved", Channel.TEXT: "phone_proved"}


def unproved(passport: StaffPassport, application: Application) -> list[Channel]:
    """The channels whose address on the record the person has not proved to this trust: HR has written it since, or no
    texts were sent when they signed up. Only what can be proved here. What they have proved elsewhere does not count:
    the record would tell of it.
    """
    return [
        channel
        for channel in Channel
        if channel in carried() and proofs.key_of(passport, channel) != _proved(application, channel)
    ]


def to_prove(held: Collection[StaffPassport]) -> dict[UUID, list[Channel]]:
    """The same of one's own passports, by their ids; those with nothing to prove are missing."""
    applications = Application.everywhere.filter(passport__in=held)
    by_passport = {application.passport_id: application for application in applications}
    found = {
        passport.pk: unproved(passport, application)
        for passport in held
        if (application := by_passport.get(passport.pk))
    }
    return {pk: channels for pk, channels in found.items() if channels}


def told_by_hr(before: StaffPassport, channels: Sequence[Channel], by: Actor) -> None:
    """HR has changed addresses of this passport: its holder is told where they are known to read. They log in as
    before. A way back in by the number that stood there is over.
    """
    if before.holder is None:
        return
    known = _known(before, before.holder, _application(before))
    for channel in channels:
        tell_of_change(before, channel, known, by_hr=True)
    if Channel.TEXT in channels:
        recovering.end_for_another_number(before.holder.pk, before.organisation, by)


def take_over(before: StaffPassport, channel: Channel, value: str) -> bool:
    """In the caller's transaction, the passport held: its holder has proved the address, and it stands on the record.

    The account follows where it logged in by the one that was proved before; whoever reads that one is told. False
    where it was proved already: then nothing changes. `before` is the passport as it stood.
    """
    application, holder = _application(before), before.holder
    assert holder
    key = email_key(value) if channel is Channel.EMAIL else value
    old = _proved(application, channel) if application else proofs.key_of(before, channel)
    if old == key:
        return False
    tell_of_change(before, channel, _known(before, holder, application))
    # The account before the application: as `recovering.finish`, which tells `proved_by_logging_in`, holds them.
    if channel is Channel.EMAIL:
        own_accounts.follow_address(holder.pk, old=old or "", new=value)
    else:
        own_accounts.follow_phone(holder.pk, old=old, new=value)
    if application:
        column = _PROVED[channel]
        Application.everywhere.filter(pk=application.pk).update(
            **{column: key, f"{column}_at": timezone.now()}
        )
    return True


def proved_by_logging_in(user: User, phone: str) -> None:
    """In the caller's transaction: the number that stands on these records was proved by a code to log in."""
    held = StaffPassport.everywhere.filter(holder=user, phone=phone)
    for application in Application.everywhere.filter(passport__in=held).exclude(phone_proved=phone):
        Application.everywhere.filter(pk=application.pk).update(
            phone_proved=phone, phone_proved_at=timezone.now()
        )
        record(
            Kind.CHANNEL_PROVED,
            actor=Actor.holder(application.passport_id),
            organisation_id=application.organisation_id,
            subject=application.passport_id,
            detail=WORDS[Channel.TEXT],
        )


def _known(
    passport: StaffPassport, holder: User, application: Application | None
) -> set[tuple[Channel, str]]:
    """Where the holder is known to read: what they log in by, and what they have proved to this trust."""
    found = {(Channel.EMAIL, holder.email), (Channel.TEXT, holder.phone)}
    if application:
        found |= {(channel, _proved(application, channel)) for channel in Channel}
    return {(channel, address) for channel, address in found if address}


def _proved(application: Application, channel: Channel) -> str | None:
    proved: str | None = getattr(application, _PROVED[channel])
    return proved


def _application(passport: StaffPassport) -> Application | None:
    found: Application | None = (
        Application.objects.of(passport.organisation).filter(passport=passport).first()
    )
    return found
