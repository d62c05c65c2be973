"""A load of log-ins: 50 people give a password and a code of their app, one after the other, in one process.

Nearly all of it is the hash of the password (Argon2id, with Django's parameters), and is meant to be: the floor is that
hash alone. What counts for a machine is the processor's time, as a hash uses several threads. A wrong password costs
what a right one does.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.hashers import Argon2PasswordHasher, get_hasher
from django.core.management import call_command
from django.db import connections
from django.test import Client

from benchmarks.database import large_trust
from benchmarks.measuring import Figure, memory, seconds
from benchmarks.stages import Setting
from staffpassport.accounts.actions import create_portal_user
from staffpassport.accounts.models import User
from staffpassport.audit.record import Actor
from staffpassport.organisations.access import Role

_PEOPLE = 50
_PASSWORD = "orange kettle winter bus"  # of made-up people


def run(setting: Setting) -> Iterator[Figure]:
    """The log-ins, and what one core lets in within a second."""
    for database in connections:
        call_command("createcachetable", database=database, verbosity=0)
    hasher = get_hasher()
    assert isinstance(hasher, Argon2PasswordHasher)
    encoded = hasher.encode(_PASSWORD, hasher.salt())
    floor = seconds(lambda: [hasher.verify(_PASSWORD, encoded) for _ in range(_PEOPLE)])
    taken: list[float] = []
    notes = [
        f"Argon2id t={hasher.time_cost}, m={hasher.memory_cost // 1024} MiB, p={hasher.parallelism}",
    ]
    with memory() as grown:
        for turn in range(setting.rounds):
            people = [_somebody(turn, number, encoded) for number in range(_PEOPLE)]
            before = time.process_time()
            taken.append(seconds(lambda everybody=people: _log_in(everybody)))  # type: ignore[misc]
            notes.append(f"{_PEOPLE / (time.process_time() - before):.1f} a second a core")
        notes.append(f"grows by {grown()} MiB")
    yield Figure(f"{_PEOPLE} log-ins", setting.on, taken, floor=("the hashes alone", floor), notes=notes)


def _somebody(turn: int, number: int, encoded: str) -> tuple[User, str]:
    """Somebody new with this password, and the key of their app."""
    user = create_portal_user(
        organisation=large_trust(),
        email=f"log-in{os.getpid()}-{turn}-{number}@example.com",
        name="Alex Morgan",
        role=Role.HR_USER,
        by=Actor.task("benchmarks"),
    )
    user.password = encoded
    user.save(update_fields=["password"])
    secret = str(totp.generate_totp_secret())
    totp.TOTP.activate(user, secret)
    return user, secret


def _log_in(people: list[tuple[User, str]]) -> None:
    for number, (user, secret) in enumerate(people):
        browser = Client(SERVER_NAME="localhost", REMOTE_ADDR=f"192.0.2.{number}")
        given = browser.post("/log-in", {"login": user.email, "password": _PASSWORD})
        assert given["Location"] == "/log-in/code"
        code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
        assert browser.post("/log-in/code", {"code": code})["Location"] == "/"
