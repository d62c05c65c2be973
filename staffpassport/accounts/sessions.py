"""Sessions that are over hold drafts about people, so they are cleared away."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from staffpassport.work.duties import Duty


def clear_ended() -> bool:
    """Deletes the sessions that have ended. Reads first, because mostly there are none."""
    ended = Session.objects.filter(expire_date__lt=timezone.now())
    if ended.exists():
        ended.delete()
    return False


CLEARING = Duty("clear-sessions", run=clear_ended, every=timedelta(minutes=15))
