"""How dates, times and numbers are written on pages. Times are shown as clocks in the United Kingdom show
them.
"""

from __future__ import annotations

import datetime as dt
import math
from zoneinfo import ZoneInfo

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

LONDON = ZoneInfo("Europe/London")
_UK = "+44"


def date(value: dt.date | dt.datetime | None) -> str:
    """`22/11/2026`; nothing for None."""
    if not value:
        return ""
    return _in_london(value).strftime("%d/%m/%Y")


def day(value: dt.date | dt.datetime | None) -> str:
    """`22 November 2026`, as a sentence says it; nothing for None."""
    if not value:
        return ""
    local = _in_london(value)
    return _("{day} {month} {year}").format(day=local.day, month=MONTHS[local.month], year=local.year)


def date_and_time(value: dt.datetime | None) -> str:
    """`22 November 2026 at 6:14pm`; nothing for None."""
    if not value:
        return ""
    local = value.astimezone(LONDON)
    hour = local.hour % 12 or 12
    half = _("am") if local.hour < 12 else _("pm")
    return _("{day} {month} {year} at {time}").format(
        day=local.day, month=MONTHS[local.month], year=local.year, time=f"{hour}:{local:%M}{half}"
    )


def number(value: int) -> str:
    """`1,234`."""
    return f"{value:,}"


def people(number: int) -> str:
    """`1 person`, `1,234 people`."""
    return "1 person" if number == 1 else f"{number:,} people"


def file_size(size: int) -> str:
    """`48KB`, `1.5MB`, `20MB`: of 1,024, as people's computers show it; never less than `1KB`."""
    kilobytes = math.ceil(size / 1024) or 1
    if kilobytes < 1000:
        return f"{kilobytes}KB"
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0") + "MB"


def phone(value: str) -> str:
    """`07700 900123` for a UK mobile; a number of another country as it is stored, in E.164."""
    if value.startswith(_UK) and len(value) == len(_UK) + 10:
        return f"0{value[3:7]} {value[7:]}"
    return value


def _in_london(value: dt.date | dt.datetime) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.astimezone(LONDON)
    return value
