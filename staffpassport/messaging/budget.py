"""The budget: all workers together never hand over more than the provider takes, in a minute and in a day.

A bucket of tokens, one a message, e-mail and text alike. It holds a small burst and refills steadily, so
that in any 60 seconds at most `burst + 60 x rate` go out, which is the provider's limit. The row is locked
by whoever draws, in the transaction that claims the messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings

from staffpassport.messaging.models import ProviderBudget
from staffpassport.messaging.providers.base import Provider
from staffpassport.messaging.states import Channel, Urgency

_MINUTE = 60.0
# The hundredth part of a day's messages is kept for codes and single invitations.
_KEPT_OF_A_DAY = 0.01


@dataclass(frozen=True, slots=True)
class Pace:
    """`burst` + 60 seconds x `rate` stays below one message more than the limit.

    Bulk leaves `kept` to codes.
    """

    burst: int
    rate: float
    kept: int

    @classmethod
    def of(cls, messages_a_minute: int) -> Pace:
        burst = min(messages_a_minute, max(1, messages_a_minute // 50))
        # A part of a message more is never a message more, and without it a limit of 1 would stop after one.
        rate = (messages_a_minute - burst + 0.9) / _MINUTE if messages_a_minute else 0.0
        return cls(burst=burst, rate=rate, kept=max(burst // 6, int(burst > 1)))


class Purse:
    """The budget of a provider, refilled up to `now`: ask what may be drawn, then draw.

    Does not write by itself.
    """

    def __init__(self, row: ProviderBudget, provider: type[Provider], now: datetime) -> None:
        self.row = row
        self._limits = provider.daily_limits
        self._pace = Pace.of(settings.MESSAGES_A_MINUTE)
        self.paused = row.paused_until is not None and now < row.paused_until
        # Clocks of several machines differ a little: time only moves on.
        passed = max(0.0, (now - row.refilled_at).total_seconds())
        row.tokens = min(self._pace.burst, row.tokens + passed * self._pace.rate)
        row.refilled_at = max(row.refilled_at, now)
        if now.astimezone(UTC).date() > row.day:
            row.day = now.astimezone(UTC).date()
            row.email_used = row.text_used = 0

    def tokens(self, urgency: Urgency) -> int:
        """How many messages of this urgency may go out now."""
        if self.paused:
            return 0
        kept = 0 if urgency == Urgency.CODE else self._pace.kept
        return max(0, int(self.row.tokens) - kept)

    def left_today(self, channel: Channel, urgency: Urgency) -> int | None:
        """How many more of this channel may go out today; None without a limit."""
        limit = self._limits.get(channel)
        if limit is None:
            return None
        if urgency in (Urgency.BULK, Urgency.REMINDER):
            limit -= int(limit * _KEPT_OF_A_DAY)
        return max(0, limit - self.used_today(channel))

    def used_today(self, channel: Channel) -> int:
        return self.row.email_used if channel == Channel.EMAIL else self.row.text_used

    def draw(self, channel: Channel, messages: int) -> None:
        """Takes out what has been claimed."""
        self.row.tokens -= messages
        if channel == Channel.EMAIL:
            self.row.email_used += messages
        else:
            self.row.text_used += messages

    def put_back(self, channel: Channel, messages: int) -> None:
        """The provider has not taken these after all: today's limit has room for them, the minute has not."""
        if channel == Channel.EMAIL:
            self.row.email_used = max(0, self.row.email_used - messages)
        else:
            self.row.text_used = max(0, self.row.text_used - messages)

    def end_day(self, channel: Channel) -> None:
        """The provider says that today's limit of this channel is used up, whatever we counted."""
        used = max(self.used_today(channel), self._limits.get(channel, 0))
        if channel == Channel.EMAIL:
            self.row.email_used = used
        else:
            self.row.text_used = used


def peek(provider: type[Provider], now: datetime) -> Purse:
    """The budget as it stands, without a lock, for those who only look."""
    row = ProviderBudget.objects.filter(pk=provider.name).first()
    return Purse(row or _full(provider, now), provider, now)


def locked(provider: type[Provider], now: datetime) -> Purse:
    """The budget, for those who draw: nobody else draws until the caller's transaction ends."""
    rows = ProviderBudget.objects.select_for_update().filter(pk=provider.name)
    row = rows.first()
    if row is None:
        ProviderBudget.objects.bulk_create([_full(provider, now)], ignore_conflicts=True)
        row = rows.get()
    return Purse(row, provider, now)


def pause(provider: type[Provider], until: datetime, because: str, now: datetime) -> None:
    """Nobody sends anything before `until`. `because` is a Hurdle or a short word. In the caller's transaction."""
    row = locked(provider, now).row
    row.paused_until = max(until, row.paused_until or until)
    row.paused_because = because
    row.tokens = 0.0
    row.save()


def put_back(provider: type[Provider], messages: Mapping[Channel, int], now: datetime) -> None:
    """What was drawn for messages that the provider certainly has not taken. In the caller's transaction."""
    purse = locked(provider, now)
    for channel, count in messages.items():
        purse.put_back(channel, count)
    purse.row.save()


def end_day(provider: type[Provider], channel: Channel, now: datetime) -> None:
    """Nobody sends anything more of this channel today. In the caller's transaction."""
    purse = locked(provider, now)
    purse.end_day(channel)
    purse.row.save()


def next_day(now: datetime) -> datetime:
    """When the provider's day ends: the next midnight UTC."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)


def _full(provider: type[Provider], now: datetime) -> ProviderBudget:
    return ProviderBudget(
        provider=provider.name,
        tokens=Pace.of(settings.MESSAGES_A_MINUTE).burst,
        refilled_at=now,
        day=now.astimezone(UTC).date(),
    )
