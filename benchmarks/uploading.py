"""A list all the way as HR and a worker take it: sent in, checked until it can be reviewed, confirmed, carried out.

The worker's duties run in this process, one after the other, as in a worker that has nothing else to do; while the
plan is carried out, another process works in the portal.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

from benchmarks import lists
from benchmarks.database import large_trust
from benchmarks.measuring import Figure, memory, seconds
from benchmarks.others import others
from benchmarks.people import COHORT
from benchmarks.stages import Setting
from staffpassport.audit.record import Actor
from staffpassport.uploads.actions import confirm, receive
from staffpassport.uploads.checking import check
from staffpassport.uploads.inviting import invite_some
from staffpassport.uploads.models import Upload
from staffpassport.work.pauses import give_way

_GOALS = {"sqlite": 10.0, "postgresql": 6.0}
_BY = Actor.task("benchmarks")
# Above the people of the other stages, which write into the same database.
_FIRST = 50_000_000


def run(setting: Setting) -> Iterator[Figure]:
    """To the review, and from there to the last message in the outbox."""
    checked, invited, waits, sizes = [], [], [], []
    for round_ in range(setting.rounds):
        content = lists.as_csv(setting.size, _FIRST + round_ * setting.size)
        upload = receive(
            organisation=large_trust(), cohort=COHORT, content=content, name=f"{round_}.csv", by=_BY
        )
        with memory() as growth:
            begun = time.perf_counter()
            check(upload)
            checked.append(time.perf_counter() - begun)
            upload.refresh_from_db()
            assert confirm(upload, plan_hash=upload.plan_hash, by=_BY)
            with others() as waited:
                invited.append(seconds(partial(_carried_out, upload)))
            sizes.append(growth())
        upload.refresh_from_db()
        waits.append(f"{upload.invited:,} people, {waited}")
    yield Figure(
        "upload to review", setting.on, checked, 3.0, notes=[f"with all below grows by {max(sizes)} MiB"]
    )
    yield Figure("confirmed to all queued", setting.on, invited, _GOALS[setting.on], notes=waits)


def _carried_out(upload: Upload) -> None:
    while invite_some(upload):
        give_way()
