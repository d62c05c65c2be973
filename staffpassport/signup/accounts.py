"""The account that the passport is added to: one that the person has already, or a new one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from staffpassport.accounts import factors
from staffpassport.accounts.models import Membership, User
from staffpassport.roster.values import email_key


def of_address(email: str) -> User | None:
    """The account of this address, None where there is none."""
    return User.objects.filter(email=email_key(email)).first()


def is_theirs(request: HttpRequest, kept: dict[str, Any], account: User | None) -> bool:
    """Whether whoever sits at this browser may add a passport to the account.

    They have made it in this session, or logged in to it. Whoever works in a trust's portal has given the second
    factor too; of everybody else the password counts, beside the codes that they have given here.
    """
    if account is None or not account.is_active:
        return False
    if kept.get("account") == str(account.pk):
        return True
    if request.user != account:
        return False
    works_in_a_portal = Membership.everywhere.filter(user=account, ended_at=None).exists()
    return factors.proved_in(request) or not (works_in_a_portal or factors.has_one(account))
