"""A clock that tests set, which ids of invitations follow too: which day an invitation is of is read from its id."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import LazySettings
from uuid_utils.compat import uuid7

from staffpassport.invitations import actions, resending

LONDON = ZoneInfo("Europe/London")


class Clock:
    """Shows what it is told, by the clocks in London: `clock.to("2026-11-23 10:00")`."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def to(self, text: str) -> None:
        self._traveller.move_to(datetime.fromisoformat(text).replace(tzinfo=LONDON), tick=False)

    def shift(self, seconds: float) -> None:
        self._traveller.shift(seconds)


def _id_by_the_clock() -> UUID:
    return uuid7(nanoseconds=time.time_ns())


@pytest.fixture
def clock(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Ten o'clock on a Monday. Reminders go out between 08:00 and 20:00."""
    settings.SENDING_HOURS = (8 * 60, 20 * 60)
    for module in (actions, resending):
        monkeypatch.setattr(module, "uuid7", _id_by_the_clock)
    with time_machine.travel("2026-11-23T10:00:00+00:00", tick=False) as traveller:
        yield Clock(traveller)
