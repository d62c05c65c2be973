"""The last step: the application is sent, once, whoever sends it at the same moment."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from staffpassport.accounts import own_accounts, passkeys
from staffpassport.accounts.models import User
from staffpassport.accounts.passkeys import NewPasskey
from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record
from staffpassport.invitations.holding import hold
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.standing import Standing, standing_of
from staffpassport.messaging import outbox
from staffpassport.passports.editing import edit, version_of
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.roster.values import email_key
from staffpassport.signup import proofs
from staffpassport.signup.answering import wanted
from staffpassport.signup.mails import tell_what_happens_next
from staffpassport.signup.models import Application, ContactCorrection


class Sent(enum.StrEnum):
    """What came of it."""

    NOW = "now"
    ALREADY = "already"  # by another tab, or a second click
    NOT_YET = "not-yet"  # something has changed: a page before this one says what
    ACCOUNT_THERE = "account-there"  # somebody has made an account of this address meanwhile


@dataclass(frozen=True, slots=True)
class NewAccount:
    """The way back in that was chosen: a password, as it is stored, or a passkey that was made for this id."""

    password: str = ""
    passkey: NewPasskey | None = None

    @classmethod
    def in_session(cls, kept: dict[str, Any]) -> NewAccount:
        """What the person has chosen in this session."""
        return cls(password=kept.get("password", ""), passkey=kept.get("passkey"))


@transaction.atomic
def send(
    *,
    invitation: Invitation,
    by: Any,
    kept: dict[str, Any],
    seen: str,
    account: User | NewAccount,
    network_address: str | None,
) -> tuple[Sent, User | None]:
    """Signs the person up: account, passport and invitation, all in one go.

    `kept` is the session's proof of the addresses, looked at again under the lock: HR may have corrected one a moment
    ago. `seen` is the `version_of` the passport that the check page showed. Where it is another one by now nothing is
    written, and the page shows what stands there.
    """
    organisation, now = invitation.organisation, timezone.now()
    held = hold(organisation, [invitation.passport_id])
    passport, newest = held.passports.get(invitation.passport_id), held.newest(invitation.passport_id)
    application = (
        Application.objects.of(organisation)
        .select_for_update()
        .filter(passport_id=invitation.passport_id)
        .first()
    )
    if passport is None or newest is None or application is None:
        return Sent.NOT_YET, None
    if newest.pk == invitation.pk and newest.accepted_at:
        return Sent.ALREADY, None
    ready = (
        newest.pk == invitation.pk
        and standing_of(newest, now) is Standing.OPEN
        and passport.status == Status.INVITATION_SENT
        and application.details_at
        and application.numbers_at
        and version_of(passport) == seen
        and proofs.still_to_prove(kept, newest, by, passport) is None
        and not ContactCorrection.objects.of(organisation).filter(passport=passport, decided_at=None).exists()
    )
    if not ready:
        return Sent.NOT_YET, None
    user = _held(account) if isinstance(account, User) else _new_user(passport, application, account)
    if user is None:
        return Sent.ACCOUNT_THERE, None
    actor = Actor.holder(passport.pk, network_address)
    passport.organisation = organisation
    edit(
        organisation=organisation,
        passport=passport.pk,
        profile=wanted(passport, application),
        seen=seen,
        by=actor,
    )
    Invitation.objects.of(organisation).filter(pk=newest.pk).update(accepted_at=now)
    StaffPassport.objects.of(organisation).filter(pk=passport.pk).update(
        holder=user, status=Status.APPOINTMENT_NEEDED
    )
    Application.objects.of(organisation).filter(pk=application.pk).update(sent_at=now, answers={})
    if phone := _proved_phone(passport, application):
        own_accounts.follow_phone(user.pk, old=None, new=phone)
    outbox.cancel([str(one.pk) for one in held.invitations[passport.pk]], organisation=organisation)
    record(Kind.SIGNED_UP, actor=actor, organisation_id=organisation.pk, subject=passport.pk)
    tell_what_happens_next(application, passport)
    return Sent.NOW, user


def _proved_phone(passport: StaffPassport, application: Application) -> str | None:
    """The number on the record where it was proved: not where no texts are sent."""
    return passport.phone if application.phone_proved == passport.phone else None


def _held(account: User) -> User | None:
    """An account that is there, locked; None where it went meanwhile, with the last passport that it held."""
    return account if own_accounts.locked([account.pk]) else None


def _new_user(passport: StaffPassport, application: Application, account: NewAccount) -> User | None:
    """The account, by the proved address; None where there is one by now, which only its owner may add to."""
    details = wanted(passport, application).details
    user = User(email=email_key(passport.email), name=details.full_name)
    if account.passkey:
        user.pk = UUID(account.passkey["user"])
    if account.password:
        user.password = account.password
    else:
        user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            if account.passkey:
                passkeys.keep(user, account.passkey, _("Made when you signed up"))
    except IntegrityError:
        return None
    return user
