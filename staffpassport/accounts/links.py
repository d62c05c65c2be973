"""One-time links by which somebody chooses a password."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from staffpassport.accounts import holders
from staffpassport.accounts.models import User

PRINTED_LIVES = timedelta(hours=1)
MAILED_LIVES = timedelta(days=7)
_SALT = "choose password"


def end_links(user: User) -> None:
    """The links there are stop working, in the caller's transaction: the next one is the only one."""
    User.objects.filter(pk=user.pk).update(link_number=F("link_number") + 1)
    user.refresh_from_db(fields=["link_number"])


def password_link(user: User, *, lives: timedelta) -> str:
    """An address that lets whoever holds it choose the user's password, once, for as long as it lives."""
    token = signing.dumps(
        {
            "user": str(user.pk),
            "while": _present_state(user),
            "until": (timezone.now() + lives).timestamp(),
        },
        salt=_SALT,
    )
    return settings.BASE_URL + reverse("choose-password", args=[token])


def user_of(token: str) -> User | None:
    """The user whose password the link may set; None where it is wrong, used, too old or followed by another, or where
    the user has been disabled in every trust and holds no passport.
    """
    try:
        claim = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=UUID(claim["user"]), is_active=True).first()
    if not user or claim["until"] < timezone.now().timestamp() or claim["while"] != _present_state(user):
        return None
    return user if may_use(user) else None


def may_use(user: User) -> bool:
    """Whether a link of this user opens anything: for whoever works in a trust's portal, or holds a passport."""
    return user.is_active and bool(holders.works_in_a_portal(user) or holders.contact_of(user))


def _present_state(user: User) -> str:
    """Changes with the password, which makes a link good only once, and with each new link."""
    return salted_hmac(_SALT, f"{user.link_number}:{user.password}", algorithm="sha256").hexdigest()[:16]
