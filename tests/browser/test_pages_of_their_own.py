"""Pages that no journey comes by are as accessible as those on the way: on a phone, each with axe."""

from __future__ import annotations

from staffpassport.organisations.models import Organisation
from tests import making
from tests.browser.conftest import StartJourney
from tests.browser.journey import PHONE
from tests.test_url_map import ALL, address

NAMES = (
    "own-sessions",
    "logged-out",
    "user-reset",
    "stop-reset",
    "stop-recovery",
    "own-number",
    "your-account",
    "system-logging-in",
    "system-records",
    "system-summaries",
    "audit",
    "held",
)


def test_each_meets_the_accessibility_baseline(trust: Organisation, start: StartJourney) -> None:
    routes = {route.name: route for route in ALL}
    for _ in range(2):  # a reset takes two
        making.senior(trust)
    journey = start(making.senior(trust), size=PHONE)
    for name in NAMES:
        journey.open(address(routes[name], trust))
        journey.then_the_accessibility_baseline_is_met()
