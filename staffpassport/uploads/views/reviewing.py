"""The review of a checked list: what is wrong, who is a duplicate, and whether to go on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from staffpassport.accounts import fresh
from staffpassport.accounts.network import actor
from staffpassport.invitations.previewing import messages_for
from staffpassport.messaging import hours
from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.roster.fields import Field
from staffpassport.uploads import actions, steps, tables
from staffpassport.uploads.forms import NO, YES, ConfirmForm, UploadForm
from staffpassport.uploads.models import Upload
from staffpassport.uploads.sample import first_to_invite, sample_of
from staffpassport.uploads.second_look import needs_code
from staffpassport.uploads.states import Outcome
from staffpassport.uploads.views.beginning import upload_address
from staffpassport.uploads.views.finding import to_review, upload_or_404, where_it_stands

_CHANGED = (
    "This list was checked again or confirmed in another window since you opened the page. "
    "Here is how it stands now."
)


@requires(Permission.INVITE)
def problems(request: PortalRequest, upload: UUID) -> HttpResponse:
    """What is wrong with a list: by kind, then every cell; with the place to send the mended file to."""
    found = upload_or_404(request, upload)
    if not to_review(found) or not found.problems:
        return where_it_stands(found)
    page = tables.page(found, [Outcome.PROBLEM], request.GET)
    return render(
        request,
        "uploads/problems.jinja",
        {
            **_shared(found, steps.PROBLEMS),
            "form": UploadForm(),
            "page": page,
            "wrong_cells": tables.problems(page.rows),
            "field_labels": {field.value: field.label for field in Field} | {"": "The whole row"},
        },
    )


@requires(Permission.INVITE)
def duplicates(request: PortalRequest, upload: UUID) -> HttpResponse:
    """Who is left out because they are there already: in the list itself, or among the trust's passports."""
    found = upload_or_404(request, upload)
    if not to_review(found) or not found.duplicates:
        return where_it_stands(found)
    page = tables.page(found, [Outcome.DUPLICATE], request.GET)
    return render(
        request,
        "uploads/duplicates.jinja",
        {
            **_shared(found, steps.DUPLICATES),
            # Mostly why they all are duplicates.
            "confirmed_before": actions.confirmed_before(found),
            "page": page,
            "duplicates": tables.duplicates(found, page.rows),
        },
    )


@requires(Permission.INVITE)
def confirm(request: PortalRequest, upload: UUID) -> HttpResponse:
    """The plan in figures, five of its people, the messages, and the question. A second yes changes nothing."""
    found = upload_or_404(request, upload)
    if not to_review(found) or not found.to_invite:
        if request.POST.get("upload") == NO:
            messages.warning(request, _CHANGED)
        return where_it_stands(found)
    form = ConfirmForm(request.POST or None, plan=found.plan_hash)
    must_prove = needs_code(request, found)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["upload"] != YES:
            return redirect(upload_address(found.cohort))
        if must_prove:
            return fresh.ask(request, reverse(steps.CONFIRM, args=[found.pk]))
        if not actions.confirm(found, plan_hash=form.cleaned_data["plan"], by=actor(request)):
            messages.warning(request, _CHANGED)
        return where_it_stands(found)
    return render(
        request,
        "uploads/confirm.jinja",
        {
            **_shared(found, steps.CONFIRM),
            "form": form,
            "must_prove": must_prove,
            "most_without": fresh.MOST_PEOPLE_WITHOUT,
            "confirmed_before": actions.confirmed_before(found),
            "sample": sample_of(found),
            "when": hours.sentence_for_a_list(timezone.now()),
            **_messages(request, found),
        },
    )


@requires(Permission.INVITE)
def cancel(request: PortalRequest, upload: UUID) -> HttpResponse:
    """Nobody of it is to be invited: asked once more, as the list is then gone."""
    found = upload_or_404(request, upload)
    if request.method == "POST":
        if actions.cancel(found, by=actor(request)):
            messages.success(request, "The upload is cancelled. Nobody was invited.")
            return redirect("uploads")
        messages.warning(request, "This upload has been confirmed or has ended, so it cannot be cancelled.")
        return where_it_stands(found)
    if not to_review(found):
        return where_it_stands(found)
    return render(request, "uploads/cancel.jinja", {"upload": found})


def _shared(upload: Upload, step: str) -> dict[str, Any]:
    """What every page of the review shows."""
    before, after = steps.before(upload, step), steps.after(upload, step)
    return {
        "upload": upload,
        "back_link": reverse(before, args=[upload.pk]) if before else upload_address(upload.cohort),
        "next_step": reverse(after, args=[upload.pk]) if after else None,
        "file_address": upload_address(upload.cohort),
    }


def _messages(request: PortalRequest, upload: Upload) -> dict[str, Any]:
    """The e-mail and the text as the first of the list will get them."""
    first = first_to_invite(upload)
    if first is None or first.first_name is None:
        return {}
    return {"first": first, **messages_for(request.organisation, first.first_name, upload.cohort)}
