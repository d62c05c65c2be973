"""Sending a security code and trying one. All limits stand in the database, so more processes do not loosen them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from staffpassport.codes import digits
from staffpassport.codes.mails import PURPOSE
from staffpassport.codes.models import Proving, SecurityCode
from staffpassport.codes.retention import KEPT
from staffpassport.messaging.outbox import Draft, enqueue
from staffpassport.messaging.states import Channel, Urgency
from staffpassport.organisations.models import Organisation

LIVES = timedelta(minutes=5)
PAUSE = timedelta(seconds=30)
TRIES_A_CODE = 5
TRIES_AN_HOUR = 10
CODES_AN_HOUR = 10


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom a code is for and what it opens: `about` is an id as text, `purpose` a short word of the caller's room.

    Codes and wrong tries are counted for these together, whatever the address. The organisation is the one in whose
    name the code is sent.
    """

    organisation: Organisation
    about: str
    purpose: str
    channel: Channel


class Sending(enum.StrEnum):
    """What became of asking for a code."""

    SENT = "sent"
    TOO_SOON = "too-soon"  # the one before is not 30 seconds old: it may still arrive
    TOO_MANY = "too-many"  # ten within an hour


class Trying(enum.StrEnum):
    """What became of typing one."""

    RIGHT = "right"
    WRONG = "wrong"
    SPENT = "spent"  # no code is left that could be right: too old, used, replaced, or five wrong tries
    TOO_MANY = "too-many"  # ten wrong tries within an hour


@transaction.atomic
def send_code(receiver: Receiver, *, address: str) -> Sending:
    """Queues a new code to an address, which ends the one before."""
    proving, now = _take_turn(receiver), timezone.now()
    if _codes(proving).filter(made_at__gt=now - PAUSE).exists():
        return Sending.TOO_SOON
    if _codes(proving).filter(made_at__gt=now - KEPT).count() >= CODES_AN_HOUR:
        return Sending.TOO_MANY
    code = SecurityCode.objects.create(proving=proving, address=digits.address_digest(address), made_at=now)
    enqueue(
        [
            Draft(
                organisation_id=receiver.organisation.id,
                about=str(code.pk),
                purpose=PURPOSE,
                channel=receiver.channel,
                idempotency_key=PURPOSE,
                recipient=address,
                urgency=Urgency.CODE,
                not_after=now + LIVES,
            )
        ]
    )
    return Sending.SENT


@transaction.atomic
def try_code(receiver: Receiver, *, address: str, typed: str) -> Trying:
    """Whether these are the digits of the newest code, which was sent to this address. A right one is good once."""
    proving, now = _take_turn(receiver), timezone.now()
    if _wrong_tries(proving, now) >= TRIES_AN_HOUR:
        return Trying.TOO_MANY
    code = _codes(proving).order_by("-made_at", "-id").first()
    if code is None or not _is_good(code, address, now):
        return Trying.SPENT
    good = SecurityCode.objects.filter(pk=code.pk, used_at=None, tries__lt=TRIES_A_CODE)
    if digits.fit(code.pk, typed):
        return Trying.RIGHT if good.update(used_at=now) else Trying.SPENT
    good.update(tries=F("tries") + 1)
    return Trying.WRONG if code.tries + 1 < TRIES_A_CODE else Trying.SPENT


def seconds_until_next(receiver: Receiver) -> int:
    """How long until a new code may be asked for; 0 where it may be now."""
    codes = SecurityCode.objects.filter(
        proving__about=receiver.about,
        proving__purpose=receiver.purpose,
        proving__channel=receiver.channel,
    )
    newest = codes.order_by("-made_at").first()
    if newest is None:
        return 0
    left = (newest.made_at + PAUSE - timezone.now()).total_seconds()
    return max(0, int(left + 0.999))


def forget(about: str) -> None:
    """Deletes all codes about somebody, who is being erased."""
    Proving.everywhere.filter(about=about).delete()


def _take_turn(receiver: Receiver) -> Proving:
    """The locked row of this receiver, made where it is missing: whoever sends or tries waits here."""
    named = {"about": receiver.about, "purpose": receiver.purpose, "channel": receiver.channel}
    locked = Proving.everywhere.select_for_update().filter(**named)
    found = locked.first()
    if found is None:
        new = Proving(organisation=receiver.organisation, **named)
        Proving.everywhere.bulk_create([new], ignore_conflicts=True)
        found = locked.get()
    proving: Proving = found
    if proving.organisation_id != receiver.organisation.pk:
        # Somebody of two trusts, who now works in another one: the counts go on, the code comes in the other's name.
        proving.organisation = receiver.organisation
        proving.save(update_fields=["organisation"])
    return proving


def _is_good(code: SecurityCode, address: str, now: datetime) -> bool:
    lives = code.used_at is None and code.tries < TRIES_A_CODE and now < code.made_at + LIVES
    return lives and bytes(code.address) == digits.address_digest(address)


def _wrong_tries(proving: Proving, now: datetime) -> int:
    """How many wrong ones were typed within the last hour, by when their codes were sent: five minutes before that."""
    lately = _codes(proving).filter(made_at__gt=now - KEPT - LIVES)
    return int(lately.aggregate(wrong=Sum("tries"))["wrong"] or 0)


def _codes(proving: Proving) -> QuerySet[SecurityCode]:
    return SecurityCode.objects.filter(proving=proving)
