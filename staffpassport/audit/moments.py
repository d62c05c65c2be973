"""When events say that they happened, against those before them and against their seal. Pure, as chain.py is.

Whoever puts an event in by way of the portal's tables has it sealed like any other, but for its moment. A clock that
was wrong looks the same and has thousands of events: those near each other are one finding, and crowd out no others.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

# Transactions end within seconds; clocks of several machines may differ a little.
LATEST = timedelta(hours=1)
_NEAR = 1_000

Say = Callable[[str], None]


class Moments:
    """The moments of events, which are looked at in the order of their numbers."""

    def __init__(self, say: Say) -> None:
        self._newest: datetime | None = None
        self._ahead = _Run("sealed at", "ahead", say)
        self._back = _Run("written after events of", "back", say)

    def look_at(self, number: int, event: UUID, at: datetime, sealed_at: datetime) -> None:
        """Notes what is wrong with the moment of an event, if anything."""
        if at > sealed_at + LATEST:
            self._ahead.add(number, event, at, sealed_at)
        elif self._newest and at < self._newest - LATEST:
            self._back.add(number, event, at, self._newest)
        else:
            self._newest = max(self._newest, at) if self._newest else at

    def tell(self) -> None:
        """Says what was noted and not said yet."""
        self._ahead.tell()
        self._back.tell()


class _Run:
    """Events near each other that are wrong in the same way."""

    def __init__(self, against: str, way: str, say: Say) -> None:
        self._against, self._way, self._say = against, way, say
        self._count = self._last = 0

    def add(self, number: int, event: UUID, at: datetime, border: datetime) -> None:
        """One more; says what was noted before, if that is far away."""
        if self._count and number - self._last > _NEAR:
            self.tell()
        if not self._count:
            self._first = (number, event, at, border)
        self._count, self._last = self._count + 1, number

    def tell(self) -> None:
        """Says what there is, and begins anew."""
        if not self._count:
            return
        number, event, at, border = self._first
        first = f"number {number:,} (id {event})"
        if self._count == 1:
            what, it, was = f"Event {first} says that it", "it", "was"
        else:
            what, it, was = (
                f"{self._count:,} events, {first} to {self._last:,}, say that they",
                "them",
                "were",
            )
        self._say(
            f"{what} happened on {_in_words(at)}, but {was} {self._against} {_in_words(border)}: somebody may have "
            f"dated {it} {self._way}, or a clock was wrong."
        )
        self._count = 0


def _in_words(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d at %H:%M} UTC"
