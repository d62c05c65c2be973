"""A portal that has been in use for a while: 1,500,000 passports over 220 trusts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from uuid_utils.compat import uuid7

from benchmarks.people import people
from staffpassport.organisations.models import Organisation
from staffpassport.passports.create import create_passports
from staffpassport.passports.models import Origin

TRUSTS = 220
LARGE, MIDDLE = "RL1", "RM1"
_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Trust:
    """A trust to be filled: its people are those with the numbers from `first` on."""

    ods_code: str
    first: int
    size: int


def trusts(passports: int) -> Iterator[Trust]:
    """One large trust with 100,000 of 1,500,000 people, one with 20,000, the others share the rest."""
    large, middle = passports // 15, min(20_000, passports // 20)
    share = (passports - large - middle) // (TRUSTS - 2)
    yield Trust(LARGE, 0, large)
    yield Trust(MIDDLE, large, middle)
    for place in range(TRUSTS - 2):
        yield Trust(f"T{_two_signs(place)}", large + middle + place * share, share)


def fill(passports: int) -> None:
    """Makes the tables and fills them, in a database that is empty."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    now = timezone.now()
    for trust in trusts(passports):
        organisation = Organisation.objects.create(
            name=f"Trust {trust.ods_code}",
            descriptor="NHS Foundation Trust",
            ods_code=trust.ods_code,
            hr_email="hr@example.nhs.uk",
            hr_phone="0113 496 0100",
        )
        for first in range(trust.first, trust.first + trust.size, _AT_ONCE):
            some = people(min(_AT_ONCE, trust.first + trust.size - first), first=first)
            create_passports(
                organisation,
                {uuid7(): details for details in some},
                origin=Origin.INVITED,
                at=now,
                invited_until=now + timedelta(days=14),
            )
    tidy()


def tidy() -> None:
    """What a database that has been in use for a while has had done to it."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def large_trust() -> Organisation:
    """The trust that the lists are for."""
    found: Organisation = Organisation.objects.get(ods_code=LARGE)
    return found


def _two_signs(place: int) -> str:
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return signs[place // 36] + signs[place % 36]
