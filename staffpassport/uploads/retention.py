"""When the bytes and the cells of an upload go. Its counts, hash, who and when stay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor
from staffpassport.uploads import files
from staffpassport.uploads.models import Upload, UploadFile, UploadRow
from staffpassport.uploads.moving import move, note
from staffpassport.uploads.states import State

FILE_KEPT = timedelta(hours=24)
CONFIRM_WITHIN = timedelta(days=7)
# What an upload holds that stood in the file, where anything may have stood.
_WORDS_OF_THE_FILE: dict[str, Any] = {"notices": [], "ignored_headings": [], "made_for": ""}
_ROWS_AT_ONCE = 5_000
_UPLOADS_AT_ONCE = 50


def retire() -> bool:
    """One bit of all three; whether there is more. Each looks first, because mostly there is nothing."""
    return any([forget_files(), lapse(), clear_cells()])


def forget_files() -> bool:
    """Deletes bytes that are a day old, whatever has become of their upload."""
    old = UploadFile.everywhere.filter(created_at__lt=timezone.now() - FILE_KEPT)
    some = list(old.values_list("upload_id", flat=True)[:_UPLOADS_AT_ONCE])
    for upload in Upload.everywhere.filter(pk__in=some).select_related("organisation"):
        files.forget(upload)
    return len(some) == _UPLOADS_AT_ONCE


def lapse() -> bool:
    """What nobody confirmed within a week is over: those whom it found to be known may have changed since."""
    forgotten = Upload.everywhere.filter(
        state=State.TO_REVIEW, created_at__lt=timezone.now() - CONFIRM_WITHIN
    ).select_related("organisation")
    some = list(forgotten[:_UPLOADS_AT_ONCE])
    for upload in some:
        with transaction.atomic():
            if move(upload, [State.TO_REVIEW], State.LAPSED):
                files.forget(upload)
                note(Kind.UPLOAD_LAPSED, upload, Actor.task("retire uploads"))
    return len(some) == _UPLOADS_AT_ONCE


def clear_cells() -> bool:
    """Deletes the rows of one upload that ended LISTS_KEPT_DAYS ago, a few thousand at a time."""
    kept = timedelta(days=settings.LISTS_KEPT_DAYS)
    due = Upload.everywhere.filter(cleared_at=None, ended_at__lt=timezone.now() - kept)
    upload = due.select_related("organisation").order_by("ended_at").first()
    if upload is None:
        return False
    rows = UploadRow.objects.of(upload.organisation).filter(upload_id=upload.pk)
    numbers = list(rows.order_by("number").values_list("number", flat=True)[:_ROWS_AT_ONCE])
    with transaction.atomic():
        if numbers:
            rows.filter(number__lte=numbers[-1]).delete()
        if len(numbers) < _ROWS_AT_ONCE:
            files.forget(upload)
            Upload.everywhere.filter(pk=upload.pk).update(cleared_at=timezone.now(), **_WORDS_OF_THE_FILE)
    return True
