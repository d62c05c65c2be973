"""What becomes of a staff member's account when their passport changes or goes."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from staffpassport.accounts.models import Membership, User
from staffpassport.roster.values import email_key


def follow_address(user: UUID, *, old: str, new: str) -> bool:
    """In the caller's transaction: who logged in by the old e-mail address does so by the new one. Returns whether.

    Not where another account has the new address, nor for whoever has or had a role in a trust's portal: there the
    address is the trust's to choose. Links that went to the old address stop working.
    """
    if Membership.everywhere.filter(user=user).exists():
        return False
    try:
        with transaction.atomic():
            moved = User.objects.filter(pk=user, email=email_key(old)).update(
                email=email_key(new), link_number=F("link_number") + 1
            )
    except IntegrityError:
        return False
    return bool(moved)


def follow_phone(user: UUID, *, old: str | None, new: str) -> bool:
    """In the caller's transaction: whose codes went to the old number gets them at the new one. Returns whether.

    `old` is None where none was proved before. Not where codes go to another number, as one proved to another trust.
    """
    return bool(User.objects.filter(pk=user).filter(Q(phone=None) | Q(phone=old)).update(phone=new))


def locked(users: Collection[UUID]) -> list[UUID]:
    """These accounts, held until the end of the caller's transaction: nobody gives them a passport meanwhile."""
    if not users:
        return []
    held = User.objects.filter(pk__in=users).order_by("pk").select_for_update()
    return list(held.values_list("pk", flat=True))


def forget(users: Collection[UUID]) -> None:
    """Deletes accounts that hold no passport any more, with their factors. Whoever has or had a role in some trust's
    portal stays.
    """
    members = Membership.everywhere.filter(user__in=users).values_list("user_id", flat=True)
    User.objects.filter(pk__in=set(users) - set(members)).delete()
