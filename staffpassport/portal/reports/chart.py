"""The chart of a report: stacked columns, as numbers for the template that draws them.

Across it is in per cent of the width and upwards in pixels: so it fits any window and its words stay as large as the
others, which a drawing that is scaled as a whole cannot do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from staffpassport.portal.reports.figures import Line
from staffpassport.portal.reports.states import Band

HEIGHT = 240  # pixels of the tallest column
# Of the room that a column has, in per cent.
_FILLED = 80
# A single invitation beside ten thousand is still to be seen.
_LEAST = 2.0
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Segment:
    """The part of a column that is one band's: `y` pixels from the top, so high, of so many invitations."""

    band: Band
    count: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """A day or a week. `x` and `width` are per cent."""

    label: str
    x: float
    width: float
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across, `y` pixels from the top, and its number."""

    y: float
    number: int


@dataclass(frozen=True, slots=True)
class Chart:
    """`tallest` is the line with the most invitations, the first of several."""

    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    tallest: Line
    height: int = HEIGHT


def chart_of(lines: Sequence[Line]) -> Chart:
    """The columns of these lines, the first on the left. There is at least one line."""
    tallest = max(lines, key=lambda line: line.total)
    top, step = _scale(tallest.total)
    room = 100 / len(lines)
    width = room * _FILLED / 100
    columns = (
        Column(line.label, round(place * room + (room - width) / 2, 3), round(width, 3), _segments(line, top))
        for place, line in enumerate(lines)
    )
    ticks = (Tick(round(HEIGHT * (1 - number / top), 1), number) for number in range(0, top + 1, step))
    return Chart(tuple(columns), tuple(ticks), tallest)


def _segments(line: Line, top: int) -> tuple[Segment, ...]:
    """From the ground up, in the order of the bands."""
    counts = [(band, count) for band in Band if (count := line.of(band))]
    heights = [max(_LEAST, HEIGHT * count / top) for _, count in counts]
    # What the smallest were given is taken from the largest: the column is as tall as its number says.
    surplus = sum(heights) - HEIGHT * line.total / top
    if surplus > 0 and max(heights) > _LEAST + surplus:
        heights[heights.index(max(heights))] -= surplus
    segments, ground = [], float(HEIGHT)
    for (band, count), height in zip(counts, heights, strict=True):
        ground -= height
        segments.append(Segment(band, count, round(ground, 1), round(height, 1)))
    return tuple(segments)


def _scale(most: int) -> tuple[int, int]:
    """The round number that the scale ends with, and that between two lines of it: two to six lines."""
    size = 1
    while True:
        for step in _STEPS:
            if step * size * 5 >= most:
                lines = max(1, -(-most // (step * size)))
                return step * size * lines, step * size
        size *= 10
