"""Staff members who have signed up, with an account of their own, and their browsers."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from staffpassport.accounts import own_accounts
from staffpassport.accounts.models import Membership, User
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.signup.models import Application, IdentityRoute
from staffpassport.signup.notices import VERSIONS
from tests import making
from tests.accounts.signing_in import give_fresh_code
from tests.checking import CheckingClient
from tests.identity.answering import signed_up


def owned(trust: Organisation, user: User | None = None, **given: Any) -> StaffPassport:
    """A passport that its person holds: by an account of theirs, or by this one."""
    status = given.pop("status", Status.APPOINTMENT_NEEDED)
    passport = signed_up(trust, status, **given)
    user = user or User.objects.create_user(email=passport.email, name=passport.full_name)
    StaffPassport.objects.of(trust).filter(pk=passport.pk).update(holder=user)
    own_accounts.follow_phone(user.pk, old=None, new=passport.phone)
    now = timezone.now()
    Application.everywhere.create(
        organisation=trust,
        passport=passport,
        begun_at=now,
        has_another=False,
        notices=dict(VERSIONS),
        notices_at=now,
        identity_route=IdentityRoute.APPOINTMENT,
        email_proved=passport.email_key,
        email_proved_at=now,
        phone_proved=passport.phone,
        phone_proved_at=now,
        details_at=now,
        numbers_at=now,
        sent_at=now,
    )
    passport.refresh_from_db()
    return passport


def browser_of(user: User | None) -> CheckingClient:
    """Logged in, with the second factor proved."""
    return making.logged_in(as_member(user))


def fresh_browser_of(user: User | None) -> CheckingClient:
    """The same, with a factor given once more a moment ago: an authenticator app, which the person gets for it."""
    browser = browser_of(user)
    assert user
    give_fresh_code(browser, user)
    return browser


def as_member(user: User | None) -> Membership:
    """What the helpers take that log somebody in. Nobody's membership: it is in no database."""
    assert user
    return Membership(user=user)
