"""What all rooms' tests share: a trust, people in it, and a client that looks at every page it gets."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from xdist.scheduler import LoadScopeScheduling

from staffpassport.accounts.models import Membership
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.checking import CheckingClient

# Files with a fixture that takes seconds and is made once for all of their tests, such as a run of LibreOffice.
TOGETHER = {
    "tests/test_environment.py",
    "tests/uploads/test_instructions.py",
    "tests/uploads/test_round_trip.py",
}


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Each test goes to whichever process is free, but for those of a file in TOGETHER, which stay in one.

    xdist's own groups (`--dist loadgroup`) do nothing since pytest 9.2, which makes its ids in another way.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What only PostgreSQL can show (two writers at the same moment) is left to the run on PostgreSQL."""
    if connection.vendor == "postgresql":
        return
    elsewhere = [item for item in items if item.get_closest_marker("postgresql")]
    config.hook.pytest_deselected(items=elsewhere)
    items[:] = [item for item in items if item not in elsewhere]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests counted, by `record_property`."""
    for report in terminalreporter.getreports("passed"):
        for what, count in report.user_properties:
            terminalreporter.write_line(f"{what}: {count}")


@pytest.fixture(autouse=True)
def _no_wrong_tries() -> None:
    """Limits on wrong tries count in the cache, which outlives the transaction of a test."""
    cache.clear()


@pytest.fixture
def trust(db: None) -> Organisation:
    return making.organisation()


@pytest.fixture
def other_trust(db: None) -> Organisation:
    return making.organisation(name="Northmoor Community Health", ods_code="RZ2")


@pytest.fixture
def hr(trust: Organisation) -> Membership:
    """An HR user of the trust."""
    return making.member(trust, Role.HR_USER)


@pytest.fixture
def portal(hr: Membership) -> CheckingClient:
    """The HR user's browser, logged in with a second factor."""
    return making.logged_in(hr)


@pytest.fixture
def visitor(db: None) -> CheckingClient:
    """The browser of somebody who is not logged in."""
    return CheckingClient()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium without its windows, which take four times the work; and it talks to nobody by itself."""
    return {
        "executable_path": "/usr/bin/chromium-headless-shell",
        "args": [
            "--no-sandbox",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
        ],
    }


@pytest.fixture(scope="session")
def base_url() -> None:
    """In place of pytest-playwright's own, which pytest 9 warns of."""
