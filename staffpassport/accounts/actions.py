"""What is done to portal users: made, given a password."""

from __future__ import annotations

from django.db import transaction

from staffpassport.accounts.models import Membership, User
from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.roster.values import email_key


class AlreadyAMemberError(ValueError):
    """The person already has a role in this organisation."""


@transaction.atomic
def create_portal_user(
    *, organisation: Organisation, email: str, name: str, role: Role, by: Actor, practice: bool = False
) -> User:
    """A portal user with a role in the organisation; somebody known from another trust keeps one account.

    Raises AlreadyAMemberError where the person has a role here already.
    """
    user = User.objects.filter(email=email_key(email)).first()
    if user is None:
        user = User.objects.create_user(email=email, name=name, practice=practice)
    elif Membership.objects.of(organisation).filter(user=user, ended_at=None).exists():
        raise AlreadyAMemberError(f"{email} is already a portal user of {organisation}.")
    Membership.everywhere.create(organisation=organisation, user=user, role=role)
    record(
        Kind.USER_CREATED,
        actor=by,
        organisation_id=organisation.id,
        subject=user.id,
        detail=role.label,
    )
    return user


@transaction.atomic
def set_password(*, user: User, password: str, network_address: str | None) -> None:
    """The user's own choice, by a one-time link."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record(
        Kind.PASSWORD_SET,
        actor=Actor.person(user.id, user.name, network_address),
        organisation_id=None,
        subject=user.id,
    )
