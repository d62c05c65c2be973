"""The newest seal of each trust, noted outside the database: whoever can write tables cannot take these lines back.

One line of JSON a head (outside.py); `verify_audit` reads the files of any number of machines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog

from staffpassport.audit import outside

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


def read(files: Iterable[Path]) -> tuple[Heads, list[str]]:
    """All heads of these files, and a sentence for each line that is none. Raises OSError."""
    noted, problems = outside.read(files, _noted, "head of the audit trail")
    found: dict[UUID, dict[int, set[bytes]]] = defaultdict(lambda: defaultdict(set))
    for organisation, last_number, mac in noted:
        found[organisation][last_number].add(mac)
    return found, problems


def _noted(line: Any) -> tuple[UUID, int, bytes]:
    return UUID(line["organisation"]), int(line["last_number"]), bytes.fromhex(line["mac"])
