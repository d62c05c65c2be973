"""What `make run` starts, as a newcomer meets it: the real server, the real worker, a database of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import inviting
from tests.browser.inviting import LIST
from tests.browser.journey import DESK, Journey

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent.parent
STOP_SECONDS = 30
DELIVERED_WITHIN_SECONDS = 10


class Practice:
    """The practice portal on a free port."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.address = f"http://localhost:{self.port}"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "staffpassport.settings",
            "DATABASE_URL": f"sqlite:///{folder / 'practice.sqlite3'}",
            "PRACTICE_MODE": "on",
            "BASE_URL": self.address,
        }

    @contextmanager
    def running(self) -> Iterator[dict[str, str]]:
        """Runs until the end of the block, and then gets a Ctrl-C. Yields what it printed: Email, Password, Code."""
        started = subprocess.Popen(
            [sys.executable, "manage.py", "run_practice", "--port", str(self.port)],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        family: set[int] = set()
        try:
            printed = _printed(started)
            family = _family(started.pid)
            # The server and its process, and the worker.
            assert len(family) >= 4, family
            yield printed
            started.send_signal(signal.SIGINT)
            output, _ = started.communicate(timeout=STOP_SECONDS)
            assert started.returncode == 0, output
            assert not _alive(family), "Ctrl-C leaves processes behind"
        finally:
            for left in _alive(family | {started.pid}):
                os.kill(left, signal.SIGKILL)
            started.communicate()

    def code(self) -> str:
        """What `make code` prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", "practice_code"],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        found = re.search(r"^Code: (\d{6})$", done.stdout, re.MULTILINE)
        assert found, done.stdout
        return found[1]


def _printed(started: subprocess.Popen[str]) -> dict[str, str]:
    assert started.stdout is not None
    printed: dict[str, str] = {}
    lines = []
    for line in started.stdout:
        lines.append(line)
        key, _, value = line.strip().partition(": ")
        if key in ("Email", "Password", "Code"):
            printed[key] = value
        if len(printed) == 3:
            return printed
    raise AssertionError("".join(lines))


def _family(pid: int) -> set[int]:
    """A process and all that it has started."""
    found = {pid}
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            found |= _family(int(child))
    return found


def _alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists() and not _is_zombie(pid)}


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return Practice(tmp_path)


def test_a_newcomer_logs_in_invites_somebody_and_reads_the_message(
    practice: Practice, browser: Browser
) -> None:
    context = browser.new_context(viewport=DESK, base_url=practice.address)
    journey = Journey(context)
    page = journey.page
    with practice.running() as printed:
        journey.open("/")
        journey.fill(Email_address=printed["Email"], Password=printed["Password"])
        journey.press("Log in")
        journey.fill(Security_code=printed["Code"])
        journey.press("Verify")
        journey.is_on("Digital Staff Passport portal")
        expect(page.get_by_role("region", name="Practice mode")).to_be_visible()

        inviting.go_to_check(journey)
        inviting.confirm(journey)
        journey.is_on(LIST)
        invited_at = time.monotonic()
        journey.leave_by(page.locator("tbody").get_by_role("link", name="Siobhán Ó Briain"))
        while page.get_by_text("Delivered", exact=True).count() < 2:
            assert time.monotonic() - invited_at < DELIVERED_WITHIN_SECONDS, page.locator("main").inner_text()
            page.wait_for_timeout(200)
            journey.reload()

        journey.follow("Sent messages")
        email = page.locator(".app-email").filter(has_text=inviting.ANSWERS["Email address"])
        # The invitations of the made-up people are going out at the same time.
        while not email.count():
            journey.leave_by(page.get_by_role("link", name="Older"))
        journey.leave_by(email.locator("a[href*='/i/']"))
        journey.is_on("Your invitation from Fairdale Teaching Hospitals")
        assert len(practice.code()) == 6

    with practice.running():
        journey.open("/people")
        expect(page.locator("tbody th").first).to_have_text("Siobhán Ó Briain")
    journey.end()
