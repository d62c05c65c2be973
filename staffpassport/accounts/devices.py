"""Devices on which somebody has logged in: an e-mail tells of a new one, so that nobody logs in as another unseen.

A device is known by its browser's own word, which a cookie keeps (`browsers`). What the database has of it is of no use
without the cookie, and differs from user to user.
"""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from staffpassport.accounts import browsers, own_notices
from staffpassport.accounts.models import User
from staffpassport.accounts.network import person
from staffpassport.accounts.oneself import mail_oneself
from staffpassport.accounts.session_models import KnownDevice, UserSession
from staffpassport.audit.models import Kind
from staffpassport.audit.record import event, write


def greet(request: HttpRequest, response: HttpResponse, session: UserSession) -> None:
    """Somebody has just logged in: remembers the device. Where it is not the first one and new to this user, tells
    them. Whoever logs in for the first time of all has just chosen a password, and knows.
    """
    word = browsers.remember(request, response, session.user.email)
    _remember(request, session, _digest(word, session.user))


@transaction.atomic
def _remember(request: HttpRequest, session: UserSession, digest: bytes) -> None:
    now, devices = timezone.now(), KnownDevice.objects.filter(user=session.user)
    if devices.filter(digest=digest).update(last_used_at=now):
        return
    first = not devices.exists()
    KnownDevice.objects.bulk_create(
        [KnownDevice(user=session.user, digest=digest, last_used_at=now)], ignore_conflicts=True
    )
    if not first:
        happened = event(
            Kind.NEW_DEVICE,
            actor=person(session.user, request),
            organisation_id=None,
            subject=session.user_id,
            detail=session.device,
        )
        write([happened])
        mail_oneself(session.user, purpose=own_notices.NEW_DEVICE, about=happened.pk)


def forget_unused() -> None:
    """Deletes devices whose cookie no browser has any more. Reads first: mostly there are none."""
    unused = KnownDevice.objects.filter(last_used_at__lt=timezone.now() - browsers.LIVES)
    if unused.exists():
        unused.delete()


def _digest(word: str, user: User) -> bytes:
    return salted_hmac("device of a user", f"{user.pk}:{word}", algorithm="sha256").digest()
