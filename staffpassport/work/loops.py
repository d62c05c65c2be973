"""Loops: what every worker does in a thread of its own, side by side with the duties.

For what must never wait behind a duty, such as handing over messages. A room registers a loop in
AppConfig.ready():

    loops.register("deliver-codes", make_loop)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Loop(Protocol):
    """Something done step by step in one thread. The worker makes a new one when a step raises."""

    @property
    def idle(self) -> float:
        """Seconds until the next step, when the last one said that there is nothing more at once."""

    def step(self) -> bool:
        """A short bit of work (a second or so); whether there is more at once.

        May raise a passing fault of the database (faults.PASSING): then the same loop is stepped again,
        later.
        """

    def close(self) -> None:
        """Finishes or hands back what is in hand. Called again after a passing fault of the database."""


Factory = Callable[[], Loop]

_registered: dict[str, Factory] = {}


def register(name: str, factory: Factory) -> None:
    """Adds a loop, made by `factory` in its own thread. Raises ValueError for a name that is taken."""
    if name in _registered:
        raise ValueError(f"there is a loop {name} already")
    _registered[name] = factory


def registered() -> dict[str, Factory]:
    """All loops by name."""
    return dict(_registered)
