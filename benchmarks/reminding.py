"""100,000 reminders due at the same moment: invitations of a list one, two and three days before, chunk by chunk.

Each round is the duty on the next day: it reads who is due, and queues an e-mail, a text and an event for each. Then
all of them expire at the same moment. The duties run in this process, as in a worker that has nothing else to do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.database import large_trust
from benchmarks.inviting import invited
from benchmarks.measuring import Figure
from benchmarks.people import people
from benchmarks.stages import Setting
from staffpassport.invitations.expiring import expire_some
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.reminding import CHUNK, remind_some
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import State
from staffpassport.organisations.models import Organisation
from staffpassport.work.pauses import give_way

# Above the people of the other stages, which write into the same database.
_FIRST = 150_000_000


def run(setting: Setting) -> Iterator[Figure]:
    """The reminders of so many days, then the expiry of all."""
    _forget_other_stages()
    invited(list(people(setting.size, first=_FIRST)), CHUNK[setting.on])
    now = timezone.now()
    Message.everywhere.update(state=State.SENT, recipient=None, attempts=1, attempted_at=now)
    Organisation.objects.filter(pk=large_trust().pk).update(reminder_days=list(range(1, setting.rounds + 1)))
    taken: list[float] = []
    notes: list[str] = []
    for day in range(1, setting.rounds + 1):
        with time_machine.travel(now + timedelta(days=day)):
            taken.append(_until_done(remind_some, notes))
        queued = Message.everywhere.filter(idempotency_key__startswith=f"reminder:{day}:").count()
        assert queued == 2 * setting.size
    yield Figure(f"{setting.size:,} reminded", setting.on, taken, notes=notes)
    Message.everywhere.filter(state=State.QUEUED).update(state=State.SENT, recipient=None)
    notes = []
    with time_machine.travel(now + timedelta(days=60)):
        taken = [_until_done(expire_some, notes)]
    yield Figure(f"{setting.size:,} expired", setting.on, taken, notes=notes)


def _until_done(some: Callable[[], bool], notes: list[str]) -> float:
    """The seconds until there is no more; notes how many bits and queries that took, and the longest bit."""
    bits, begun = [], time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        more = True
        while more:
            bit = time.perf_counter()
            more = some()
            bits.append(time.perf_counter() - bit)
            give_way()
    notes.append(f"{len(bits)} bits, {len(queries)} queries, longest {max(bits):.2f} s")
    return time.perf_counter() - begun


def _forget_other_stages() -> None:
    """Theirs are of the same day, and would be looked at too."""
    with connection.cursor() as cursor:
        for model in (Message, Invitation):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: SLF001
