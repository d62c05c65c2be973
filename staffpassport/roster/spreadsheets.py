"""Spreadsheets, read by a process of their own.

A workbook of 5 KB with cells A1 and XFD1048576 makes the library ask for 550 GB and end the whole process,
without an exception to catch. So it runs in a child with little memory and time, which is given nothing
but the file: no environment, so no secrets. Whatever the child dies of is a problem of the file."""

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Thread, Timer
from typing import IO

from . import file_sentences as sentences
from .limits import SPREADSHEET_TEXT, SPREADSHEET_WAIT
from .table import FileProblem, Trouble

_ROOT = Path(__file__).resolve().parents[2]
_CHILD = f"{__package__}.spreadsheet_process"
# How the child writes the date cells.
_ISO, _DAY_FIRST = "%Y-%m-%d", "%d/%m/%Y"
_LONGEST_ANSWER = 1024 * 1024  # bytes
# How a process ends that wants more memory or time than it may have.
_BEYOND_LIMITS = frozenset({signal.SIGABRT, signal.SIGKILL, signal.SIGXCPU})


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """The one sheet that was read: its rows from the very first as CSV in UTF-8."""

    kind: str
    text: bytes
    notices: tuple[str, ...]


def sheet_of(content: bytes, *, day_first: bool = False) -> Sheet | FileProblem:
    """The first visible sheet with headings that we know, or else the first with anything in it. Date
    cells become 1984-03-15 or, with `day_first`, 15/03/1984. Raises OSError where no process can be
    started, which is no fault of the file."""
    told, text, status = _asked(content, _DAY_FIRST if day_first else _ISO)
    if len(text) > SPREADSHEET_TEXT or -status in _BEYOND_LIMITS:
        return FileProblem(Trouble.TOO_MUCH, sentences.TOO_MUCH)
    if status or not told:
        return FileProblem(Trouble.DAMAGED, sentences.DAMAGED)
    about = json.loads(told)
    if "trouble" in about:
        return FileProblem(Trouble(about["trouble"]), about["sentence"])
    # As in text files: no spreadsheet shows a NUL, and no database stores one.
    return Sheet(about["kind"], text.replace(b"\0", b""), tuple(about["notices"]))


def _asked(content: bytes, dates: str) -> tuple[bytes, bytes, int]:
    """What the child tells about the file, the rows, and how it ended."""
    with subprocess.Popen(  # noqa: S603 - nothing in the command comes from the file
        [sys.executable, "-s", "-m", _CHILD, dates],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env={},
    ) as child:
        assert child.stdin
        assert child.stdout
        feeder = Thread(target=_feed, args=(child.stdin, content))
        clock = Timer(SPREADSHEET_WAIT, child.kill)
        feeder.start()
        clock.start()
        try:
            told = child.stdout.readline(_LONGEST_ANSWER)
            text = child.stdout.read(SPREADSHEET_TEXT + 1)
            if len(text) > SPREADSHEET_TEXT:
                child.kill()
            status = child.wait()
        finally:
            child.kill()
            clock.cancel()
            feeder.join()
    return told, text, status


def _feed(pipe: IO[bytes], content: bytes) -> None:
    try:
        with pipe:
            pipe.write(content)
    except BrokenPipeError:
        pass  # the child has seen enough
