"""What would come of a choice, counted before anybody says yes. Few queries for any number of people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet

from staffpassport.batches.kinds import Kind, Reason, State
from staffpassport.batches.models import Batch, BatchPerson
from staffpassport.invitations.resending import would_leave_out
from staffpassport.invitations.withdrawing import could_withdraw
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Foreseen:
    """For how many it would be done now, who some of the chosen are, and how many would be left out and why."""

    people: int
    names: list[str]
    left_out: list[tuple[int, Reason]]


def foresee(batch: Batch) -> Foreseen:
    """Counts as the verbs would decide at this moment."""
    there = chosen_by(batch)
    left_out: Counter[Reason] = Counter()
    left_out[Reason.NOT_THERE] = batch.people - there.count()
    match Kind(batch.kind):
        case Kind.RESEND:
            for why, number in would_leave_out(batch.organisation, there).items():
                left_out[Reason(why.value)] = number
        case Kind.WITHDRAW:
            left_out[Reason.NOT_OPEN] = there.count() - could_withdraw(there)
        case Kind.DELETE:
            pass
    some = there.only("first_name", "last_name").order_by("-pk")[:_NAMED]
    return Foreseen(
        people=batch.people - left_out.total(),
        names=[person.full_name for person in some],
        left_out=[(left_out[reason], reason) for reason in Reason if left_out[reason]],
    )


def chosen_by(batch: Batch) -> QuerySet[StaffPassport]:
    """The chosen passports that are still there."""
    return _passports(batch, BatchPerson.objects.of(batch.organisation).filter(batch_id=batch.pk))


def going_on(organisation: Organisation) -> list[Batch]:
    """What is being done for many people of the trust at this moment, the newest first."""
    at_work = Batch.objects.of(organisation).filter(state=State.CONFIRMED)
    return list(at_work.order_by("-pk")[:_NAMED])


def left_out_by(batch: Batch) -> QuerySet[StaffPassport]:
    """The passports, of those still there, for which nothing was done. Nobody once it is forgotten who they were."""
    people = BatchPerson.objects.of(batch.organisation).filter(batch_id=batch.pk)
    return _passports(batch, people.filter(left_out__isnull=False))


def _passports(batch: Batch, people: QuerySet[BatchPerson]) -> QuerySet[StaffPassport]:
    return StaffPassport.objects.of(batch.organisation).filter(pk__in=people.values("passport_id"))
