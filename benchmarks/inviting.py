"""Inviting a list, chunk by chunk, as a worker does: passports, invitations, messages and events.

Floor: the very same rows written into tables without indexes and rules, by COPY or executemany. Peer: Django's
bulk_create with querysets for what is known, on a twentieth of the people. Meanwhile another process opens pages,
notes that people were seen and invites single people.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import partial
from statistics import median
from uuid import UUID, uuid4

from uuid_utils.compat import uuid7

from benchmarks import floors, peers
from benchmarks.database import large_trust
from benchmarks.measuring import Figure, memory, seconds
from benchmarks.others import others
from benchmarks.people import people
from benchmarks.stages import Setting
from staffpassport.audit.record import Actor
from staffpassport.invitations.actions import invite
from staffpassport.messaging.states import Urgency
from staffpassport.roster.people import StaffDetails
from staffpassport.uploads.inviting import CHUNK
from staffpassport.work.pauses import ON_SQLITE

_GOALS = {"sqlite": 10.0, "postgresql": 6.0}
_PEERS_SHARE = 20
_BY = Actor.task("benchmarks")


def run(setting: Setting) -> Iterator[Figure]:
    """Alone and beside others, in turn with the peer; then the floor."""
    chunk, pause = CHUNK[setting.on], ON_SQLITE if setting.on == "sqlite" else 0.0
    lists = (
        list(people(setting.size, first=first)) for first in range(setting.passports, 10**8, setting.size)
    )
    alone, beside, by_peer, processors, notes, grown = [], [], [], [], [], 0
    for _ in range(setting.rounds):
        everybody = next(lists)
        before = time.process_time()
        with memory() as growth:
            alone.append(invited(everybody, chunk))
            grown = max(grown, growth())
        processors.append(time.process_time() - before)
        everybody = next(lists)
        with others() as waits:
            beside.append(invited(everybody, chunk, pause))
        notes.append(str(waits))
        some = next(lists)[::_PEERS_SHARE]
        by_peer.append(_PEERS_SHARE * seconds(partial(peers.invite, large_trust(), some)))
    upload = uuid4()
    invited(next(lists), chunk, upload=upload)
    floor = ("the rows alone", floors.written(upload))
    yield Figure(
        "inviting, alone",
        setting.on,
        alone,
        floor=floor,
        peer=("bulk_create", median(by_peer)),
        notes=[f"chunks of {chunk:,}", f"{median(processors):.1f} s of a processor", f"grows by {grown} MiB"],
    )
    yield Figure(
        "inviting, beside others",
        setting.on,
        beside,
        goal=_GOALS[setting.on],
        floor=floor,
        notes=[f"pauses of {pause:g} s", *notes],
    )


def invited(
    everybody: Sequence[StaffDetails], chunk: int, pause: float = 0.0, upload: UUID | None = None
) -> float:
    """The seconds to invite them all."""
    trust = large_trust()
    begun = time.perf_counter()
    for start in range(0, len(everybody), chunk):
        some = {uuid7(): details for details in everybody[start : start + chunk]}
        invite(organisation=trust, people=some, by=_BY, urgency=Urgency.BULK, upload=upload)
        time.sleep(pause)
    return time.perf_counter() - begun
