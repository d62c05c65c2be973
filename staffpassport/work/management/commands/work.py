"""`manage.py work`: one worker. Any number may run, on any number of machines with the same PostgreSQL."""

from __future__ import annotations

import signal
import sys
import threading
from typing import Any

from django.core.management.base import BaseCommand

from staffpassport.work import duties, loops, starting
from staffpassport.work.worker import Worker


class Command(BaseCommand):
    help = (
        "Hands over messages and does the duties of the portal, until it is told to stop (SIGTERM or Ctrl-C)."
    )
    # The web process checks the pages; a worker has none and is to be up quickly.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        starting.refuse_what_must_not_start()
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        clean = Worker(duties.registered(), loops.registered()).run(stop)
        sys.exit(0 if clean else 1)
