"""A staff member with an account of their own, who works in no trust's portal."""

from __future__ import annotations

from typing import Any

from staffpassport.accounts.models import User
from staffpassport.codes import digits
from staffpassport.codes.models import SecurityCode
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from tests import making


def holder(trust: Organisation, **given: Any) -> User:
    """Somebody who has signed up with the trust, by a password (`making.PASSWORD`)."""
    passport = making.passport(trust, **given)
    user = User.objects.create_user(email=passport.email, name=passport.full_name)
    user.set_password(making.PASSWORD)
    user.save()
    hold(passport, user)
    return user


def hold(passport: StaffPassport, user: User) -> None:
    """The passport is this user's from now on, who has proved its phone."""
    StaffPassport.everywhere.filter(pk=passport.pk).update(holder=user)
    user.phone = passport.phone
    user.save(update_fields=["phone"])


def newest_code() -> str:
    """The digits of the code that was sent last."""
    return digits.of(SecurityCode.objects.latest("made_at").pk)
