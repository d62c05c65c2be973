"""When messages that nobody waits for go out: by day, as the clocks in the United Kingdom show it.

Codes and single invitations go at once. Those of lists and reminders are claimed within SENDING_HOURS only, whatever
the hour at which they were queued: so a list that takes an hour to send stops in the evening and goes on in the
morning, and nothing has to be rescheduled for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.conf import settings

from staffpassport.messaging.states import Urgency
from staffpassport.ui.formats import LONDON

UNHURRIED = (Urgency.BULK, Urgency.REMINDER)


class Window(NamedTuple):
    """The hours of one day, in UTC: the first moment at which messages go out, and the first at which not."""

    opens: datetime
    closes: datetime


def window(day: date) -> Window:
    """The hours of a day of London's calendar."""
    opens, closes = settings.SENDING_HOURS
    return Window(_at(day, opens), _at(day, closes))


def day_of(now: datetime) -> date:
    """The day in London."""
    return now.astimezone(LONDON).date()


def are_open(now: datetime) -> bool:
    """Whether messages that nobody waits for may go out."""
    opens, closes = window(day_of(now))
    return opens <= now < closes


def next_opening(now: datetime) -> datetime:
    """When they may go out next, for a moment when they may not."""
    day = day_of(now)
    opens = window(day).opens
    return opens if now < opens else window(day + timedelta(days=1)).opens


def may_go(urgencies: Iterable[Urgency], now: datetime) -> list[Urgency]:
    """Those of the urgencies that may go out."""
    is_open = are_open(now)
    return [urgency for urgency in urgencies if is_open or urgency not in UNHURRIED]


def waiting_since(urgency: Urgency, due_at: datetime, now: datetime) -> datetime | None:
    """Since when a message that is due could have gone out, None while it may not: the night is nobody's fault."""
    if urgency not in UNHURRIED or _by_night_too():
        return due_at
    return max(due_at, window(day_of(now)).opens) if are_open(now) else None


def closed_until(now: datetime) -> str | None:
    """`8am tomorrow`, for a sentence; None while messages of lists go out."""
    if are_open(now):
        return None
    opens = next_opening(now)
    return f"{_on_the_clock(opens)} {'today' if day_of(opens) == day_of(now) else 'tomorrow'}"


def sentence_for_a_list(now: datetime) -> str | None:
    """When the messages of a list confirmed now go out; None where that is always at once."""
    if _by_night_too():
        return None
    closed = closed_until(now)
    these = f"These go out from {closed}." if closed else "These begin to go out as soon as you continue."
    return f"The messages of a list go out {in_words(now)}. {these}"


def in_words(now: datetime) -> str | None:
    """`between 8am and 8pm`, for a sentence; None where they go out by day and by night."""
    if _by_night_too():
        return None
    opens, closes = window(day_of(now))
    return f"between {_on_the_clock(opens)} and {_on_the_clock(closes)}"


def _by_night_too() -> bool:
    opens, closes = settings.SENDING_HOURS
    return bool(opens == 0 and closes == 24 * 60)


def _at(day: date, minutes: int) -> datetime:
    """So many minutes after the beginning of the day, by the clock on the wall; 24:00 is the next day's beginning."""
    days, minutes = divmod(minutes, 24 * 60)
    on_the_wall = datetime.combine(day + timedelta(days=days), time(minutes // 60, minutes % 60), LONDON)
    return on_the_wall.astimezone(UTC)


def _on_the_clock(moment: datetime) -> str:
    local = moment.astimezone(LONDON)
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"
