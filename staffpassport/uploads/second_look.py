"""Whoever invites more than 500 people in 24 hours proves first that it is really them, by a fresh code."""

from __future__ import annotations

from django.db.models import F, Sum
from django.http import HttpRequest
from django.utils import timezone

from staffpassport.accounts import fresh
from staffpassport.accounts.network import actor
from staffpassport.invitations import tally
from staffpassport.uploads.models import Upload
from staffpassport.uploads.states import State


def needs_code(request: HttpRequest, upload: Upload) -> bool:
    """Whether a code has to be given before this upload is confirmed by this person."""
    if fresh.is_fresh(request):
        return False
    by = actor(request)
    lately = tally.lately(by, timezone.now()) + _about_to_be_invited(upload, by.key)
    return lately + upload.to_invite > fresh.MOST_PEOPLE_WITHOUT


def _about_to_be_invited(upload: Upload, by: str) -> int:
    """People of other uploads whom this person has said yes to and whom no worker has come to yet."""
    others = Upload.objects.of(upload.organisation).filter(
        state__in=[State.CONFIRMED, State.INVITING], confirmed_by=by
    )
    counted = others.aggregate(people=Sum(F("to_invite") - F("invited") - F("overtaken")))
    return counted["people"] or 0
