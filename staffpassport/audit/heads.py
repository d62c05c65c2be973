"""The newest seal of each trust, noted outside the database: whoever can write tables cannot take these lines back.

One line of JSON a head (outside.py); `verify_audit` reads the files of any number of machines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog

from staffpassport.audit import outside

log = structlog.get_logger(__name__)

# By last number, the MACs that were noted.
Macs = Mapping[int, set[bytes]]


@dataclass(frozen=True, slots=True)
class Noted:
    """What the files say of one trust: where its chain ended, and up to where it was deleted for its age."""

    heads: Macs = field(default_factory=lambda: defaultdict(set))
    retired: Macs = field(default_factory=lambda: defaultdict(set))


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain of a trust ended, and the MAC of its seal there."""

    at: datetime
    organisation_id: UUID
    last_number: int
    mac: bytes

    def line(self) -> dict[str, Any]:
        """As it stands in the file."""
        return {
            "at": self.at.isoformat(),
            "organisation": str(self.organisation_id),
            "last_number": self.last_number,
            "mac": self.mac.hex(),
        }


def append(file: Path, heads: Iterable[Head]) -> None:
    """Adds heads to the file, which is on the disk when this returns, and to the log. Raises OSError."""
    heads = list(heads)
    outside.append(file, [head.line() for head in heads])
    for head in heads:
        log.info(
            "audit trail sealed",
            organisation=str(head.organisation_id),
            last_number=head.last_number,
            mac=head.mac.hex(),
        )


def append_retired(file: Path, head: Head) -> None:
    """Notes that all up to this head, and the head, is about to be deleted for its age. Raises OSError."""
    outside.append(file, [{**head.line(), "retired": True}])
    log.info(
        "audit trail retired",
        organisation=str(head.organisation_id),
        last_number=head.last_number,
        mac=head.mac.hex(),
    )


def read(files: Iterable[Path]) -> tuple[dict[UUID, Noted], list[str]]:
    """All that these files say of each trust, and a sentence for each line that says nothing. Raises OSError."""
    lines, problems = outside.read(files, _read, "head of the audit trail")
    found: dict[UUID, Noted] = defaultdict(Noted)
    for organisation, last_number, mac, retired in lines:
        noted = found[organisation]
        macs = noted.retired if retired else noted.heads
        macs[last_number].add(mac)
    return dict(found), problems


def _read(line: Any) -> tuple[UUID, int, bytes, bool]:
    retired = line.get("retired", False) is True
    return UUID(line["organisation"]), int(line["last_number"]), bytes.fromhex(line["mac"]), retired
