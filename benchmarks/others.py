"""What other people do meanwhile: a process of its own, like a web process beside the worker.

Over and over it opens a page of a trust with 20,000 people, notes that its user was seen, and invites one person,
and at the end says how long each took. As a program it goes on until its input ends.
"""

from __future__ import annotations

import json
import logging
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count, cycle

from benchmarks.measuring import percentile, seconds

# Between two of them: some twenty requests a second.
_PAUSE = 0.05
# Numbers of people that no list of the benchmarks reaches.
_FIRST = 150_000_000


class Waits:
    """How long others took, in seconds, by what they did."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = {}

    def __str__(self) -> str:
        everything = [one for kind in self.taken.values() for one in kind]
        if not everything:
            return "nobody else got a turn"
        longest = ", ".join(f"{kind} {max(took):.2f}" for kind, took in self.taken.items() if took)
        return f"others' p99 {percentile(everything, 99):.2f} s of {len(everything)} (longest: {longest})"


@contextmanager
def others() -> Iterator[Waits]:
    """Within it the other process is at work; afterwards the waits are known."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.others"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    process.stdout.readline()  # it has begun
    waits = Waits()
    try:
        yield waits
    finally:
        waits.taken = json.loads(process.communicate("stop\n")[0])


def main() -> None:
    """The other process."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "staffpassport.settings")
    django.setup()
    logging.disable(logging.INFO)

    kinds = _kinds()
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    for work in kinds.values():
        work()  # the first of each also reads templates and opens connections
    print("begun", flush=True)
    for kind, work in cycle(kinds.items()):
        taken[kind].append(seconds(work))
        if select.select([sys.stdin], [], [], _PAUSE)[0]:
            break
    print(json.dumps(taken))


def _kinds() -> dict[str, Callable[[], object]]:
    from uuid_utils.compat import uuid7

    from benchmarks.browsing import browser_of
    from benchmarks.database import MIDDLE
    from benchmarks.people import person
    from staffpassport.audit.record import Actor
    from staffpassport.invitations.actions import invite
    from staffpassport.organisations.models import Organisation

    by = Actor.task("benchmarks")
    trust = Organisation.objects.get(ods_code=MIDDLE)
    browser = browser_of(trust)
    session = browser.session
    # A run of its own in the same database, so numbers of its own.
    numbers = count(_FIRST + time.time_ns() // 10**6 % 40_000_000)

    def page() -> None:
        answer = browser.get("/people")
        assert answer.status_code == 200, answer.status_code

    def seen() -> None:
        session["seen"] = time.time()
        session.save()

    def one_invitation() -> None:
        invite(organisation=trust, people={uuid7(): person(next(numbers))}, by=by)

    return {"page": page, "seen": seen, "invitation": one_invitation}


if __name__ == "__main__":
    main()
