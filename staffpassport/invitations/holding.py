"""Holding people and their invitations, for whoever is about to change both.

The order is that of `withdrawing`: invitations, then passports, each by id, and never a message.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from staffpassport.invitations.models import Invitation
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport


@dataclass(frozen=True, slots=True)
class Held:
    """Passports that are there, and every invitation of each, newest first. Nobody else changes them meanwhile."""

    passports: Mapping[UUID, StaffPassport]
    invitations: Mapping[UUID, list[Invitation]]

    def newest(self, passport: UUID) -> Invitation | None:
        """The invitation that counts, open or not."""
        return next(iter(self.invitations.get(passport, ())), None)

    def not_ended(self, passports: Collection[UUID]) -> list[UUID]:
        """The invitations of these that nobody has ended. One that has expired is among them."""
        return [one.pk for pk in passports for one in self.invitations.get(pk, ()) if one.ended_at is None]


def hold(organisation: Organisation, passports: Collection[UUID]) -> Held:
    """Locks these people's invitations and passports until the end of the caller's transaction.

    Between the two somebody may have sent a new invitation, which is not locked and must not be locked now, after
    the passport: then everything is let go and taken up again. For at most a few thousand people.
    """
    while True:
        point = transaction.savepoint()
        open_ones = Invitation.objects.of(organisation).filter(passport_id__in=passports, ended_at=None)
        locked = set(open_ones.order_by("pk").select_for_update().values_list("pk", flat=True))
        held = Held(_locked_passports(organisation, passports), _invitations_of(organisation, passports))
        if locked.issuperset(held.not_ended(held.invitations)):
            transaction.savepoint_commit(point)
            return held
        transaction.savepoint_rollback(point)


def _locked_passports(organisation: Organisation, passports: Collection[UUID]) -> dict[UUID, StaffPassport]:
    rows = StaffPassport.objects.of(organisation).filter(pk__in=passports).order_by("pk")
    return {passport.pk: passport for passport in rows.select_for_update()}


def _invitations_of(organisation: Organisation, passports: Collection[UUID]) -> dict[UUID, list[Invitation]]:
    found: dict[UUID, list[Invitation]] = defaultdict(list)
    rows = Invitation.objects.of(organisation).filter(passport_id__in=passports).order_by("-sequence")
    for invitation in rows:
        found[invitation.passport_id].append(invitation)
    return found
