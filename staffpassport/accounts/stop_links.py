"""Addresses of pages that stop what was begun about somebody: whoever holds one need not log in."""

from __future__ import annotations

from uuid import UUID

from django.core import signing
from django.urls import reverse


def path(page: str, pk: UUID, *, salt: str) -> str:
    """Of the page of this name, for what this id names."""
    return reverse(page, args=[signing.dumps(str(pk), salt=salt)])


def named(token: str, *, salt: str) -> UUID | None:
    """What an address names; None where it is wrong."""
    try:
        return UUID(signing.loads(token, salt=salt))
    except (signing.BadSignature, ValueError):
        return None
