"""The portal served to a real browser: a server, a database of the test's own, people at their computers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test.testcases import LiveServerThread
from django.utils import timezone
from playwright.sync_api import Browser, ViewportSize, expect
from pytest_django import DjangoDbBlocker, Settings

from staffpassport.accounts.models import Membership
from staffpassport.work.models import WorkerHeartbeat
from tests import making
from tests.browser.journey import DESK, PHONE, Journey

# Playwright's plain functions run an event loop of their own, which Django takes for a program that must not wait.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# How long a page may take where others need the processors, too: how long it should take is for `make bench` to say.
_PATIENCE_MS = 30_000
expect.set_options(timeout=_PATIENCE_MS)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the portal is served, by all its middlewares and several threads."""
    server = LiveServerThread("localhost", _as_it_is)  # type: ignore[arg-type]  # a function does as well
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://localhost:{server.port}"
    server.terminate()


def _as_it_is(handler: WSGIHandler) -> WSGIHandler:
    """In place of Django's own handler of static files: ours are served by a middleware."""
    return handler


@pytest.fixture(scope="session")
def empty_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """On SQLite: a file with every table and no row, to be copied by each test."""
    file = tmp_path_factory.mktemp("empty") / "portal.sqlite3"
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])
    return file


@pytest.fixture
def db(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    """The test's database, and a worker that is alive as far as the portal can tell.

    On SQLite a file: in memory all threads would share one connection and be inside each other's transactions.
    """
    memory = connections["default"]
    if memory.vendor != "sqlite":
        request.getfixturevalue("transactional_db")
        _worker_alive()
        yield
        return
    file = shutil.copy(request.getfixturevalue("empty_database"), tmp_path / "portal.sqlite3")
    monkeypatch.setitem(connections.settings["default"], "NAME", str(file))
    del connections["default"]
    try:
        with django_db_blocker.unblock():
            _worker_alive()
            yield
            connections["default"].close()
    finally:
        connections["default"] = memory


def _worker_alive() -> None:
    until = timezone.now() + timedelta(hours=1)
    WorkerHeartbeat.objects.create(id=uuid4(), host="tests", pid=1, started_at=until, beaten_at=until)


class StartJourney(Protocol):
    """Opens a browser: of nobody, or of a member with a second factor proved."""

    def __call__(
        self, member: Membership | None = None, *, size: ViewportSize = DESK, script: bool = True
    ) -> Journey: ...


@pytest.fixture
def start(browser: Browser, address: str, settings: Settings) -> Iterator[StartJourney]:
    """Starts journeys; at the end of the test none of their browsers may have complained."""
    settings.BASE_URL = address
    begun: list[Journey] = []

    def start_journey(
        member: Membership | None = None, *, size: ViewportSize = DESK, script: bool = True
    ) -> Journey:
        context = browser.new_context(viewport=size, java_script_enabled=script, base_url=address)
        context.set_default_timeout(_PATIENCE_MS)
        if member:
            cookie = making.logged_in(member).cookies["session"]
            context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
        begun.append(Journey(context))
        return begun[-1]

    yield start_journey
    for journey in begun:
        journey.end()


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def size(request: pytest.FixtureRequest) -> ViewportSize:
    """The window: of a computer at work, and of a phone."""
    chosen: ViewportSize = request.param
    return chosen
