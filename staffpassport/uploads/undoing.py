"""Stopping an upload, and taking its invitations back: some hundred people at a time, by a worker."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from staffpassport.audit.record import Actor
from staffpassport.invitations.withdrawing import stop_messages, withdraw
from staffpassport.uploads.models import Upload
from staffpassport.uploads.moving import move
from staffpassport.uploads.progress import invited_by
from staffpassport.uploads.states import State

# People a transaction. Cancelling messages takes a few times as long as queueing them, and on SQLite nobody else
# writes meanwhile.
_CHUNK = 500


def undo_some(upload: Upload) -> bool:
    """Stops or withdraws the next chunk of an upload's people, and says whether there is more."""
    with transaction.atomic():
        locked = Upload.objects.of(upload.organisation).select_for_update().filter(pk=upload.pk)
        state = locked.values_list("state", flat=True).first()
        if state not in (State.STOPPING, State.WITHDRAWING):
            return False
        upload.refresh_from_db()
        ids = _next(upload)
        if not ids:
            move(upload, [State.STOPPING], State.STOPPED)
            move(upload, [State.WITHDRAWING], State.WITHDRAWN)
            return False
        if state == State.STOPPING:
            stop_messages(organisation=upload.organisation, passports=ids)
        else:
            upload.withdrawn += withdraw(organisation=upload.organisation, passports=ids, by=_by(upload))
        upload.undone_through = ids[-1]
        upload.progressed_at = timezone.now()
        upload.save(update_fields=["withdrawn", "undone_through", "progressed_at"])
    return True


def _next(upload: Upload) -> list[UUID]:
    passports = invited_by(upload)
    if upload.undone_through:
        passports = passports.filter(pk__gt=upload.undone_through)
    return list(passports.order_by("pk").values_list("pk", flat=True)[:_CHUNK])


def _by(upload: Upload) -> Actor:
    return Actor(upload.undone_by, upload.undone_by_name, upload.undone_from)
