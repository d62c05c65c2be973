"""How dates, times and numbers are written."""

from __future__ import annotations

import datetime as dt

import pytest

from staffpassport.ui import formats


def test_a_date_is_written_with_slashes() -> None:
    assert formats.date(dt.date(2026, 1, 5)) == "05/01/2026"
    assert formats.date(None) == ""


def test_in_a_sentence_a_date_is_written_out() -> None:
    assert formats.day(dt.date(2026, 3, 2)) == "2 March 2026"
    assert formats.day(dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)) == "1 July 2026"
    assert formats.day(None) == ""


def test_the_date_of_a_moment_is_the_date_in_london() -> None:
    assert formats.date(dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)) == "01/07/2026"


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (dt.datetime(2026, 11, 22, 18, 14, tzinfo=dt.UTC), "22 November 2026 at 6:14pm"),
        (dt.datetime(2026, 6, 1, 8, 5, tzinfo=dt.UTC), "1 June 2026 at 9:05am"),
        (dt.datetime(2026, 11, 22, 0, 0, tzinfo=dt.UTC), "22 November 2026 at 12:00am"),
        (dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC), "22 November 2026 at 12:00pm"),
    ],
)
def test_a_moment_is_written_as_clocks_in_london_show_it(moment: dt.datetime, written: str) -> None:
    assert formats.date_and_time(moment) == written


def test_numbers_have_commas() -> None:
    assert formats.number(1234567) == "1,234,567"


@pytest.mark.parametrize(
    ("size", "written"),
    [
        (0, "1KB"),
        (1, "1KB"),
        (1024, "1KB"),
        (48_500, "48KB"),
        (999 * 1024, "999KB"),
        (999 * 1024 + 1, "1MB"),
        (1_600_000, "1.5MB"),
        (20 * 1024 * 1024, "20MB"),
    ],
)
def test_the_size_of_a_file_is_written_as_computers_show_it(size: int, written: str) -> None:
    assert formats.file_size(size) == written


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("+447700900123", "07700 900123"),
        ("+353861234567", "+353861234567"),
        ("+44770090012", "+44770090012"),
        ("", ""),
    ],
)
def test_a_uk_mobile_is_shown_as_people_write_it(stored: str, shown: str) -> None:
    assert formats.phone(stored) == shown
