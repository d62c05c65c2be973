"""The audit trail: ten events for each person of a list, sealed as a worker does it, verified, and read on its page.

A goal is for 1,000,000 events (a list of 100,000): verified in 60 seconds. The pages are those of a senior
administrator: the newest events, the oldest, and filters that find little among many; a figure is the p95 of requests
to the whole portal, one after the other.
"""

from __future__ import annotations

import logging
import os
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from time_machine import travel
from uuid_utils.compat import uuid7

from benchmarks.browsing import browser_of
from benchmarks.database import large_trust, tidy
from benchmarks.measuring import Figure, percentile, seconds
from benchmarks.stages import Setting
from staffpassport.audit import verifying
from staffpassport.audit.chain import Keys
from staffpassport.audit.heads import read
from staffpassport.audit.models import Kind, SealedEvent
from staffpassport.audit.record import Actor, record, record_each
from staffpassport.audit.sealing import seal
from staffpassport.organisations.access import Role

_EVENTS_EACH = 10
_A_CHUNK = 4_000
_REQUESTS = 40
_GOAL, _GOAL_IS_FOR = 60.0, 1_000_000
_PAGE_GOAL = 0.3
_YEAR = timedelta(days=365)
_BY = Actor.task("benchmarks")


def run(setting: Setting) -> Iterator[Figure]:
    """Written, sealed, verified, read."""
    logging.disable(logging.INFO)
    trust, events = large_trust(), setting.size * _EVENTS_EACH
    with tempfile.TemporaryDirectory() as folder:
        settings.AUDIT_HEADS_FILE = str(Path(folder) / "heads.jsonl")
        somebody = uuid7()
        with travel(timezone.now() - _YEAR, tick=False):
            record(Kind.PASSPORT_VIEWED, actor=_BY, organisation_id=trust.pk, subject=somebody)
        written = seconds(lambda: _write(trust.pk, events))
        browser = browser_of(trust, Role.SENIOR_ADMINISTRATOR)
        reader = UUID(browser.session["second_factor_set_up_by"])
        looking = Actor.person(reader, "Alex Morgan")
        record(Kind.PASSPORT_VIEWED, actor=looking, organisation_id=trust.pk, subject=somebody)
        busy = _busy()
        sealed = seconds(_seal_everything)
        sealing = _busy() - busy
        tidy()
        yield Figure(
            f"sealing {events:,} events",
            setting.on,
            [sealed],
            notes=[f"{sealing:.0f} s of a processor", f"written in {written:.1f} s"],
        )
        heads, problems = read([Path(settings.AUDIT_HEADS_FILE)])
        found: list[object] = []

        def verify() -> None:
            with verifying.one_moment():
                found.extend(verifying.inserted())
                report = verifying.verify(trust.pk, Keys(settings.AUDIT_KEYS), heads[trust.pk])
                found.extend(report.verdict.findings)
                assert report.verdict.events > events

        busy = _busy()
        taken = [seconds(verify) for _ in range(setting.rounds)]
        verifying_one = (_busy() - busy) / setting.rounds
        assert not found, found[:3]
        assert not problems
        goal = _GOAL if events == _GOAL_IS_FOR else None
        yield Figure(
            f"verifying {events:,} events",
            setting.on,
            taken,
            goal,
            notes=[f"{verifying_one:.0f} s of a processor"],
        )
        yield from _pages(setting, browser, somebody, reader, events)


def _write(trust: object, events: int) -> None:
    """Over the last year, a list or two a day."""
    kinds, begin = [Kind.INVITED, Kind.MESSAGE_SENT, Kind.MESSAGE_DELIVERED], timezone.now() - _YEAR
    for place, start in enumerate(range(0, events, _A_CHUNK)):
        subjects = [uuid7() for _ in range(min(_A_CHUNK, events - start))]
        with travel(begin + _YEAR * start / events, tick=False):
            record_each(kinds[place % len(kinds)], subjects, actor=_BY, organisation_id=trust)  # type: ignore[arg-type]


def _seal_everything() -> None:
    while seal():
        pass


def _pages(setting: Setting, browser: Client, somebody: UUID, reader: UUID, events: int) -> Iterator[Figure]:
    oldest = SealedEvent.objects.filter(number=100).values_list("number", flat=True)[0]
    for what, query in {
        "newest": "",
        "oldest": f"?before={oldest}",
        "of one record": f"?about={somebody}",
        "of a rare kind": "?kinds=settings&kinds=looks",
        "of somebody": f"?who={reader}",
        "of a day half a year ago": _day(timezone.now() - _YEAR / 2),
        "of a day before all": _day(timezone.now() - 6 * _YEAR),
    }.items():
        requests = _REQUESTS
        _open(browser, query)
        busy = _busy()
        taken = [seconds(partial(_open, browser, query)) for _ in range(requests)]
        each = (_busy() - busy) / requests
        yield Figure(
            f"audit page, {what}, of {events:,}",
            setting.on,
            [percentile(taken, 95)],
            _PAGE_GOAL if events <= _GOAL_IS_FOR else None,
            notes=[f"p95 of {requests} requests, {each:.3f} s of a processor each"],
        )


def _busy() -> float:
    """How long processors have worked for this process and, on PostgreSQL, for its connection: others do not count."""
    server = 0.0
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        process = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
        user, system = process.read_text().rpartition(")")[2].split()[11:13]
        server = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + server


def _day(day: datetime) -> str:
    return "?" + "&".join(
        f"{name}-day={day.day}&{name}-month={day.month}&{name}-year={day.year}" for name in ("first", "last")
    )


def _open(browser: Client, query: str) -> None:
    answer = browser.get(f"/system/audit{query}")
    assert answer.status_code == 200, answer.status_code
