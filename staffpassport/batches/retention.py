"""When it is forgotten who was chosen. How many they were, what was done and by whom stays."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from staffpassport.batches.actions import drop
from staffpassport.batches.kinds import State
from staffpassport.batches.models import Batch, BatchPerson

CONFIRM_WITHIN = timedelta(hours=24)
_AT_ONCE = 5_000
_BATCHES_AT_ONCE = 50


def retire() -> bool:
    """One bit of both; whether there is more. Each looks first, because mostly there is nothing."""
    return any([drop_unconfirmed(), forget_people()])


def drop_unconfirmed() -> bool:
    """A choice that nobody confirmed within a day is over."""
    forgotten = Batch.everywhere.filter(
        cleared_at=None, state=State.TO_CONFIRM, chosen_at__lt=timezone.now() - CONFIRM_WITHIN
    )
    some = list(forgotten.select_related("organisation")[:_BATCHES_AT_ONCE])
    for batch in some:
        drop(batch)
    return len(some) == _BATCHES_AT_ONCE


def forget_people() -> bool:
    """Deletes the people of one batch that was dropped, or done LISTS_KEPT_DAYS ago, a few thousand at a time."""
    kept = timedelta(days=settings.LISTS_KEPT_DAYS)
    due = Batch.everywhere.filter(
        Q(state=State.DROPPED) | Q(done_at__lt=timezone.now() - kept), cleared_at=None
    )
    batch = due.select_related("organisation").order_by("chosen_at").first()
    if batch is None:
        return False
    people = BatchPerson.objects.of(batch.organisation).filter(batch_id=batch.pk)
    ids = list(people.order_by("passport_id").values_list("passport_id", flat=True)[:_AT_ONCE])
    with transaction.atomic():
        if ids:
            people.filter(passport_id__lte=ids[-1]).delete()
        if len(ids) < _AT_ONCE:
            Batch.everywhere.filter(pk=batch.pk).update(cleared_at=timezone.now())
    return True
