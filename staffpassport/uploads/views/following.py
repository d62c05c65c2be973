"""What becomes of an upload: how far it is, stopping it, taking its invitations back, and the list of them all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from staffpassport.accounts.network import actor
from staffpassport.messaging import hours
from staffpassport.messaging.providers import are_texts_sent
from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.ui.paging import page_by_key
from staffpassport.uploads import actions, steps, tables
from staffpassport.uploads.columns_help import COLUMNS
from staffpassport.uploads.forms import UploadForm
from staffpassport.uploads.models import Upload
from staffpassport.uploads.progress import Progress, progress_of, to_repeat
from staffpassport.uploads.states import WITH_INVITATIONS, Outcome, State
from staffpassport.uploads.views.beginning import upload_address
from staffpassport.uploads.views.finding import to_review, upload_or_404, where_it_stands


@requires(Permission.SEE_PASSPORTS)
def uploads(request: PortalRequest) -> HttpResponse:
    """Every upload of the trust, newest first."""
    page = page_by_key(Upload.objects.of(request.organisation), request.GET)
    return render(
        request,
        "uploads/uploads.jinja",
        {"page": page, "may_invite": request.membership.may(Permission.INVITE)},
    )


@requires(Permission.SEE_PASSPORTS)
def state(request: PortalRequest, upload: UUID) -> HttpResponse:
    """The page of an upload, whatever its state: the one address to come back to."""
    found = upload_or_404(request, upload)
    may_invite = request.membership.may(Permission.INVITE)
    if to_review(found) and may_invite:
        return redirect(steps.steps(found)[0], upload=found.pk)
    shown: dict[str, Any] = {"upload": found, "may_invite": may_invite, "back_link": reverse("uploads")}
    may = request.membership.may
    if found.state in WITH_INVITATIONS:
        return render(
            request,
            "uploads/progress.jinja",
            {
                **shown,
                **_progress(found),
                "may_resend": may(Permission.RESEND),
                "may_delete": may(Permission.DELETE),
            },
        )
    if found.state == State.CHECKING:
        return render(request, "uploads/checking.jinja", shown)
    if found.state == State.REFUSED and may_invite:
        again = {
            "form": UploadForm(refused=found.sentence),
            "file_address": upload_address(found.cohort),
            "columns": COLUMNS,
        }
        return render(request, "uploads/refused.jinja", {**shown, **again})
    return render(request, "uploads/ended.jinja", shown)


@requires(Permission.INVITE)
def overtaken(request: PortalRequest, upload: UUID) -> HttpResponse:
    """Those whom somebody else invited between the review and the moment when their turn came."""
    found = upload_or_404(request, upload)
    if not found.overtaken or found.cleared_at:
        return where_it_stands(found)
    page = tables.page(found, [Outcome.OVERTAKEN], request.GET)
    return render(
        request,
        "uploads/overtaken.jinja",
        {
            "upload": found,
            "page": page,
            "duplicates": tables.duplicates(found, page.rows),
            "back_link": reverse("upload-state", args=[found.pk]),
        },
    )


@requires(Permission.INVITE)
def stop(request: PortalRequest, upload: UUID) -> HttpResponse:
    """Whether to stop sending; then a worker does."""
    found = upload_or_404(request, upload)
    if request.method == "POST":
        if not actions.stop(found, by=actor(request)):
            messages.warning(request, "There was nothing left to stop.")
        return where_it_stands(found)
    progress = progress_of(found)
    if not _may_stop(found, progress):
        return where_it_stands(found)
    return render(request, "uploads/stop.jinja", {"upload": found, "progress": progress})


@requires(Permission.INVITE)
def withdraw(request: PortalRequest, upload: UUID) -> HttpResponse:
    """Whether to take back the invitations that are out; then a worker does."""
    found = upload_or_404(request, upload)
    if request.method == "POST":
        if not actions.withdraw(found, by=actor(request)):
            messages.warning(request, "The invitations of this upload cannot be withdrawn now.")
        return where_it_stands(found)
    if found.state not in (State.DONE, State.STOPPED):
        return where_it_stands(found)
    return render(request, "uploads/withdraw.jinja", {"upload": found})


def _progress(upload: Upload) -> dict[str, Any]:
    sending = progress_of(upload)
    return {
        "sending": sending,
        # Only while something moves does the page fetch itself again.
        "moves": upload.ended_at is None or (sending.waiting > 0 and upload.state == State.DONE),
        "summary": _summary(upload, sending),
        "texts": are_texts_sent(),
        "may_stop": _may_stop(upload, sending),
        "to_repeat": to_repeat(upload),
        "may_withdraw": upload.state in (State.DONE, State.STOPPED) and upload.invited > 0,
    }


def _may_stop(upload: Upload, sending: Progress) -> bool:
    """Whether there is something left to stop."""
    inviting = upload.state in (State.CONFIRMED, State.INVITING)
    return inviting or (upload.state == State.DONE and sending.waiting > 0)


def _summary(upload: Upload, sending: Progress) -> str:
    """How far an upload is that nobody has stopped, in one sentence."""
    closed_until = hours.closed_until(timezone.now())
    if upload.state in (State.CONFIRMED, State.INVITING):
        invited = f"{upload.invited:,} of {upload.to_invite:,} people are invited."
        return f"{invited} Their messages go out from {closed_until}." if closed_until else invited
    if upload.state == State.WITHDRAWING:
        return f"{upload.withdrawn:,} of {upload.invited:,} invitations are withdrawn."
    if sending.waiting:
        handed_over = f"{sending.gone_out:,} of {sending.all:,} messages have been handed over."
        return f"{handed_over} The others go out from {closed_until}." if closed_until else handed_over
    if upload.state == State.DONE and sending.all:
        which = "Every email and every text message" if sending.text.all else "Every email"
        return f"{which} has been handed over."
    return "Nothing more is sent."
