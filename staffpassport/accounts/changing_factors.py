"""What people do to their own second factors and password. Each change is told to them by e-mail.

One person's factors are changed one at a time: each verb locks the person's row, and looks only then at what there is.
Whoever calls them has asked for a fresh factor, but where it is the first.
"""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction
from django.utils.text import format_lazy

from staffpassport.accounts import factors, holders, passkeys
from staffpassport.accounts.factor_notices import record_and_tell
from staffpassport.accounts.managing import RefusedError
from staffpassport.accounts.models import User
from staffpassport.accounts.passkeys import NewPasskey, PasskeyError
from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor
from staffpassport.ui.later import later as _

MOST_PASSKEYS = 20
HAS_ONE = _("Your account has a second factor already. Log in with it")
HAS_APP = _("Your account has an authenticator app already. Remove that one first")
TOO_MANY = format_lazy(_("Your account has {most} passkeys already. Remove one first"), most=MOST_PASSKEYS)
LAST_ONE = _("This is the only one that you have. Add another authenticator app or passkey first")
GONE = _("It was removed already")


@transaction.atomic
def add_app(*, user: User, secret: str, by: Actor, first: bool = False) -> None:
    """An authenticator app with this key, whose first code was right; and recovery codes, if there are none.

    `first`: it may be the only factor, and nothing was proved but a password. Raises RefusedError.
    """
    _hold(user, first=first)
    if factors.strong_ones(user).filter(type=Authenticator.Type.TOTP).exists():
        raise RefusedError(HAS_APP)
    _added(TOTP.activate(user, secret).instance, user, by)


@transaction.atomic
def add_passkey(*, user: User, new: NewPasskey, name: str, by: Actor, first: bool = False) -> None:
    """A passkey or security key, under this name; else as `add_app`."""
    _hold(user, first=first)
    if factors.strong_ones(user).filter(type=Authenticator.Type.WEBAUTHN).count() >= MOST_PASSKEYS:
        raise RefusedError(TOO_MANY)
    try:
        kept = passkeys.keep(user, new, name)
    except PasskeyError as error:
        raise RefusedError(error.sentence) from error
    _added(kept, user, by)


@transaction.atomic
def rename(*, user: User, factor: int, name: str, by: Actor) -> bool:
    """Another name for one of the person's factors; False where it has that name. Raises RefusedError."""
    _hold(user)
    held = _held(user, factor)
    if name == factors.name_of(held):
        return False
    held.data["name"] = name
    held.save(update_fields=["data"])
    record_and_tell(Kind.FACTOR_RENAMED, user, by=by, detail=factors.what_it_is(held))
    return True


@transaction.atomic
def remove(*, user: User, factor: int, by: Actor) -> None:
    """Takes one of the person's factors away, never the last one of a portal user: staff members get a code by text
    then. Raises RefusedError.
    """
    _hold(user)
    held = _held(user, factor)
    if is_the_last(user):
        raise RefusedError(LAST_ONE)
    held.delete()
    record_and_tell(Kind.FACTOR_REMOVED, user, by=by, detail=factors.what_it_is(held))


@transaction.atomic
def make_recovery_codes(*, user: User, by: Actor) -> None:
    """Ten new codes in place of those that there were."""
    _hold(user)
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    RecoveryCodes.activate(user)
    record_and_tell(Kind.RECOVERY_CODES_MADE, user, by=by)


@transaction.atomic
def change_password(*, user: User, password: str, by: Actor) -> None:
    """Another password. Whoever calls this ends the person's other sessions."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record_and_tell(Kind.PASSWORD_CHANGED, user, by=by)


def is_the_last(user: User) -> bool:
    """Whether the person has one strong factor alone, and needs it."""
    return factors.strong_ones(user).count() == 1 and not holders.staff_contact(user)


def _hold(user: User, *, first: bool = False) -> None:
    """Locks the person's row, in a way that nobody's write of a row that names them waits."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if first and factors.has_one(user):
        raise RefusedError(HAS_ONE)


def _held(user: User, factor: int) -> Authenticator:
    found = factors.strong_ones(user).select_for_update().filter(pk=factor).first()
    if found is None:
        raise RefusedError(GONE)
    return found


def _added(factor: Authenticator, user: User, by: Actor) -> None:
    RecoveryCodes.activate(user)
    record_and_tell(Kind.FACTOR_ADDED, user, by=by, detail=factors.what_it_is(factor))
