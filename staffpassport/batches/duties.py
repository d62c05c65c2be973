"""What workers do for batches."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F

from staffpassport.batches.carrying_out import carry_out_some
from staffpassport.batches.kinds import State
from staffpassport.batches.models import Batch
from staffpassport.batches.retention import retire
from staffpassport.work.duties import Duty


def carry_on() -> bool:
    """One chunk of the batch that has waited longest, so that small ones pass large ones."""
    waiting = Batch.everywhere.filter(state=State.CONFIRMED).select_related("organisation")
    batch = waiting.order_by(F("progressed_at").asc(nulls_first=True), "pk").first()
    if batch is None:
        return False
    carry_out_some(batch)
    return True


DUTIES = (
    Duty("carry-out-batches", run=carry_on, every=timedelta(seconds=0.5)),
    Duty("retire-batches", run=retire, every=timedelta(minutes=10)),
)
