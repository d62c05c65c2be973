"""Figures for a monitor, in Prometheus' text form. Everything is read from the database when it is asked for.

So any process gives the same answer, and nothing has to be gathered from gunicorn's processes and the workers.
"""

from __future__ import annotations

import platform
import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from staffpassport.audit import sealing
from staffpassport.messaging import budget, figures, health, providers
from staffpassport.messaging.states import Hurdle, Urgency
from staffpassport.organisations.access import public
from staffpassport.portal.information import migrations_waiting
from staffpassport.ui.bearer import knows_a_token
from staffpassport.uploads.backlog import backlog
from staffpassport.work import heartbeat

_PREFIX = "staffpassport_"


@public
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """How the installation stands, for whoever shows a token of METRICS_TOKENS; without any, there is no such page."""
    if not settings.METRICS_TOKENS:
        return HttpResponse(
            "There are no figures here: METRICS_TOKENS is not set.\n", status=404, content_type="text/plain"
        )
    if not knows_a_token(request, settings.METRICS_TOKENS):
        return HttpResponse(
            "The bearer token is missing or not one of METRICS_TOKENS.\n",
            status=401,
            content_type="text/plain",
            headers={"WWW-Authenticate": "Bearer"},
        )
    registry = CollectorRegistry()  # this request's own, not the library's for a whole process
    registry.register(_Now())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Now(Collector):
    """The figures of this moment. 17 queries, none over more than 10,000 rows."""

    def describe(self) -> list[Metric]:
        """Nothing: to register costs no query."""
        return []

    def collect(self) -> Iterator[Metric]:
        yield from _messages()
        yield from _sending()
        yield from _workers()
        yield from _audit()
        yield from _installation()


def _messages() -> Iterator[Metric]:
    now = timezone.now()
    waits = health.longest_waits(now)
    yield _gauge(
        "oldest_due_message_age_seconds",
        "How long the oldest message has waited that may go out now; 0 where none waits",
        {(urgency.label.lower(),): waits.get(urgency, timedelta(0)).total_seconds() for urgency in Urgency},
        "urgency",
    )
    yield _gauge(
        "messages_queued",
        "Messages that wait, also for a later hour; counted to 10,000",
        {(urgency.label.lower(),): count for urgency, count in figures.queued().items()},
        "urgency",
    )
    yield _gauge(
        "messages_in_hand",
        "Messages being sent (leased), or that may have gone out and are looked up (uncertain); counted to 10,000",
        {(state.value,): count for state, count in figures.in_hand().items()},
        "state",
    )
    yield _gauge(
        "messages_written_last_hour",
        "What became of the messages written within an hour, of the newest 10,000",
        figures.written_lately(now),
        "channel",
        "state",
    )
    yield _gauge(
        "messages_failed_last_hour",
        "Messages that did not arrive, or may not have been sent, by when that was known; of 10,000",
        figures.failed_lately(now),
        "channel",
        "reason",
    )


def _sending() -> Iterator[Metric]:
    provider = providers.chosen()
    if provider is None:
        return
    purse = budget.peek(provider, timezone.now())
    left = {channel: purse.left_today(channel, Urgency.CODE) for channel in provider.channels}
    yield _gauge(
        "messages_left_today",
        "How many more the provider takes until midnight UTC",
        {(channel.value,): count for channel, count in sorted(left.items()) if count is not None},
        "channel",
    )
    # For what somebody has to put right there is a word; what passes by itself is one.
    because = purse.row.paused_because if purse.row.paused_because in Hurdle.values else "passing"
    yield _gauge(
        "sending_paused",
        "1 while nobody sends anything, and why",
        {(because if purse.paused else "",): int(purse.paused)},
        "because",
    )


def _workers() -> Iterator[Metric]:
    workers = heartbeat.ages()
    alive = sum(age <= heartbeat.ALIVE_WITHIN for _, _, age in workers)
    yield _gauge("workers_alive", "Workers heard of within 30 seconds", {(): alive})
    yield _gauge(
        "worker_heartbeat_age_seconds",
        "How long ago each worker was heard of; one that stopped cleanly is not listed",
        {(host, str(pid)): age.total_seconds() for host, pid, age in workers},
        "host",
        "pid",
    )
    waiting = backlog(timezone.now())
    yield _gauge(
        "uploads_at_work",
        "Lists of staff that a worker has something to do about",
        {(one.state.value,): one.uploads for one in waiting},
        "state",
    )
    yield _gauge(
        "upload_still_seconds",
        "For how long the one of them that has moved least has not moved",
        {(one.state.value,): one.longest_still.total_seconds() for one in waiting},
        "state",
    )


def _audit() -> Iterator[Metric]:
    now = timezone.now()
    oldest = {"seal": sealing.oldest_unsealed(), "head": sealing.oldest_unwritten()}
    yield _gauge(
        "audit_oldest_waiting_seconds",
        "How long the oldest event has waited for its seal, and the oldest seal for its head to be noted; 0 where none "
        "waits",
        {(what,): max(0.0, (now - (since or now)).total_seconds()) for what, since in oldest.items()},
        "waits_for",
    )


def _installation() -> Iterator[Metric]:
    yield _gauge(
        "migrations_waiting",
        "Changes of the database that have not been applied",
        {(): migrations_waiting()},
    )
    yield InfoMetricFamily(
        _PREFIX + "build",
        "What runs",
        {
            "version": _version(),
            "python": platform.python_version(),
            "django": django.get_version(),
            "database": connection.vendor,
            "provider": settings.MESSAGE_PROVIDER,
        },
    )


def _gauge(name: str, says: str, values: Mapping[Any, float], *labels: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(_PREFIX + name, says, labels=labels)
    for which, value in values.items():
        family.add_metric(which, value)
    return family


@cache
def _version() -> str:
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
