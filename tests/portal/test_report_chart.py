"""The chart of a report: columns as tall as their numbers say, within the drawing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffpassport.portal.reports.chart import HEIGHT, chart_of
from staffpassport.portal.reports.figures import Line
from staffpassport.portal.reports.states import Band, State
from tests.runs import examples, surprising

COUNTS = st.dictionaries(st.sampled_from(State), st.integers(0, 200_000))
LINES = st.lists(st.builds(Line, st.just("day"), COUNTS), min_size=1, max_size=62)


def line(label: str, **counts: int) -> Line:
    return Line(label, {State[name.upper()]: count for name, count in counts.items()})


@given(LINES)
@settings(max_examples=examples(100), derandomize=not surprising(), deadline=None)
def test_every_column_stands_on_the_ground_and_within_the_drawing(lines: list[Line]) -> None:
    chart = chart_of(lines)
    assert len(chart.columns) == len(lines)
    top = chart.ticks[-1].number
    assert chart.ticks[0] == type(chart.ticks[0])(HEIGHT, 0)
    assert 2 <= len(chart.ticks) <= 6
    right = 0.0
    for column, its in zip(chart.columns, lines, strict=True):
        assert right - 0.01 <= column.x
        right = column.x + column.width
        assert right <= 100
        ground = float(HEIGHT)
        for segment in column.segments:
            assert segment.y + segment.height == pytest.approx(ground, abs=0.11)
            assert segment.height >= 1.9
            ground = segment.y
        assert ground >= -7
        assert HEIGHT - ground >= HEIGHT * its.total / top - 0.5
        assert {segment.band: segment.count for segment in column.segments} == {
            band: its.of(band) for band in Band if its.of(band)
        }


def test_one_among_thousands_is_seen_and_the_column_stays_as_tall() -> None:
    chart = chart_of([line("a", signed_up=9_999, did_not_arrive=1)])
    signed_up, lost = chart.columns[0].segments
    assert lost.height == 2
    assert signed_up.height + lost.height == HEIGHT


@pytest.mark.parametrize(
    ("most", "numbers"),
    [
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (7, [0, 2, 4, 6, 8]),
        (150, [0, 50, 100, 150]),
        (1_001, [0, 500, 1_000, 1_500]),
        (20_000, [0, 5_000, 10_000, 15_000, 20_000]),
    ],
)
def test_the_scale_ends_with_a_round_number_and_has_whole_steps(most: int, numbers: list[int]) -> None:
    assert [tick.number for tick in chart_of([line("a", waiting=most)]).ticks] == numbers


def test_the_tallest_is_told() -> None:
    chart = chart_of([line("a", waiting=1), line("b", signed_up=2, expired=1), line("c", waiting=3)])
    assert chart.tallest.label == "b"
