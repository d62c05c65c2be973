"""From the question "one or many" to a file that has arrived."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from staffpassport.accounts.network import actor
from staffpassport.invitations.forms import CohortForm
from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.roster.cohort import Cohort
from staffpassport.roster.templates import cohort_words
from staffpassport.ui.receiving import takes_files
from staffpassport.uploads.actions import receive
from staffpassport.uploads.columns_help import COLUMNS
from staffpassport.uploads.forms import LARGEST_FILE, ONE, HowManyForm, UploadForm


@requires(Permission.INVITE)
def how_many(request: HttpRequest) -> HttpResponse:
    """One by a form, or many by a file."""
    form = HowManyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return redirect("invite-one" if form.cleaned_data["how_many"] == ONE else "invite-many")
    return render(request, "uploads/how_many.jinja", {"form": form})


@requires(Permission.INVITE)
def cohort(request: HttpRequest) -> HttpResponse:
    """What holds for everybody of the list. The answers go on in the address: they say nothing about a person."""
    form = CohortForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return redirect(upload_address(form.cohort()))
    return render(request, "uploads/cohort.jinja", {"form": form})


@requires(Permission.INVITE)
@takes_files(LARGEST_FILE)
def upload(request: PortalRequest) -> HttpResponse:
    """The three steps, the template, and the place to send the file to."""
    chosen = chosen_cohort(request)
    if chosen is None:
        return redirect("invite-many")
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    # Before anything looks at the form: a field that has been shown once keeps the label it had.
    form.fields["list_file"].label = "3. Upload a file"
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["list_file"]
        received = receive(
            organisation=request.organisation,
            cohort=chosen,
            content=sent.read(),
            name=sent.name or "",
            by=actor(request),
        )
        return redirect("upload-state", upload=received.pk)
    return render(
        request,
        "uploads/upload.jinja",
        {
            "form": form,
            "cohort": chosen,
            "cohort_words": cohort_words(chosen),
            "query": cohort_query(chosen),
            "columns": COLUMNS,
        },
    )


def chosen_cohort(request: HttpRequest) -> Cohort | None:
    """The cohort that an address names, None where it names none."""
    form = CohortForm(request.GET)
    return form.cohort() if form.is_valid() else None


def cohort_query(cohort: Cohort) -> str:
    """The part of an address that names a cohort."""
    return urlencode(
        {
            "staff_group": cohort.staff_group.value,
            "job_role": cohort.job_role.key if cohort.job_role else "",
            "employment_type": cohort.employment_type.value,
            "employment_status": cohort.employment_status.value,
        }
    )


def upload_address(cohort: Cohort) -> str:
    """The page where a list of this cohort is uploaded."""
    return f"{reverse('upload')}?{cohort_query(cohort)}"
