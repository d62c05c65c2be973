"""Lines in a file outside the database, one of JSON each: whoever changes or restores tables cannot take them back.

Each worker appends to a file of its machine; whoever reads them takes those of all machines together.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured

One = TypeVar("One")

# What a line that is none of those looked for raises while it is read.
_NOT_ONE = (ValueError, KeyError, TypeError, AttributeError)


def append(file: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    """Adds lines to the file, which are on the disk when this returns. Raises OSError."""
    with _opened(file) as descriptor:
        # A line that was cut short when the machine died is left as it is, and spoils no other.
        begin = "" if _ends_whole(descriptor) else "\n"
        written = memoryview((begin + "".join(f"{json.dumps(line)}\n" for line in lines)).encode())
        while written:  # on a disk that is nearly full only a part of it is taken
            written = written[os.write(descriptor, written) :]
        os.fsync(descriptor)


def read(files: Iterable[Path], take: Callable[[Any], One], what: str) -> tuple[list[One], list[str]]:
    """What `take` makes of each line, and a sentence for each that is none, which says `what`. Raises OSError.

    The last line may have been cut short when the machine died: that is no finding.
    """
    found, problems = [], []
    for file in files:
        lines = file.read_text(errors="replace").split("\n")
        cut_short = len(lines) if lines[-1] else 0
        for place, line in enumerate(lines, start=1):
            if not line:
                continue
            try:
                found.append(take(json.loads(line)))
            except _NOT_ONE:
                if place != cut_short:
                    problems.append(f"Line {place:,} of {file} is no {what}.")
    return found, problems


def refuse_without(setting: str, file: Path) -> None:
    """Makes the file if it is not there; stops a worker that could not write it. Raises ImproperlyConfigured."""
    try:
        with _opened(file):
            pass
    except OSError as fault:
        raise ImproperlyConfigured(f"{setting} cannot be written ({fault.strerror}): {file}") from None


@contextmanager
def _opened(file: Path) -> Iterator[int]:
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _ends_whole(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"
