"""The table of contents of a sealed trail: what kinds of events, by whom and when, each thousand numbers hold.

With it, whoever asks for something rare among millions of events is led to the thousands that have it (trail.py). All
of it is derived from what is sealed, whole thousands at a time, by the sealer once it has sealed; of what it does not
list yet, readers read each event. No MAC protects it: `verify_audit` compares it with the events, so that whoever
changes it to hide one is found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from staffpassport.audit.chain import Sealed
from staffpassport.audit.models import SealedEvent, TrailContents
from staffpassport.bulk import insert

# A block is of the numbers with the same thousands: block 7 holds 7,000 to 7,999.
SIZE = 1_000
ANY = ""
# By whom, of all that the portal does by itself.
TASKS = "task:"
_BLOCKS_AT_ONCE = 10


class Line(NamedTuple):
    """What one block says of events of a kind, or of ANY, by somebody, or by ANY: they are between these moments."""

    block: int
    kind: str
    who: str
    earliest: datetime
    latest: datetime


def continue_contents(trust: UUID) -> bool:
    """Lists the next few blocks of a trust that are full; whether there may be more. Safe to repeat, and beside
    another that does the same.
    """
    begin = listed_before(trust)
    sealed = SealedEvent.objects.filter(organisation_id=trust).order_by("number")
    numbers = sealed.values_list("number", flat=True)
    oldest, newest = numbers.filter(number__gte=begin).first(), numbers.last()
    if oldest is None or newest is None:
        return False
    begin = oldest // SIZE
    end = min((newest + 1) // SIZE, begin + _BLOCKS_AT_ONCE)
    if end <= begin:
        return False
    told = sealed.filter(number__gte=begin * SIZE, number__lt=end * SIZE)
    rows = _lines(told.values_list("number", "event__kind", "event__actor", "event__at"))
    insert(
        TrailContents,
        Line._fields,
        rows,
        same={"organisation_id": trust},
        unless_known=["organisation_id", "kind", "who", "block"],
    )
    return end == begin + _BLOCKS_AT_ONCE


def listed_before(trust: UUID) -> int:
    """The first number that the contents of a trust do not list yet."""
    of_all = TrailContents.objects.filter(organisation_id=trust, kind=ANY, who=ANY)
    last = of_all.order_by("-block").values_list("block", flat=True).first()
    return 0 if last is None else (last + 1) * SIZE


def forget_contents(trust: UUID, before: int | None = None) -> None:
    """Deletes the lines of blocks whose numbers are all before this one, which are gone; with None all lines, which
    are then made again: until then readers read every event.
    """
    lines = TrailContents.objects.filter(organisation_id=trust)
    (lines if before is None else lines.filter(block__lt=before // SIZE)).delete()


def compared(events: Iterable[Sealed], lines: Iterable[Line], findings: list[str]) -> Iterator[Sealed]:
    """The same events, by number, and to `findings` a sentence for each block whose lines, by block, leave some out.

    Blocks after the last line are not listed yet. A line of more than there is hides nothing, and is no finding.
    """
    by_block = groupby(lines, key=lambda line: line.block)
    listed, of_it = next(by_block, (None, iter(())))
    for block, of_block in groupby(events, key=lambda one: one.number // SIZE):
        while listed is not None and listed < block:
            listed, of_it = next(by_block, (None, iter(())))
        spans = _Spans(of_it if listed == block else ())
        hidden = 0
        for one in of_block:
            hidden += listed is not None and not spans.hold(one)
            yield one
        if hidden:
            findings.append(
                f"The table of contents leaves out {hidden:,} of the events number {block * SIZE:,} to "
                f"{(block + 1) * SIZE - 1:,}: it was changed, and the audit page may have hidden them. "
                "manage.py remake_audit_contents makes it anew."
            )


class _Spans:
    """The lines of one block, by what they are of."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = {(line.kind, line.who): (line.earliest, line.latest) for line in lines}
        self._known: dict[tuple[str, str], tuple[datetime, datetime] | None] = {}

    def hold(self, one: Sealed) -> bool:
        """Whether every line that this event belongs to is there, and goes over its moment."""
        deed = (one.told.kind, one.told.actor)
        if deed not in self._known:
            spans = [self._lines.get(line) for line in _listed_as(*deed)]
            whole = [span for span in spans if span]
            self._known[deed] = (
                (max(span[0] for span in whole), min(span[1] for span in whole))
                if len(whole) == len(spans)
                else None
            )
        span = self._known[deed]
        return span is not None and span[0] <= one.told.at <= span[1]


def _lines(told: Iterable[tuple[int, str, str, datetime]]) -> list[Line]:
    """What the contents say of these events."""
    by_deed: dict[tuple[int, str, str], list[datetime]] = defaultdict(list)
    for number, kind, actor, at in told:
        by_deed[number // SIZE, kind, actor].append(at)
    spans: dict[tuple[int, str, str], list[datetime]] = defaultdict(list)
    for (block, *deed), moments in by_deed.items():
        for line in _listed_as(*deed):
            spans[block, *line] += min(moments), max(moments)
    return [Line(*which, min(ends), max(ends)) for which, ends in spans.items()]


def _listed_as(kind: str, actor: str) -> list[tuple[str, str]]:
    """The kinds and persons under which an event is listed. Staff members are not asked for one by one."""
    who = TASKS if actor.startswith(TASKS) else actor if actor.startswith("user:") else None
    anybody = [(ANY, ANY), (kind, ANY)]
    return anybody if who is None else [*anybody, (ANY, who), (kind, who)]
