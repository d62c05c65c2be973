"""Doing what was confirmed, for some hundred people at a time: each time one transaction, resumed where it was left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from staffpassport.audit.models import Kind as Happened
from staffpassport.audit.record import Actor, record
from staffpassport.batches.kinds import Kind, Reason, State
from staffpassport.batches.models import Batch, BatchPerson
from staffpassport.invitations.deleting import delete
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.resending import resend
from staffpassport.invitations.withdrawing import withdraw_each
from staffpassport.messaging.states import Urgency
from staffpassport.passports.models import StaffPassport
from staffpassport.ui.paging import PAGE_SIZE

# As many as a page shows are seen to at once, while HR waits; their messages go out like those of one person.
AT_ONCE = PAGE_SIZE
# People a transaction. On SQLite nobody else writes meanwhile, so it is kept to about two tenths of a second.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Done:
    """What a verb did: whom it left out and why, and how many it tells of it."""

    left_out: Mapping[UUID, Reason] = field(default_factory=dict)
    told: int = 0


def carry_out_some(batch: Batch) -> bool:
    """Does it for the next chunk of people, and says whether there may be more.

    What the verb writes and how far the batch has come are one transaction: killed at any moment, the next worker goes
    on at the first person who had no turn. The batch's row is locked, so a second worker waits and then sees what was
    done.
    """
    with transaction.atomic():
        waiting = Batch.objects.of(batch.organisation).filter(pk=batch.pk, state=State.CONFIRMED)
        if not waiting.select_for_update().exists():
            return False
        batch.refresh_from_db()
        ids = _next(batch)
        if ids:
            _note(batch, ids, _VERBS[Kind(batch.kind)](batch, ids))
        else:
            _end(batch)
    return bool(ids)


def _next(batch: Batch) -> list[UUID]:
    chosen = BatchPerson.objects.of(batch.organisation).filter(batch_id=batch.pk)
    if batch.done_through:
        chosen = chosen.filter(passport_id__gt=batch.done_through)
    return list(chosen.order_by("passport_id").values_list("passport_id", flat=True)[:_CHUNK])


def _note(batch: Batch, ids: list[UUID], done: Done) -> None:
    by_reason: dict[Reason, list[UUID]] = {}
    for passport, reason in done.left_out.items():
        by_reason.setdefault(reason, []).append(passport)
    of_batch = BatchPerson.objects.of(batch.organisation).filter(batch_id=batch.pk)
    for reason, passports in by_reason.items():
        of_batch.filter(passport_id__in=passports).update(left_out=reason)
        batch.left_out[reason.value] = batch.left_out.get(reason.value, 0) + len(passports)
    batch.succeeded += len(ids) - len(done.left_out)
    batch.told += done.told
    batch.done_through = ids[-1]
    batch.progressed_at = timezone.now()
    _keep(batch, "left_out", "succeeded", "told", "done_through", "progressed_at")


def _end(batch: Batch) -> None:
    batch.state, batch.done_at = State.DONE, timezone.now()
    _keep(batch, "state", "done_at")
    figures = [f"{Kind(batch.kind).label}: {batch.succeeded:,} of {batch.people:,}"]
    figures += [f"{number:,} {reason.value}" for number, reason in batch.reasons]
    record(
        Happened.BATCH_DONE,
        actor=Actor.task("carry out batches"),
        organisation_id=batch.organisation_id,
        subject=batch.pk,
        detail=", ".join(figures),
    )


def _keep(batch: Batch, *columns: str) -> None:
    values = {column: getattr(batch, column) for column in columns}
    Batch.objects.of(batch.organisation).filter(pk=batch.pk).update(**values)


def _resend(batch: Batch, ids: list[UUID]) -> Done:
    resent = resend(
        organisation=batch.organisation,
        passports=ids,
        by=_by(batch),
        urgency=_urgency(batch),
        seen=_newest_when_chosen(batch, ids),
    )
    return Done({passport: Reason(why.value) for passport, why in resent.left_out.items()})


def _withdraw(batch: Batch, ids: list[UUID]) -> Done:
    withdrawn = withdraw_each(organisation=batch.organisation, passports=ids, by=_by(batch))
    rest = [passport for passport in ids if passport not in withdrawn]
    still = StaffPassport.objects.of(batch.organisation).filter(pk__in=rest)
    there = set(still.values_list("pk", flat=True))
    return Done({passport: Reason.NOT_OPEN if passport in there else Reason.NOT_THERE for passport in rest})


def _delete(batch: Batch, ids: list[UUID]) -> Done:
    deleted = delete(organisation=batch.organisation, passports=ids, by=_by(batch), urgency=_urgency(batch))
    gone = dict.fromkeys(
        (passport for passport in ids if passport not in deleted.passports), Reason.NOT_THERE
    )
    return Done(gone, told=len(deleted.told))


_VERBS: dict[Kind, Callable[[Batch, list[UUID]], Done]] = {
    Kind.RESEND: _resend,
    Kind.WITHDRAW: _withdraw,
    Kind.DELETE: _delete,
}


def _newest_when_chosen(batch: Batch, ids: list[UUID]) -> dict[UUID, UUID]:
    """The invitation that counted when these people were chosen: whoever has got another since is left out."""
    then = Invitation.objects.of(batch.organisation).filter(
        passport_id__in=ids, created_at__lte=batch.chosen_at
    )
    return dict(then.order_by("sequence").values_list("passport_id", "pk"))


def _urgency(batch: Batch) -> Urgency:
    return Urgency.SINGLE if batch.people <= AT_ONCE else Urgency.BULK


def _by(batch: Batch) -> Actor:
    return Actor(batch.confirmed_by, batch.confirmed_by_name, batch.confirmed_from)
