"""A worker of small chunks that may end by SIGKILL, at the statement KILL_AT of its work on uploads."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from itertools import count
from threading import Timer, current_thread
from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created

CHUNK = 60
_BEGINS = 'UPDATE "uploads_upload"'


class CrashingUploadsConfig(AppConfig):
    name = "tests.uploads.crashing"
    label = "crashing_uploads"

    def ready(self) -> None:
        from staffpassport.uploads import inviting, plan, undoing

        inviting.CHUNK = dict.fromkeys(inviting.CHUNK, CHUNK)
        undoing._CHUNK = CHUNK
        plan._AT_ONCE = 2 * CHUNK
        if "KILL_AT" in os.environ:
            death = Death(int(os.environ["KILL_AT"]), float(os.environ["KILL_LATE"]))
            connection_created.connect(death.watch, weak=False)


class Death:
    """`seconds` after the statement of this number has begun: in the middle of it, of its commit, or of a later one.

    Only the thread of the duties counts, and only from when it has changed an upload: looking for work is no work.
    """

    def __init__(self, number: int, seconds: float) -> None:
        self._left = count(number, -1)
        self._seconds = seconds
        self._begun = False

    def watch(self, connection: Any, **_: Any) -> None:
        connection.execute_wrappers.append(self._execute)

    def _execute(
        self, real: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any
    ) -> object:
        if current_thread().name == "duties":
            self._begun = self._begun or sql.startswith(_BEGINS)
            if self._begun and next(self._left) == 0:
                Timer(self._seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()
        return real(sql, parameters, many, context)
