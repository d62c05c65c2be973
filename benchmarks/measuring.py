"""Figures: how they are taken, and how they are shown."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(slots=True)
class Figure:
    """One line of the table: seconds of each round, and what they are held against.

    `peer` and `floor` are (what it is, seconds for the same work), measured in the same run. `notes` are further
    figures of the stage, such as other requests' p99.
    """

    stage: str
    on: str
    seconds: Sequence[float]
    goal: float | None = None
    floor: tuple[str, float] | None = None
    peer: tuple[str, float] | None = None
    notes: Sequence[str] = field(default_factory=list)

    @property
    def middle(self) -> float:
        """The median of the rounds."""
        return median(self.seconds)


def together(rounds: Sequence[Sequence[Figure]]) -> list[Figure]:
    """One figure of each stage out of several rounds of it, in the order in which the first had them."""
    return [_of_all(figures) for figures in zip(*rounds, strict=True)]


def _of_all(figures: Sequence[Figure]) -> Figure:
    first = figures[0]
    notes: list[str] = []
    for note in (note for figure in figures for note in figure.notes):
        if note not in notes:
            notes.append(note)
    return replace(
        first,
        seconds=[one for figure in figures for one in figure.seconds],
        floor=_middle([figure.floor for figure in figures if figure.floor]),
        peer=_middle([figure.peer for figure in figures if figure.peer]),
        notes=notes,
    )


def _middle(named: Sequence[tuple[str, float]]) -> tuple[str, float] | None:
    return (named[0][0], median(taken for _, taken in named)) if named else None


def seconds(work: Callable[[], Any]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


@contextmanager
def memory() -> Iterator[Callable[[], int]]:
    """Within it, by how many MiB this process has grown at the most since the beginning.

    Only of use once in a process: the greatest size ever is all that the system tells.
    """
    before = _resident()
    yield lambda: max(0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 - before)


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 2**20


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many per cent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


_HEADINGS = ("stage", "on", "median", "rounds", "goal", "of the floor", "than the peer", "also")


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table, which reads well on a screen too."""
    rows = [_HEADINGS, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    filled = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in filled]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines)


def _cells(figure: Figure) -> tuple[str, ...]:
    floor, peer = figure.floor, figure.peer
    return (
        figure.stage,
        figure.on,
        f"{figure.middle:.2f} s",
        " ".join(f"{one:.2f}" for one in figure.seconds),
        f"<= {figure.goal:g} s" if figure.goal else "",
        f"{figure.middle / floor[1]:.1f} × {floor[0]} ({floor[1]:.2f} s)" if floor else "",
        f"{peer[1] / figure.middle:.1f} × faster than {peer[0]} ({peer[1]:.1f} s)" if peer else "",
        "; ".join(figure.notes),
    )
