"""The loop that does the duties: each in its turn, a bit at a time, so that none waits long for another."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import structlog

from staffpassport.logs import describe
from staffpassport.work import connections
from staffpassport.work.backoff import BackOff
from staffpassport.work.duties import Duty
from staffpassport.work.faults import PASSING
from staffpassport.work.leases import Leases
from staffpassport.work.pauses import give_way

log = structlog.get_logger(__name__)

_LONGEST_WAIT = 1.0


@dataclass(slots=True)
class _Turn:
    duty: Duty
    due: float = 0.0  # by time.monotonic()
    back_off: BackOff = field(default_factory=lambda: BackOff(first=1, longest=300))


class Rounds:
    """All duties of one worker, as a loop.

    A duty that raises is logged and tried again later, others go on.
    """

    def __init__(self, duties: Iterable[Duty], leases: Leases) -> None:
        self._turns = [_Turn(duty) for duty in duties]
        self._leases = leases

    @property
    def idle(self) -> float:
        soonest = min((turn.due for turn in self._turns), default=float("inf"))
        return min(max(soonest - time.monotonic(), 0.01), _LONGEST_WAIT)

    def step(self) -> bool:
        """One bit of every duty that is due and ours."""
        more = [self._do(turn) for turn in self._turns if turn.due <= time.monotonic()]
        if any(more):
            give_way()
        return any(more)

    def close(self) -> None:
        self._leases.hand_back()

    def _do(self, turn: _Turn) -> bool:
        duty = turn.duty
        turn.due = time.monotonic() + duty.every.total_seconds()
        if not self._leases.take(duty.name):
            return False
        try:
            more = duty.run()
        except Exception as fault:
            wait = turn.back_off.wait()
            turn.due = time.monotonic() + wait
            log.error("duty failed", duty=duty.name, again_in=wait, **describe(fault))
            if isinstance(fault, PASSING):
                connections.drop()
            return False
        turn.back_off.succeeded()
        if more:
            turn.due = 0.0
        return more
