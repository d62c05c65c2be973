"""Who writes to a staff member who logs in, and what their records have."""

from __future__ import annotations

from staffpassport.accounts.holders import Contact
from staffpassport.accounts.models import User
from staffpassport.passports.models import StaffPassport


def of_holder(user: User) -> Contact | None:
    """In the name of the newest passport that the user holds; None where they hold none."""
    held = StaffPassport.everywhere.filter(holder=user.pk).select_related("organisation").order_by("-id")
    passports = list(held)
    if not passports:
        return None
    written = max(passports, key=lambda passport: passport.phone_since or passport.created_at)
    return Contact(passports[0].organisation, written.phone, written.organisation)
