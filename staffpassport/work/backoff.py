"""Waiting longer after each failure in a row."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class BackOff:
    """Seconds to wait: `first`, then twice as long each time, at most `longest`; `first` after a success."""

    first: float
    longest: float
    _next: float = field(default=0.0, init=False)

    def wait(self) -> float:
        """How long to wait now, after one more failure."""
        now = self._next or self.first
        self._next = min(now * 2, self.longest)
        return now

    def succeeded(self) -> None:
        self._next = 0.0
