"""A provider that tests script, and a composer for their purpose."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from staffpassport.messaging import composers, listeners, providers
from staffpassport.messaging.listeners import Change
from staffpassport.organisations.models import Organisation
from tests.messaging.mailing import post_office
from tests.messaging.notifying import stub
from tests.messaging.outbox import PURPOSE, Recorder, compose_anything, organisation
from tests.work.workers import workers

__all__ = ["post_office", "stub", "workers"]


@pytest.fixture(autouse=True)
def _recorder(monkeypatch: pytest.MonkeyPatch) -> None:
    Recorder.begin()
    Recorder.can_be_asked = True
    Recorder.daily_limits = {}
    monkeypatch.setitem(providers._registered, Recorder.name, Recorder)
    monkeypatch.setitem(composers._registered, PURPOSE, compose_anything)


@pytest.fixture
def trust(db: None) -> Organisation:
    return organisation()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Change]:
    """What a listener has heard."""
    changes: list[Change] = []

    def listen(batch: Sequence[Change]) -> None:
        changes.extend(batch)

    monkeypatch.setattr(listeners, "_registered", [(listen, None)])
    return changes
