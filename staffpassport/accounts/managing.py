"""What senior portal administrators do to the portal users of their trust.

A trust's users are changed one at a time: each verb locks the trust, and looks only then whether whoever asks is still
a senior portal administrator and whether another one is left. Nothing here tells whether another trust knows a person.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from staffpassport.accounts import notices, sessions
from staffpassport.accounts.actions import known_or_new
from staffpassport.accounts.administrators import senior_administrators
from staffpassport.accounts.mails import mail_welcome
from staffpassport.accounts.models import Membership
from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, event, write
from staffpassport.organisations.access import Permission, Role
from staffpassport.organisations.models import Organisation
from staffpassport.roster.values import email_key

NOT_ALLOWED = "You are not a senior portal administrator any more. Nothing was changed"
ONESELF = "You cannot change your own role or disable yourself. Ask another senior portal administrator"
LAST_ONE = "This is the only senior portal administrator. Give somebody else that role first"
CHANGED_MEANWHILE = (
    "Somebody else has changed this account since you opened the page. Here is how it stands now"
)
DISABLED = "This account is disabled. Enable it first"
WAS_HERE = "This person has logged in already and needs no link"


class RefusedError(Exception):
    """It cannot be done, for a reason that the page says. Nothing was written."""

    def __init__(self, sentence: str | Promise) -> None:
        self.sentence = str(sentence)  # in the language of now
        super().__init__(self.sentence)


class KnownHereError(Exception):
    """The address is that of a portal user of this very trust, disabled or not. Nothing was written."""

    def __init__(self, membership: Membership) -> None:
        super().__init__("a portal user of the trust already")
        self.membership = membership


@transaction.atomic
def add_user(
    *, membership: UUID, email: str, name: str, role: Role, by: Membership, network_address: str | None
) -> bool:
    """A new portal user of the trust of `by`. The person gets an e-mail with the way in; the other senior
    administrators are told.

    `membership` is the id of the new membership, which makes it safe to repeat: False where it is there already.
    Raises KnownHereError or RefusedError.
    """
    organisation, actor = hold(by, network_address)
    if _users_of(organisation).filter(pk=membership).exists():
        return False
    if known := known_here(organisation, email):
        raise KnownHereError(known)
    user = known_or_new(email=email, name=name)
    made = Membership.everywhere.create(
        pk=membership, organisation=organisation, user=user, name=name, role=role
    )
    happened = _record(Kind.USER_CREATED, made, actor, role.label)
    mail_welcome(made)
    notices.tell_of_account(happened, made, by, purpose=notices.ACCOUNT_ADDED)
    return True


@transaction.atomic
def change_user(
    *,
    membership: UUID,
    name: str,
    role: Role,
    seen: str,
    by: Membership,
    network_address: str | None,
) -> list[str]:
    """Writes another name or role; returns what was changed: "name", "role". A changed role ends the person's
    sessions here, and is told to the person and the other senior administrators.

    `seen` is the `version_of` what the page showed. Raises Membership.DoesNotExist or RefusedError.
    """
    organisation, actor = hold(by, network_address)
    user = _users_of(organisation).get(pk=membership)
    differing = [what for what, new in (("name", name), ("role", role)) if getattr(user, what) != new]
    if not differing:
        return []
    if seen != version_of(user):
        raise RefusedError(CHANGED_MEANWHILE)
    if "role" in differing:
        _change_role(user, role, by, actor)
    if "name" in differing:
        _users_of(organisation).filter(pk=user.pk).update(name=name)
        _record(Kind.USER_RENAMED, user, actor)
    return differing


@transaction.atomic
def disable_user(*, membership: UUID, by: Membership, network_address: str | None) -> bool:
    """Closes this trust's portal to somebody, at once. False where it is closed. Other trusts' stay open.

    Raises Membership.DoesNotExist or RefusedError.
    """
    organisation, actor = hold(by, network_address)
    user = _users_of(organisation).get(pk=membership)
    if user.ended_at:
        return False
    _refuse_oneself(user, by)
    _refuse_the_last(user)
    _users_of(organisation).filter(pk=user.pk).update(ended_at=timezone.now())
    sessions.end_all_in(user)
    _record(Kind.USER_DISABLED, user, actor)
    return True


@transaction.atomic
def enable_user(*, membership: UUID, by: Membership, network_address: str | None) -> bool:
    """Opens the portal again to somebody who was disabled; the other senior administrators are told. False where it is
    open. As `disable_user`.
    """
    organisation, actor = hold(by, network_address)
    user = _users_of(organisation).get(pk=membership)
    if not user.ended_at:
        return False
    _users_of(organisation).filter(pk=user.pk).update(ended_at=None, role_since=timezone.now())
    happened = _record(Kind.USER_ENABLED, user, actor, Role(user.role).label)
    notices.tell_of_account(happened, user, by, purpose=notices.ACCOUNT_ENABLED)
    return True


@transaction.atomic
def send_link_again(*, membership: UUID, by: Membership, network_address: str | None) -> None:
    """Sends somebody who has not logged in here yet the e-mail with the way in once more. An earlier link ends.

    Raises Membership.DoesNotExist or RefusedError.
    """
    organisation, actor = hold(by, network_address)
    user = _users_of(organisation).get(pk=membership)
    if user.ended_at:
        raise RefusedError(DISABLED)
    if user.last_seen_at:
        raise RefusedError(WAS_HERE)
    mail_welcome(user)
    _record(Kind.LINK_SENT, user, actor)


def known_here(organisation: Organisation, email: str) -> Membership | None:
    """The portal user of this trust with this address."""
    return _users_of(organisation).filter(user__email=email_key(email)).first()


def version_of(user: Membership) -> str:
    """What a page keeps of what it showed of somebody."""
    return f"{user.role} {user.name}"


def hold(by: Membership, network_address: str | None) -> tuple[Organisation, Actor]:
    """Locks the trust, in a way that invitations are not held up by, and makes sure of whoever asks."""
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=by.organisation_id)
    now = _users_of(organisation).filter(pk=by.pk, ended_at=None).first()
    if now is None or not now.may(Permission.MANAGE_USERS):
        raise RefusedError(NOT_ALLOWED)
    return organisation, Actor.person(by.user_id, by.name, network_address)


def _users_of(organisation: Organisation) -> QuerySet[Membership]:
    return Membership.objects.of(organisation).select_related("user", "organisation")


def _change_role(user: Membership, role: Role, by: Membership, actor: Actor) -> None:
    before = Role(user.role)
    _refuse_oneself(user, by)
    _refuse_the_last(user)
    _users_of(user.organisation).filter(pk=user.pk).update(role=role, role_since=timezone.now())
    sessions.end_all_in(user)
    happened = _record(Kind.ROLE_CHANGED, user, actor, f"from {before.label} to {role.label}")
    user.role = role
    notices.tell_of_changed_role(happened, user, by)


def _refuse_oneself(user: Membership, by: Membership) -> None:
    if user.pk == by.pk:
        raise RefusedError(ONESELF)


def _refuse_the_last(user: Membership) -> None:
    """Whoever loses a role or the account must not be the last who can manage the trust's users."""
    if user.role == Role.SENIOR_ADMINISTRATOR and not user.ended_at:
        others = senior_administrators(user.organisation).exclude(pk=user.pk)
        if not others.exists():
            raise RefusedError(LAST_ONE)


def _record(kind: Kind, user: Membership, actor: Actor, detail: str = "") -> UUID:
    """Writes the event and returns its id."""
    happened = event(
        kind, actor=actor, organisation_id=user.organisation_id, subject=user.user_id, detail=detail
    )
    write([happened])
    return happened.pk
