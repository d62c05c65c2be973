"""A made-up sealed trail as rows, made by the functions of chain.py and of nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from staffpassport.audit.chain import (
    Keys,
    Retired,
    Seal,
    Sealed,
    Told,
    Verdict,
    check,
    event_mac,
    retired_mac,
    seal_mac,
)

TRUST = UUID(int=0x0190 << 112 | 7)
BEGUN = datetime(2026, 11, 27, 9, 0, 0, 250_000, UTC)
OLD, NEW = "an old audit key of the tests 0123456789", "the newest audit key of the tests 0123456"


@dataclass(frozen=True, slots=True)
class Trail:
    """What the tables and the file of heads hold of one trust."""

    seals: Sequence[Seal]
    events: Sequence[Sealed]
    heads: dict[int, set[bytes]]
    retired: Retired | None = None
    retirements: dict[int, set[bytes]] = field(default_factory=dict)

    def verdict(self, keys: Sequence[str] = (NEW, OLD)) -> Verdict:
        """As verify_audit reads it: in the order of the tables' keys."""
        seals = sorted(self.seals, key=lambda seal: seal.first)
        events = sorted(self.events, key=lambda event: event.number)
        return check(TRUST, seals, events, Keys(keys), self.heads, self.retired, self.retirements)

    def without_the_first(self, batches: int, key: str = NEW) -> Trail:
        """So many batches were deleted for their age: sealed with a key, and noted outside the database."""
        last, ring = self.seals[batches - 1], Keys([key])
        said = Retired(last.last, last.mac, ring.newest, BEGUN + timedelta(days=3000), b"")
        said = said._replace(mac=retired_mac(key.encode(), TRUST, said))
        return replace(
            self,
            seals=self.seals[batches:],
            events=[one for one in self.events if one.number > last.last],
            retired=said,
            retirements={last.last: {last.mac}},
        )


def told(number: int) -> Told:
    """What the event with this number says."""
    return Told(
        id=UUID(int=0x0190_0000_0000_7000_8000 << 48 | number),
        organisation_id=TRUST,
        kind="invited",
        actor=f"user:{UUID(int=number % 7)}",
        actor_name="Jo Hill",
        subject=str(UUID(int=number)),
        detail="" if number % 3 else "Email",
        at=BEGUN + timedelta(seconds=number),
        network_address=None if number % 5 else "192.0.2.1",
    )


def sealed_in(*batches: int, keys: Sequence[str] = (NEW, OLD)) -> Trail:
    """A trail of batches of so many events each; the last is sealed by the newest key, the others by the next."""
    seals, events, first, previous = [], [], 1, b""
    for place, size in enumerate(batches, start=1):
        ring = Keys(keys if place == len(batches) else keys[1:] or keys)
        key = ring.get(ring.newest)
        assert key
        numbers = range(first, first + size)
        batch = [Sealed(n, event_mac(key, TRUST, n, told(n)), told(n)) for n in numbers]
        seal = Seal(first, first + size - 1, previous, b"", ring.newest, told(numbers[-1]).at)
        seal = seal._replace(mac=seal_mac(key, TRUST, seal, [one.mac for one in batch]))
        seals.append(seal)
        events += batch
        first, previous = seal.last + 1, seal.mac
    return Trail(seals, events, {seal.last: {seal.mac} for seal in seals})
