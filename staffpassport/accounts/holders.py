"""How a staff member is reached who logs in to see their own passports and works in no trust's portal.

This room knows nothing of passports: the room that makes such accounts registers how to find out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from staffpassport.accounts.models import Membership, User
from staffpassport.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a staff member's codes go (`phone` in E.164), and in which trust's name."""

    organisation: Organisation
    phone: str


Resolver = Callable[[User], Contact | None]

_registered: list[Resolver] = []


def register(resolver: Resolver) -> None:
    """Adds a way to find a user's contact, in AppConfig.ready(); it answers None for whoever is no staff member.
    Registering it again changes nothing.
    """
    if resolver not in _registered:
        _registered.append(resolver)


def contact_of(user: User) -> Contact | None:
    """Where codes for this staff member go; None for whoever holds no passport."""
    found = (resolver(user) for resolver in _registered)
    return next((contact for contact in found if contact), None)


def staff_contact(user: User) -> Contact | None:
    """The same for whoever logs in by the rules of staff members: nobody of a trust's portal, whose rules are stricter
    and hold for their own passports too.
    """
    return None if works_in_a_portal(user) else contact_of(user)


def works_in_a_portal(user: User) -> bool:
    """Whether the user has an active membership of some trust."""
    return bool(Membership.everywhere.filter(user=user, ended_at=None).exists())
