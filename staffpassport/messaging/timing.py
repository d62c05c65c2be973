"""Every delay of the outbox, in one place. A test shortens them by the setting MESSAGING_TIMING."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Timing:
    """`look_up_first` and `look_up_last` count from the attempt; it is sent again only after the last."""

    lease: timedelta = timedelta(seconds=120)
    # A send begins within this of the claim, or not at all. With a provider's time-out it must stay below
    # `lease`.
    send_within: timedelta = timedelta(seconds=60)
    look_up_first: timedelta = timedelta(minutes=1)
    look_up_last: timedelta = timedelta(minutes=5)
    back_off_first: timedelta = timedelta(seconds=10)
    back_off_longest: timedelta = timedelta(minutes=30)
    give_up_after: timedelta = timedelta(hours=72)
    # How long everybody pauses on a 429 that names no time.
    pause: timedelta = timedelta(seconds=10)
    # What became of messages is asked for after `ask_first`, where the provider does not tell by itself; where it
    # does, when it has not told for `ask_overdue`. Ever more rarely, and no longer than providers keep messages.
    ask_first: timedelta = timedelta(minutes=2)
    ask_overdue: timedelta = timedelta(hours=4)
    ask_longest: timedelta = timedelta(hours=6)
    ask_until: timedelta = timedelta(days=7)
    # How often lapsed leases and due look-ups are searched for.
    sweep: timedelta = timedelta(seconds=5)
    # How often an idle loop looks for messages.
    poll: timedelta = timedelta(seconds=0.5)

    def back_off(self, attempts: int) -> timedelta:
        """How long to wait after so many attempts: doubling, and up to a half more at random."""
        doubled = self.back_off_first * 2 ** min(max(attempts - 1, 0), 20)
        wait: timedelta = min(doubled, self.back_off_longest)
        return wait * (1 + random.random() / 2)  # noqa: S311  # not a secret


def current() -> Timing:
    """The delays in force."""
    timing: Timing = getattr(settings, "MESSAGING_TIMING", None) or Timing()
    return timing
