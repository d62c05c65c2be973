"""A list confirmed in the evening: HR reads when its messages go out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.urls import reverse

from staffpassport.accounts.models import Membership
from staffpassport.organisations.models import Organisation
from staffpassport.uploads.models import Upload
from staffpassport.work import pauses
from tests import making
from tests.messaging.outbox import at, deliver_now
from tests.reading import text
from tests.uploads.lists import checked, confirmed, people, work

pytestmark = pytest.mark.django_db

NOON, EVENING, NIGHT, MORNING = (
    at(f"2026-11-{day}:00+00:00") for day in ("27T12:00", "27T20:00", "28T03:00", "28T08:00")
)


@pytest.fixture(autouse=True)
def _by_day(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SENDING_HOURS = (8 * 60, 20 * 60)
    monkeypatch.setattr(pauses, "ON_SQLITE", 0)


@pytest.fixture
def page(hr: Membership) -> Callable[[str, Upload], str]:
    """The words of a page, as HR sees it at this hour."""

    def open_page(name: str, upload: Upload) -> str:
        response: Any = making.logged_in(hr).get(reverse(name, args=[upload.pk]))
        return text(response)

    return open_page


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (NOON, "These begin to go out as soon as you continue."),
        (EVENING, "These go out from 8am tomorrow."),
        (NIGHT, "These go out from 8am today."),
    ],
)
def test_the_question_says_when_messages_go_out(
    trust: Organisation, page: Callable[[str, Upload], str], now: Any, said: str
) -> None:
    with time_machine.travel(now, tick=False):
        shown = page("upload-confirm", checked(trust, people(2)))
    assert f"The messages of a list go out between 8am and 8pm. {said}" in shown


def test_the_question_says_nothing_where_they_go_out_always(
    trust: Organisation, page: Callable[[str, Upload], str], settings: LazySettings
) -> None:
    settings.SENDING_HOURS = (0, 24 * 60)
    assert "The messages of a list go out" not in page("upload-confirm", checked(trust, people(2)))


def test_people_are_invited_by_night_and_their_messages_go_out_in_the_morning(
    trust: Organisation, page: Callable[[str, Upload], str]
) -> None:
    with time_machine.travel(EVENING, tick=False) as clock:
        upload = confirmed(trust, people(3))
        assert "0 of 3 people are invited. Their messages go out from 8am tomorrow." in page(
            "upload-state", upload
        )
        work()
        deliver_now()
        waiting = "0 of 6 messages have been handed over. The others go out from 8am "
        assert f"{waiting}tomorrow." in page("upload-state", upload)
        clock.move_to(NIGHT, tick=False)
        assert f"{waiting}today." in page("upload-state", upload)
        clock.move_to(MORNING, tick=False)
        shown = page("upload-state", upload)
        assert "0 of 6 messages have been handed over." in shown
        assert "go out from" not in shown
        deliver_now()
        assert "Every email and every text message has been handed over." in page("upload-state", upload)
