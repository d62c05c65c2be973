"""How often a password or a code may be tried. The counts stand in the database, so they hold over all processes.

Each limit gives a few tries; then there is a wait, which grows as often as they are used up again and never gets long.
What strangers use up is not what a browser uses up in which the person has logged in before: nobody can lock somebody
out of their own computer, and in another browser a link by e-mail makes it one of theirs.

Known and unknown addresses are counted alike, by what was typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from staffpassport.accounts import browsers
from staffpassport.accounts.limit_models import Tries
from staffpassport.accounts.models import User
from staffpassport.accounts.network import network_of
from staffpassport.work.duties import Duty

# After so long without a try, the next wait is a short one again.
_FORGOTTEN_AFTER = timedelta(days=1)
_MOST_DOUBLINGS = 10


@dataclass(frozen=True, slots=True)
class Limit:
    """So many `tries` `within` a time; then a `wait`, twice as long each further time, the `longest` at most."""

    name: str
    tries: int
    within: timedelta
    wait: timedelta
    longest: timedelta


PASSWORD = Limit("password", 5, timedelta(hours=1), timedelta(minutes=5), timedelta(hours=1))
SECOND_FACTOR = Limit("second factor", 5, timedelta(hours=1), timedelta(minutes=5), timedelta(hours=1))
# A trust's people may all come from one address.
NETWORK = Limit("network", 20, timedelta(minutes=1), timedelta(minutes=1), timedelta(minutes=10))

# What is tried: of which limit, and whose or whence.
Try = tuple[Limit, str]


class TooManyTriesError(Exception):
    """There is a wait, which the sentence tells. Nothing was counted."""

    def __init__(self, wait: timedelta) -> None:
        minutes = -(-int(wait.total_seconds()) // 60)
        self.sentence = ngettext(
            "You have tried too many times. Wait {minutes} minute, then try again",
            "You have tried too many times. Wait {minutes} minutes, then try again",
            minutes,
        ).format(minutes=minutes)
        super().__init__(self.sentence)


def at_password(request: HttpRequest, email: str) -> list[Try]:
    """The counts of a try at the password of this address (an `email_key`)."""
    device = browsers.known_as(request, email)
    if device:
        return [(PASSWORD, f"{email} {device}")]
    return [(PASSWORD, email), (NETWORK, network_of(request))]


def at_second_factor(request: HttpRequest, user: User) -> list[Try]:
    """The counts of a try at a second factor of somebody whose password was right."""
    device = browsers.known_as(request, user.email)
    if device:
        return [(SECOND_FACTOR, f"{user.pk} {device}")]
    return [(SECOND_FACTOR, str(user.pk)), (NETWORK, network_of(request))]


@transaction.atomic
def take(tries: list[Try]) -> None:
    """Counts a try as if it were wrong, before it is looked at: so no two at the same moment pass for one.

    Raises TooManyTriesError, and counts nothing, while one of the limits is used up.
    """
    now = timezone.now()
    held = _hold(tries, now)
    waits = [row.closed_until - row.last_at for row, _ in held if row.closed_until and row.closed_until > now]
    if waits:
        raise TooManyTriesError(max(waits))
    for row, limit in held:
        _count(row, limit, now)
        row.save()


@transaction.atomic
def give_back(tries: list[Try]) -> None:
    """The try was right, so it does not count. What others have used up stays used up."""
    now = timezone.now()
    for row, limit in _hold(tries, now):
        if row.count:
            row.count -= 1
        elif row.closed_until and row.closed_until > now:
            row.count, row.closed_until, row.closings = limit.tries - 1, None, row.closings - 1
        row.save()


def clear_old() -> bool:
    """Deletes what counts no more. Reads first: mostly there is nothing."""
    old = Tries.objects.filter(last_at__lt=timezone.now() - _FORGOTTEN_AFTER)
    if old.exists():
        old.delete()
    return False


def _hold(tries: list[Try], now: datetime) -> list[tuple[Tries, Limit]]:
    """The locked rows, made where they are missing, always in the same order: nobody waits for each other."""
    limits = {_digest(limit, whose): limit for limit, whose in tries}
    Tries.objects.bulk_create(
        [Tries(what=what, since=now, last_at=now) for what in limits], ignore_conflicts=True
    )
    rows = Tries.objects.filter(what__in=limits).order_by("what").select_for_update()
    return [(row, limits[row.what]) for row in rows]


def _count(row: Tries, limit: Limit, now: datetime) -> None:
    if now - row.last_at >= _FORGOTTEN_AFTER:
        row.closings = 0
    if now - row.since >= limit.within:
        row.since, row.count = now, 0
    row.count += 1
    row.last_at = now
    if row.count >= limit.tries:
        wait = limit.wait * 2 ** min(row.closings, _MOST_DOUBLINGS)
        row.closed_until = now + min(wait, limit.longest)
        row.count, row.since, row.closings = 0, now, row.closings + 1


def _digest(limit: Limit, whose: str) -> str:
    return salted_hmac(f"tries {limit.name}", whose, algorithm="sha256").hexdigest()


CLEARING = Duty("clear-wrong-tries", run=clear_old, every=timedelta(minutes=15))
