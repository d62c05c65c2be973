"""Sending: two workers hand messages to a stand-in for GOV.UK Notify that answers after 0.2 seconds.

Goal: 3,000 in a minute, never above the limit (no 429), and a code leaves within 10 seconds while twice as many bulk
messages as the list has people wait. The floor is the pace that the limit allows. What is measured is a minute's worth,
however many wait.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, cast

from django.utils import timezone

from benchmarks.measuring import Figure
from benchmarks.people import people
from benchmarks.stages import Setting
from staffpassport.messaging.models import Message, ProviderBudget
from staffpassport.messaging.outbox import Draft, enqueue
from staffpassport.messaging.states import Channel, State, Urgency
from staffpassport.organisations.models import Organisation

A_MINUTE = 3000
_WORKERS = 2
_CODE_EVERY = 5.0
# Composed by benchmarks.sending_words.
_PURPOSE = "benchmark"
_SETTINGS = "benchmarks.sending_settings"


def run(setting: Setting) -> Iterator[Figure]:
    """One minute's worth of messages each round, and how long codes waited meanwhile."""
    trust = cast(Organisation, Organisation.objects.first())
    wanted = min(A_MINUTE, 2 * setting.size)
    taken, notes = [], []
    for round_ in range(setting.rounds):
        Message.everywhere.filter(state=State.QUEUED).update(
            state=State.CANCELLED, recipient=None, failure="withdrawn"
        )
        ProviderBudget.objects.all().delete()
        enqueue(
            _draft(trust, f"{round_}-{number}-{channel}", channel, Urgency.BULK)
            for number, _ in enumerate(people(setting.size))
            for channel in Channel
        )
        with ExitStack() as everybody:
            url, environment = _stub(everybody)
            for _ in range(_WORKERS):
                everybody.enter_context(_process(["manage.py", "work"], environment))
            while not _told(url)["accepted_at"]:
                time.sleep(0.1)
            codes = _codes_until(trust, round_, lambda url=url: len(_told(url)["accepted_at"]) >= wanted)
            told = _told(url)
        at = told["accepted_at"]
        taken.append(at[wanted - 1] - at[0])
        refused = told["answers"].get("RateLimitError", 0)
        most = max(sum(start <= one < start + 60 for one in at) for start in at[:: max(1, len(at) // 200)])
        notes.append(
            f"{refused} refused, {most:,} in the fullest minute, codes waited {max(codes, default=0):.1f} s"
        )
    yield Figure(
        f"handing {wanted:,} of {2 * setting.size:,} over, two workers",
        setting.on,
        taken,
        goal=wanted / A_MINUTE * 60 * 1.04,
        floor=("the pace allowed", wanted / A_MINUTE * 60),
        notes=notes,
    )


def _draft(trust: Organisation, key: str, channel: Channel, urgency: Urgency) -> Draft:
    recipient = f"{key}@example.com" if channel == Channel.EMAIL else "+447946000000"
    return Draft(
        organisation_id=trust.pk,
        about=f"benchmark-{key}",
        purpose=_PURPOSE,
        channel=channel,
        idempotency_key=f"{_PURPOSE}-{key}-{time.time()}",
        recipient=recipient,
        urgency=urgency,
    )


def _codes_until(trust: Organisation, round_: int, done: Any) -> list[float]:
    """A code every few seconds; how long each waited until it was claimed."""
    about: list[str] = []
    while not done():
        one = _draft(trust, f"code-{round_}-{len(about)}", Channel.TEXT, Urgency.CODE)
        enqueue([one])
        about.append(one.about)
        next_at = time.monotonic() + _CODE_EVERY
        while time.monotonic() < next_at and not done():
            time.sleep(0.1)
    rows = Message.everywhere.filter(about__in=about, created_at__gt=timezone.now() - timedelta(hours=1))
    return [((row.attempted_at or timezone.now()) - row.created_at).total_seconds() for row in rows]


def _stub(everybody: ExitStack) -> tuple[str, dict[str, str]]:
    stub = everybody.enter_context(
        _process(["-m", "tests.notify_stub", "--latency", "0.2", "--ends-after", "3600"], {})
    )
    assert stub.stdout is not None
    environment = dict(word.split("=", 1) for word in stub.stdout.readline().split())
    return environment["NOTIFY_BASE_URL"], environment


def _process(command: list[str], environment: dict[str, str]) -> Any:
    """A process that is gone at the end of the block."""
    return _Gone(
        subprocess.Popen(
            [sys.executable, *command],
            env={**os.environ, "DJANGO_SETTINGS_MODULE": _SETTINGS, "LOG_FORMAT": "json", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    )


class _Gone:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __enter__(self) -> subprocess.Popen[str]:
        return self._process

    def __exit__(self, *told: object) -> None:
        self._process.terminate()
        self._process.communicate()


def _told(url: str) -> Any:
    with urllib.request.urlopen(f"{url}/stub") as answer:
        return json.load(answer)
