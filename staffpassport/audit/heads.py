"""The newest seal of each trust, noted outside the database: whoever can write tables cannot take these lines back.

One line of JSON a head, in a file to which each worker appends. Several workers on several machines have a file each;
`verify_audit` reads any number of them.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import structlog

log = structlog.get_logger(__name__)

# By trust and last number, the MACs that were noted.
Heads = Mapping[UUID, Mapping[int, set[bytes]]]


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain of a trust ended, and the MAC of its seal there."""

    at: datetime
    organisation_id: UUID
    last_number: int
    mac: bytes

    def line(self) -> str:
        """As it stands in the file."""
        return json.dumps(
            {
                "at": self.at.isoformat(),
                "organisation": str(self.organisation_id),
                "last_number": self.last_number,
                "mac": self.mac.hex(),
            }
        )


def append(file: Path, heads: Iterable[Head]) -> None:
    """Adds heads to the file, which is on the disk when this returns, and to the log. Raises OSError."""
    heads = list(heads)
    with _opened(file) as descriptor:
        # A line that was cut short when the machine died is left as it is, and spoils no other.
        begin = "" if _ends_whole(descriptor) else "\n"
        os.write(descriptor, (begin + "".join(f"{head.line()}\n" for head in heads)).encode())
        os.fsync(descriptor)
    for head in heads:
        log.info(
            "audit trail sealed",
            organisation=str(head.organisation_id),
            last_number=head.last_number,
            mac=head.mac.hex(),
        )


def make_sure_of(file: Path) -> None:
    """Makes the file if it is not there. Raises OSError where it cannot be written."""
    with _opened(file):
        pass


def read(files: Iterable[Path]) -> tuple[Heads, list[str]]:
    """All heads of these files, and a sentence for each line that is none. Raises OSError.

    The last line may have been cut short when the machine died: that is no finding.
    """
    found: dict[UUID, dict[int, set[bytes]]] = defaultdict(lambda: defaultdict(set))
    problems = []
    for file in files:
        lines = file.read_text(errors="replace").split("\n")
        cut_short = len(lines) if lines[-1] else 0
        for place, line in enumerate(lines, start=1):
            if not line:
                continue
            try:
                said = json.loads(line)
                found[UUID(said["organisation"])][int(said["last_number"])].add(bytes.fromhex(said["mac"]))
            except (ValueError, KeyError, TypeError, AttributeError):
                if place != cut_short:
                    problems.append(f"Line {place:,} of {file} is no head of the audit trail.")
    return found, problems


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
