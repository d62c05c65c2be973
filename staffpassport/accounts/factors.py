"""Second factors: who has one, and whether this session has proved one."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.authentication import get_authentication_records
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from staffpassport.accounts import holders
from staffpassport.accounts.models import User

# Of a proof: it is one by the rules of staff members.
OF_STAFF = "of_staff"
# What keeps an account by itself. Recovery codes, and codes by text, stand beside one of these.
STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

_SET_UP_HERE = "second_factor_set_up_by"
_CODES_TO_KEEP = "recovery_codes_to_keep"
# A code is good for its own 30 seconds and, for clocks that are off, the 30 before and after.
_CODE_LIVES_SECONDS = 90


def _fernet() -> MultiFernet:
    from base64 import urlsafe_b64encode

    return MultiFernet(
        [
            Fernet(
                urlsafe_b64encode(salted_hmac("second factors", "", secret=key, algorithm="sha256").digest())
            )
            for key in settings.FACTOR_KEYS
        ]
    )


def encrypt(text: str) -> str:
    """A secret, as it may stand in the database; by the newest of FACTOR_KEYS."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """The secret again, by whichever of FACTOR_KEYS it was encrypted with.

    Raises cryptography.fernet.InvalidToken where none of the keys fits.
    """
    return _fernet().decrypt(text.encode()).decode()


def has_one(user: User) -> bool:
    """Whether the person has set up a factor: an authenticator app or a passkey. Recovery codes alone are none."""
    return bool(strong_ones(user).exists())


def strong_ones(user: User) -> QuerySet[Authenticator]:
    """The person's authenticator app and passkeys, in the order in which they were added."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=user, type__in=STRONG)
    return found.order_by("created_at", "pk")


@dataclass(frozen=True, slots=True)
class Ways:
    """By what a person can show that it is them."""

    app: bool
    passkey: bool
    recovery_codes: bool


def ways_of(user: User) -> Ways:
    """What this person has set up."""
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return Ways(
        app=Authenticator.Type.TOTP in kinds,
        passkey=Authenticator.Type.WEBAUTHN in kinds,
        recovery_codes=Authenticator.Type.RECOVERY_CODES in kinds,
    )


def what_it_is(factor: Authenticator) -> str:
    """One of a few words of ours, as events and e-mails name it: what the person calls it may be about them."""
    if factor.type == Authenticator.Type.WEBAUTHN:
        return "passkey" if factor.data["alone"] else "security key"
    return "authenticator app" if factor.type == Authenticator.Type.TOTP else "recovery codes"


def name_of(factor: Authenticator) -> str:
    """What the person calls it, or what it is."""
    return str(factor.data.get("name") or gettext(what_it_is(factor).capitalize()))


def proved_in(request: HttpRequest) -> bool:
    """Whether the logged-in person proved a second factor in this very session. A staff member's code is none for
    whoever works in a trust's portal, also since a moment ago.
    """
    user = request.user
    if not isinstance(user, User):
        return False
    if request.session.get(_SET_UP_HERE) == str(user.pk):
        return True
    given = [one for one in get_authentication_records(request, user) if one.get("method") == "mfa"]
    if all(one.get(OF_STAFF) for one in given):
        return bool(given) and not holders.works_in_a_portal(user)
    return True


def secret_to_set_up(request: HttpRequest) -> str:
    """The key that the person is adding to an authenticator app: the same for the whole session.

    It waits where allauth looks for it, but encrypted: sessions stand in the database too.
    """
    kept = request.session.get(SECRET_SESSION_KEY)
    if kept:
        try:
            return decrypt(kept)
        except InvalidToken:
            pass  # FACTOR_KEYS have changed
    secret = str(generate_totp_secret())
    request.session[SECRET_SESSION_KEY] = encrypt(secret)
    return secret


def remember_set_up(request: HttpRequest) -> None:
    """The person has just shown a factor while setting it up: that proves it for this session."""
    request.session[_SET_UP_HERE] = str(request.user.pk)
    request.session[_CODES_TO_KEEP] = True


@dataclass(frozen=True, slots=True)
class ToScan:
    """How an authenticator app gets a key: a QR code (SVG), or the key in groups of four to type."""

    picture: str
    key: str


def to_scan(user: User, secret: str) -> ToScan:
    """This key for the app of this person."""
    adapter = get_adapter()
    return ToScan(
        picture=adapter.build_totp_svg(adapter.build_totp_url(user, secret)),
        key=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
    )


def forget_secret(request: HttpRequest) -> None:
    """The key was added, or is not wanted any more."""
    request.session.pop(SECRET_SESSION_KEY, None)


def show_codes(request: HttpRequest) -> None:
    """There are new recovery codes, made in this session: the next page is the one that shows them."""
    request.session[_CODES_TO_KEEP] = True


def remember_codes_not_kept(request: HttpRequest) -> None:
    """At log-in: whoever went away before saying that the recovery codes are kept gets to see them again."""
    codes = _recovery_codes_of(request)
    if codes and not codes.did_view:
        request.session[_CODES_TO_KEEP] = True


def recovery_codes_to_keep(request: HttpRequest) -> list[str]:
    """The codes to show: until the person says that they are kept, and never again after.

    Only in a session in which a second factor was proved, as they are as good as one.
    """
    if not request.session.get(_CODES_TO_KEEP) or not proved_in(request):
        return []
    codes = _recovery_codes_of(request)
    return codes.get_unused_codes() if codes and not codes.did_view else []


def recovery_codes_left(user: User) -> int:
    """How many of the person's recovery codes are not used yet."""
    codes = _codes_of(user)
    return len(codes.get_unused_codes()) if codes else 0


def recovery_codes_kept(request: HttpRequest) -> None:
    """The person has kept the codes: they are not shown again."""
    codes = _recovery_codes_of(request)
    if codes and proved_in(request):
        codes.mark_as_viewed()
        request.session.pop(_CODES_TO_KEEP, None)


def use_code_once(user: User, code: str) -> bool:
    """Whether this is the first use of a code while it lives, however it is typed: `123 456` is `123456`.

    allauth forgets a used code after 30 seconds, less than it lives when a clock may be off by half a minute.
    """
    same = normalize_user_code(code)
    digest = salted_hmac("used code", f"{user.pk}:{same}", algorithm="sha256").hexdigest()
    return bool(cache.add(f"used-code:{digest}", "used", timeout=_CODE_LIVES_SECONDS))


def _recovery_codes_of(request: HttpRequest) -> RecoveryCodes | None:
    return _codes_of(request.user) if isinstance(request.user, User) else None


def _codes_of(user: User) -> RecoveryCodes | None:
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return RecoveryCodes(found) if found else None
