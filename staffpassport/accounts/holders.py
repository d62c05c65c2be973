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
    """The trust in whose name a staff member is written to, and the number (E.164) that was written on a record of
    theirs last, with the trust whose record it is. It may not be theirs: what they have proved is `User.phone`.
    """

    organisation: Organisation
    phone: str
    phone_of: Organisation


Resolver = Callable[[User], Contact | None]

_registered: list[Resolver] = []


def register(resolver: Resolver) -> None:
    """Adds a way to find a user's contact, in AppConfig.ready(); it answers None for whoever is no staff member.
    Registering it again changes nothing.
    """
    if resolver not in _registered:
        _registered.append(resolver)


ProvedListener = Callable[[User, str], None]

_told: list[ProvedListener] = []


def register_proved(listener: ProvedListener) -> None:
    """Has a room above hear, in the transaction, that a user has proved a number (E.164) by a code to log in with. In
    AppConfig.ready(); registering again changes nothing.
    """
    if listener not in _told:
        _told.append(listener)


def proved(user: User, phone: str) -> None:
    """Tells those who registered."""
    for listener in _told:
        listener(user, phone)


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
