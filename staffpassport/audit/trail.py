"""Reading the sealed trail of a trust, as its auditors do: by number, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from staffpassport.audit.contents import ANY, SIZE, TASKS, listed_before
from staffpassport.audit.models import AuditSeal, SealedEvent, TrailContents
from staffpassport.audit.sealing import oldest_unsealed

_AT_ONCE = 2_000
_BLOCKS_AT_ONCE = 30


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the trail is sealed; `waiting_since` is when the oldest event happened that is not sealed yet."""

    last_number: int
    sealed_at: datetime | None
    waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks of a trail. Empty: of any kind, by anybody, of any time, about anything.

    `who` is an actor, or TASKS for the portal itself; from `begin` on and before `end`.
    """

    kinds: frozenset[str] = frozenset()
    who: str = ANY
    begin: datetime | None = None
    end: datetime | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Numbers from `first` on and before `end`; None is without end."""

    first: int
    end: int | None


class Trail:
    """The sealed events of a trust that a question asks for."""

    def __init__(self, organisation_id: UUID, question: Question | None = None) -> None:
        self._trust = organisation_id
        self._asked = question or Question()
        self.events = _events(organisation_id, self._asked)

    def some(self, *, newest_first: bool, beyond: int | None, most: int) -> list[SealedEvent]:
        """The next of them in this order after the number `beyond`; fewer than `most` only where there are no more.

        Where the contents say which thousands hold any, only these are read: in the worst case one thousand, and one
        query, for each event that is found.
        """
        found: list[SealedEvent] = []
        events = self.events.order_by("-number" if newest_first else "number")
        if beyond is not None:
            events = events.filter(number__lt=beyond) if newest_first else events.filter(number__gt=beyond)
        for stretch in self._stretches(newest_first, beyond):
            within = Q(number__gte=stretch.first)
            if stretch.end is not None:
                within &= Q(number__lt=stretch.end)
            found += events.filter(within)[: most - len(found)]
            if len(found) == most:
                break
        return found

    def newest_first(self) -> Iterator[SealedEvent]:
        """All of them, a few thousand in memory at a time."""
        some = self.some(newest_first=True, beyond=None, most=_AT_ONCE)
        while some:
            yield from some
            some = self.some(newest_first=True, beyond=some[-1].number, most=_AT_ONCE)

    def _stretches(self, newest_first: bool, beyond: int | None) -> Iterator[Stretch]:
        """Where there may be any, in the order in which they are read."""
        asked = self._asked
        if asked.subject or not (asked.kinds or asked.who or asked.begin or asked.end):
            # An index leads to what is about somebody; and where everything is asked for, everything is it.
            yield Stretch(0, None)
            return
        unlisted = listed_before(self._trust)
        if newest_first:
            if beyond is None or beyond > unlisted:
                yield Stretch(unlisted, None)
            yield from self._listed(newest_first, beyond, unlisted)
        else:
            yield from self._listed(newest_first, beyond, unlisted)
            yield Stretch(unlisted, None)

    def _listed(self, newest_first: bool, beyond: int | None, unlisted: int) -> Iterator[Stretch]:
        """The blocks that hold any, those that are neighbours as one."""
        asked = self._asked
        lines = TrailContents.objects.filter(
            organisation_id=self._trust,
            kind__in=sorted(asked.kinds) or [ANY],
            who=asked.who,
            block__lt=unlisted // SIZE,
        )
        if asked.begin:
            lines = lines.filter(latest__gte=asked.begin)
        if asked.end:
            lines = lines.filter(earliest__lt=asked.end)
        if beyond is not None:
            at = beyond // SIZE
            lines = lines.filter(block__lte=at) if newest_first else lines.filter(block__gte=at)
        blocks = (
            lines.values_list("block", flat=True).distinct().order_by("-block" if newest_first else "block")
        )
        some = list(blocks[:_BLOCKS_AT_ONCE])
        while some:
            yield from _joined(some)
            further = blocks.filter(block__lt=some[-1]) if newest_first else blocks.filter(block__gt=some[-1])
            some = list(further[:_BLOCKS_AT_ONCE])


def standing_of(organisation_id: UUID) -> Standing:
    """How far the trail of a trust is sealed."""
    newest = AuditSeal.objects.filter(organisation_id=organisation_id).order_by("-first_number").first()
    return Standing(
        newest.last_number if newest else 0,
        newest.sealed_at if newest else None,
        oldest_unsealed(organisation_id),
    )


def _events(organisation_id: UUID, asked: Question) -> QuerySet[SealedEvent]:
    """What a question asks for, each with its event, found without the contents."""
    events = SealedEvent.objects.filter(organisation_id=organisation_id).select_related("event")
    if asked.kinds:
        events = events.filter(event__kind__in=sorted(asked.kinds))
    if asked.who == TASKS:
        events = events.filter(event__actor__startswith=TASKS)
    elif asked.who:
        events = events.filter(event__actor=asked.who)
    if asked.begin:
        events = events.filter(event__at__gte=asked.begin)
    if asked.end:
        events = events.filter(event__at__lt=asked.end)
    return events.filter(event__subject=asked.subject) if asked.subject else events


def _joined(blocks: list[int]) -> Iterator[Stretch]:
    """Blocks, in the order of reading, as stretches of numbers."""
    first = last = blocks[0]
    for block in blocks[1:]:
        if abs(block - last) != 1:
            yield _of_blocks(first, last)
            first = block
        last = block
    yield _of_blocks(first, last)


def _of_blocks(one: int, other: int) -> Stretch:
    return Stretch(min(one, other) * SIZE, (max(one, other) + 1) * SIZE)
