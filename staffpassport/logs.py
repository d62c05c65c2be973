"""Logs by structlog: JSON lines for machines, short lines for people. Never a token, never a person's details.

The message of an exception may hold what a row held ("Key (email)=(…) already exists"), its traceback the values of
variables. JSON lines, which are kept and passed on, therefore tell of a fault by `describe` alone, whoever logs it.
"""

from __future__ import annotations

import datetime
import enum
import logging
import sys
import threading
import traceback
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

_ROOT = str(Path(__file__).resolve().parent.parent) + "/"
_FRAMES = 12
_PLAIN = (uuid.UUID, datetime.date, datetime.timedelta, enum.Enum, Path)


def describe(fault: BaseException, frames: int = _FRAMES) -> dict[str, str]:
    """A fault without its message and values: its class, the last places it went through, what caused it.

    `where` reads `file:line function`, newest first; `cause` the classes of its causes, nearest first, and is there
    only where there was one.
    """
    places = traceback.extract_tb(fault.__traceback__)[-frames:]
    told = {
        "fault": type(fault).__name__,
        "where": " < ".join(f"{_short(p.filename)}:{p.lineno} {p.name}" for p in reversed(places)),
    }
    causes = [type(cause).__name__ for cause in _causes(fault)]
    if causes:
        told["cause"] = " < ".join(causes)
    return told


def configure(log_format: str) -> dict[str, Any]:
    """Sets structlog up and returns Django's LOGGING, which sends the standard library's records the same way.

    `log_format` is `json` or `console`.
    """
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    if log_format == "json":
        last = [_faults_described, structlog.processors.JSONRenderer(default=_plainly)]
        _keep_last_words_in_line()
    else:
        console = structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
        last = [console]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"no_addresses": {"()": NoAddresses}},
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # One line a request is written by our own middleware, without paths and query strings, one a refused form
            # by our own page; Django's would repeat them with the path, which may hold a token.
            "django.request": {"level": "CRITICAL", "propagate": True},
            "django.security.csrf": {"level": "CRITICAL", "propagate": True},
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
            # It repeats what GOV.UK Notify says is wrong with a message, which may be a part of the message.
            "notifications_python_client": {"level": "CRITICAL", "propagate": True},
            # It would name each passkey that is used.
            "fido2": {"level": "WARNING", "propagate": True},
            "gunicorn.error": {"handlers": [], "filters": ["no_addresses"], "propagate": True},
            # Its lines hold paths and people's network addresses. What they tell is in our line a request.
            "gunicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }


class NoAddresses(logging.Filter):
    """gunicorn names the address of a request that failed, or what of it could not be read: both may hold a token."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every record through, such ones with the beginning of their words only."""
        said = str(record.msg)
        for beginning in ("Error handling request", "Invalid request"):
            if said.startswith(beginning):
                record.msg, record.args = beginning, ()
        return True


def _faults_described(
    logger: Any, method: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    fault = event.pop("exc_info", None)
    if isinstance(fault, tuple):
        fault = fault[1]
    elif fault and not isinstance(fault, BaseException):
        fault = sys.exc_info()[1]
    return {**event, **describe(fault)} if isinstance(fault, BaseException) else event


def _plainly(value: object) -> str:
    """Ids and dates as text; of anything else only what it is: its own text may be a person's name."""
    return str(value) if isinstance(value, _PLAIN) else f"<{type(value).__name__}>"


def _causes(fault: BaseException) -> Iterator[BaseException]:
    seen = {id(fault)}
    cause = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    while cause is not None and id(cause) not in seen:
        yield cause
        seen.add(id(cause))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _short(filename: str) -> str:
    return filename.rpartition("/site-packages/")[2].removeprefix(_ROOT)


def _keep_last_words_in_line() -> None:
    """What ends a thread or a process is logged like any fault; Python by itself would print its message.

    A person at a terminal still reads the whole of it.
    """
    log = structlog.get_logger(__name__)
    logging.raiseExceptions = False  # a line that cannot be written is not printed with its values instead

    def thread_ended(ended: threading.ExceptHookArgs) -> None:
        if ended.exc_value is not None and not isinstance(ended.exc_value, SystemExit):
            log.critical("thread crashed", **describe(ended.exc_value))

    def process_ended(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        if isinstance(fault, KeyboardInterrupt):
            sys.__excepthook__(kind, fault, trace)
        else:
            log.critical("crashed", **describe(fault))

    threading.excepthook = thread_ended
    if not (sys.stderr and sys.stderr.isatty()):
        sys.excepthook = process_ended
