"""What the cache has no use for any more is deleted: some of it names the networks that people log in from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from staffpassport.work.cache import CLEARING
from tests.accounts.signing_in import give_password
from tests.checking import CheckingClient

pytestmark = pytest.mark.django_db


def entries() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache_entries")
        return str(cursor.fetchall())


def test_the_network_that_somebody_logged_in_from_is_forgotten(settings: Any) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"}
    }
    call_command("createcachetable", verbosity=0)
    give_password(CheckingClient(REMOTE_ADDR="192.0.2.44"), "somebody@example.com")
    caches["default"].set("still-of-use", "yes", timeout=3600)
    assert "192.0.2.44" in entries(), "else the test would show nothing"
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        CLEARING.run()
    assert "192.0.2.44" not in entries()
    assert "still-of-use" in entries()
