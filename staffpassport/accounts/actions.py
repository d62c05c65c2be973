"""What is done to portal users: made, given a password."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from staffpassport.accounts import sessions
from staffpassport.accounts.models import Membership, User
from staffpassport.accounts.network import by_themselves
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
    """A portal user with a role in the organisation; somebody known from another trust keeps one account, and
    somebody disabled here comes back.

    Raises AlreadyAMemberError where the person has a role here already.
    """
    user = known_or_new(email=email, name=name, practice=practice)
    here = Membership.objects.of(organisation).filter(user=user)
    back = {"ended_at": None, "name": name, "role": role, "role_since": timezone.now()}
    if not here.exclude(ended_at=None).update(**back):
        if here.exists():
            raise AlreadyAMemberError(f"{email} is already a portal user of {organisation}.")
        Membership.everywhere.create(organisation=organisation, user=user, name=name, role=role)
    record(
        Kind.USER_CREATED,
        actor=by,
        organisation_id=organisation.id,
        subject=user.id,
        detail=role.label,
    )
    return user


def known_or_new(*, email: str, name: str, practice: bool = False) -> User:
    """The person with this address, also where another trust adds them at the same moment."""
    user = User.objects.filter(email=email_key(email)).first()
    if user is None:
        try:
            with transaction.atomic():
                return User.objects.create_user(email=email, name=name, practice=practice)
        except IntegrityError:
            user = User.objects.get(email=email_key(email))
    return user


@transaction.atomic
def set_password(*, user: User, password: str, network_address: str | None) -> None:
    """The user's own choice, by a one-time link. Whoever was logged in as this user is logged out."""
    user.set_password(password)
    user.save(update_fields=["password"])
    sessions.end_all_of(user)
    record(
        Kind.PASSWORD_SET,
        actor=by_themselves(user, network_address),
        organisation_id=None,
        subject=user.id,
    )
