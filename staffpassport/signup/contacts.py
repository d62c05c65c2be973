"""Where the codes go by which a staff member logs in."""

from __future__ import annotations

from staffpassport.accounts.holders import Contact
from staffpassport.accounts.models import User
from staffpassport.passports.models import StaffPassport


def of_holder(user: User) -> Contact | None:
    """As the newest passport that the user holds has it; None where they hold none."""
    held = StaffPassport.everywhere.filter(holder=user.pk).select_related("organisation")
    newest = held.order_by("-id").first()
    return Contact(newest.organisation, newest.phone) if newest else None
