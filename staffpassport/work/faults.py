"""Telling of a fault in the log without telling of a person.

The text of an exception may hold what a row held ("Key (email)=(…) already exists"), so it is never logged:
its class and the place are, and they are enough to find it.
"""

from __future__ import annotations

import traceback

from django.db import InterfaceError, OperationalError

# What passes by itself: the database is restarted, cannot be reached, or broke a deadlock at our cost.
PASSING = (OperationalError, InterfaceError)

_FRAMES = 3


def describe(fault: BaseException) -> dict[str, str]:
    """The class of the fault, of what caused it, and the last places it went through, newest first."""
    frames = traceback.extract_tb(fault.__traceback__)[-_FRAMES:]
    told = {
        "fault": type(fault).__name__,
        "where": " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames)),
    }
    if fault.__cause__ is not None:
        told["cause"] = type(fault.__cause__).__name__
    return told
