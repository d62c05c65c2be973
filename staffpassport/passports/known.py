"""Which of many e-mail addresses and phone numbers stand on a trust's passports already."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice
from typing import Any
from uuid import UUID

from staffpassport.bulk import lookups  # noqa: F401 - `one_of_many`
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport

# What one query asks for: enough to make it cheap, and a few hundred KB.
_AT_ONCE = 10_000


def known_by_email(organisation: Organisation, email_keys: Iterable[str]) -> dict[str, UUID]:
    """The passport of each key that is known, whatever its status. One query for thousands of keys."""
    return _known(organisation, "email_key", email_keys)


def known_by_phone(organisation: Organisation, phones: Iterable[str]) -> dict[str, UUID]:
    """The passport of each number (E.164) that is known, whatever its status."""
    return _known(organisation, "phone", phones)


def _known(organisation: Organisation, column: str, values: Iterable[str]) -> dict[str, UUID]:
    found: dict[str, UUID] = {}
    for some in _in_parts(values):
        wanted: dict[str, Any] = {f"{column}__one_of_many": some}
        found.update(StaffPassport.objects.of(organisation).filter(**wanted).values_list(column, "pk"))
    return found


def _in_parts(values: Iterable[str]) -> Iterable[Collection[str]]:
    # Sets, because Django looks into each value of a list before it asks the lookup.
    everything = iter(values)
    while some := frozenset(islice(everything, _AT_ONCE)):
        yield some
