"""Duties: what one worker at a time does for everybody, again and again.

A room registers its duties in its AppConfig.ready():

    duties.register(Duty("remind", run=remind_a_few, every=timedelta(minutes=1)))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Duty:
    """A bounded bit of work, done at least `every` so often by whichever worker has the duty's lease.

    `run` does one bit (a second or so, in transactions of its own) and returns whether there is more at
    once. The lease spares work and is no lock: a worker that was frozen may finish its bit after another has
    begun, so a bit must be right even then.
    """

    name: str
    run: Callable[[], bool]
    every: timedelta


_registered: dict[str, Duty] = {}


def register(duty: Duty) -> None:
    """Adds a duty. Raises ValueError for a name that is taken."""
    if duty.name in _registered:
        raise ValueError(f"there is a duty {duty.name} already")
    _registered[duty.name] = duty


def registered() -> list[Duty]:
    """All duties, in the order in which they were registered."""
    return list(_registered.values())
