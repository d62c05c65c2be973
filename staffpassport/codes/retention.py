"""How long codes are kept: as long as they count for a limit."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from staffpassport.codes.models import Proving, SecurityCode
from staffpassport.work.duties import Duty

# Codes sent and wrong tries are counted over so long.
KEPT = timedelta(hours=1)
_AT_ONCE = 1000


def clear_old() -> bool:
    """Deletes codes of which nothing counts any more, and who proved something by them. Whether there are more."""
    old = SecurityCode.objects.filter(made_at__lt=timezone.now() - 2 * KEPT)
    ids = list(old.values_list("pk", flat=True)[:_AT_ONCE])
    if not ids:
        return False
    SecurityCode.objects.filter(pk__in=ids).delete()
    _clear_provings()
    return len(ids) == _AT_ONCE


@transaction.atomic
def _clear_provings() -> None:
    # Whoever is sending or trying a code holds the row: it is not waited for, and looked at again next time.
    idle = Proving.everywhere.filter(codes=None).select_for_update(skip_locked=True, of=("self",))
    held = [proving.pk for proving in idle[:_AT_ONCE]]
    Proving.everywhere.filter(pk__in=held, codes=None).delete()


CLEARING = Duty("clear-security-codes", run=clear_old, every=timedelta(minutes=15))
