"""The room on its own: its middlewares, the pages of `tests/ui/urls.py`, and nothing of the rooms above."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings as configured
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, override_settings
from playwright.sync_api import Page

from staffpassport.ui import frame
from staffpassport.ui.frame import Area

MIDDLEWARE = [
    "staffpassport.ui.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "staffpassport.ui.middleware.PrivatePagesMiddleware",
    "django.middleware.common.CommonMiddleware",
    "staffpassport.ui.middleware.CsrfMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "tests.ui.people.SignedInByCookie",
]

AREAS = [
    Area("Home", "home", 10),
    Area("Identity and access", "people", 20, "see"),
    Area("User management", "users", 60, "manage-users"),
]


@pytest.fixture(scope="package", autouse=True)
def _the_room_alone() -> Iterator[None]:
    templates = copy.deepcopy(configured.TEMPLATES)
    templates[0]["DIRS"] = [Path(__file__).parent / "templates"]
    with (
        override_settings(
            TEMPLATES=templates,
            ROOT_URLCONF="tests.ui.urls",
            MIDDLEWARE=MIDDLEWARE,
            MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
            LOGIN_REDIRECT_URL="home",
        ),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(frame, "_areas", list(AREAS))
        patch.setattr(frame, "_notices", [])
        yield


@pytest.fixture
def hr(client: Client) -> Client:
    """Somebody signed in as a member of a trust."""
    client.cookies["who"] = "hr"
    return client


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


class ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture(scope="package")
def address() -> Iterator[str]:
    """Where the pages are served to a browser: without a database, so not pytest-django's live server."""
    server = make_server(
        "localhost",
        0,
        StaticFilesHandler(WSGIHandler()),
        server_class=ThreadingServer,
        handler_class=QuietHandler,
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def hr_page(page: Page, address: str) -> Page:
    """A browser's page of somebody signed in as a member of a trust."""
    page.context.add_cookies([{"name": "who", "value": "hr", "url": address}])
    return page
