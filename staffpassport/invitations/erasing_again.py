"""After a restore: whoever was erased since the backup was made, or before it was put back, is erased again."""

from __future__ import annotations

from collections.abc import Mapping, Set
from itertools import islice
from uuid import UUID

from staffpassport.audit.record import Actor
from staffpassport.bulk import lookups  # noqa: F401 - `one_of_many`
from staffpassport.invitations.deleting import delete
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport

_BY = Actor.task("erase-again-after-restore")
_CHUNK = 500


def erase_again(erased: Mapping[UUID, Set[UUID]]) -> int:
    """Deletes those of these passports, by trust, that are there; how many. Nobody is told again. Safe to repeat."""
    count = 0
    for trust in Organisation.objects.filter(pk__in=erased):
        theirs = StaffPassport.objects.of(trust).filter(pk__one_of_many=erased[trust.pk])
        there = iter(list(theirs.order_by("pk").values_list("pk", flat=True)))
        while some := list(islice(there, _CHUNK)):
            count += len(delete(organisation=trust, passports=some, by=_BY, tell=False).passports)
    return count
