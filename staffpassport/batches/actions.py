"""What HR does with a choice of people: make it, confirm it, drop it.

Each verb is safe to repeat: a double click, a reload or a second tab finds the state changed and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.audit.models import Kind as Happened
from staffpassport.audit.record import Actor, record
from staffpassport.batches.kinds import Kind, State
from staffpassport.batches.models import Batch, BatchPerson
from staffpassport.bulk import insert
from staffpassport.organisations.models import Organisation
from staffpassport.ui import formats


@transaction.atomic
def choose(*, organisation: Organisation, kind: Kind, passports: Iterable[UUID]) -> Batch:
    """Keeps these passports of the trust, each once, to be confirmed. Raises ValueError where there are none.

    Kept is who they are, and not how they were found: whoever is found by then must be whom the question names.
    """
    chosen = set(passports)
    if not chosen:
        raise ValueError("nobody is chosen")
    batch: Batch = Batch.everywhere.create(
        id=uuid7(), organisation=organisation, kind=kind, people=len(chosen), chosen_at=timezone.now()
    )
    insert(
        BatchPerson,
        ["passport_id"],
        ([passport] for passport in sorted(chosen)),
        same={"batch_id": batch.pk, "organisation_id": organisation.pk},
    )
    return batch


@transaction.atomic
def confirm(batch: Batch, *, by: Actor) -> bool:
    """Says yes: a worker does it for each of them. False where it was confirmed or dropped before."""
    confirmed = _move(
        batch,
        State.CONFIRMED,
        confirmed_at=timezone.now(),
        confirmed_by=by.key,
        confirmed_by_name=by.name,
        confirmed_from=by.network_address,
    )
    if confirmed:
        record(
            Happened.BATCH_CONFIRMED,
            actor=by,
            organisation_id=batch.organisation_id,
            subject=batch.pk,
            detail=f"{Kind(batch.kind).label}: {formats.people(batch.people)}",
        )
    return confirmed


def drop(batch: Batch) -> bool:
    """Nothing is done for them, and who they are is forgotten. False where it was confirmed or dropped before."""
    return _move(batch, State.DROPPED)


def _move(batch: Batch, to: State, **values: object) -> bool:
    """From "to confirm", if it is still there. Whoever comes second changes nothing."""
    waiting = Batch.objects.of(batch.organisation).filter(pk=batch.pk, state=State.TO_CONFIRM)
    moved = waiting.update(state=to, **values)
    batch.refresh_from_db()
    return bool(moved)
