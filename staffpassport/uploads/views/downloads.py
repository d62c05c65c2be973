"""Files to take away: templates, instructions, and reports on a list."""

from __future__ import annotations

from pathlib import PurePath
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from staffpassport.accounts import fresh
from staffpassport.accounts.network import actor
from staffpassport.audit.models import Kind
from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.roster import templates
from staffpassport.ui.downloads import CSV, TSV, XLSX, streamed, whole
from staffpassport.uploads import files, reports, steps
from staffpassport.uploads.models import Upload
from staffpassport.uploads.moving import note
from staffpassport.uploads.views.beginning import chosen_cohort
from staffpassport.uploads.views.finding import to_review, upload_or_404, where_it_stands

_TYPES = {".csv": CSV, ".tsv": TSV, ".xlsx": XLSX}


@requires(Permission.INVITE)
def template_xlsx(request: HttpRequest) -> HttpResponse:
    """The template for the cohort of the address, as a workbook."""
    return whole(templates.template_xlsx(chosen_cohort(request)), "staff-passport-template.xlsx", XLSX)


@requires(Permission.INVITE)
def template_csv(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    return whole(templates.template_csv(chosen_cohort(request)), "staff-passport-template.csv", CSV)


@requires(Permission.INVITE)
def marked_file(request: PortalRequest, upload: UUID) -> HttpResponse:
    """The person's own file, with what is wrong beside each row."""
    found = upload_or_404(request, upload)
    if not to_review(found):
        return where_it_stands(found)
    if asked := _code_first(request, found, found.rows, steps.PROBLEMS):
        return asked
    try:
        marked = reports.marked_file(found)
    except files.FileGoneError:
        messages.warning(
            request,
            "The file itself was deleted a day after it was uploaded. "
            "Upload it again to get it with the problems marked.",
        )
        return where_it_stands(found)
    _note(request, found, "the list with its problems marked")
    name = f"{PurePath(found.file_name).stem or 'list'} with problems marked{marked.suffix}"
    return whole(marked.content, name, _TYPES[marked.suffix])


@requires(Permission.INVITE)
def duplicates_csv(request: PortalRequest, upload: UUID) -> HttpResponseBase:
    """Who is a duplicate of whom, as CSV."""
    found = _with_cells(request, upload)
    if asked := _code_first(request, found, found.duplicates, steps.DUPLICATES):
        return asked
    _note(request, found, "duplicates, CSV")
    return streamed(reports.duplicates_csv(found), _name("duplicates", found, ".csv"), CSV)


@requires(Permission.INVITE)
def duplicates_xlsx(request: PortalRequest, upload: UUID) -> HttpResponse:
    """Who is a duplicate of whom, as a workbook."""
    found = _with_cells(request, upload)
    if asked := _code_first(request, found, found.duplicates, steps.DUPLICATES):
        return asked
    _note(request, found, "duplicates, Excel")
    return whole(reports.duplicates_xlsx(found), _name("duplicates", found, ".xlsx"), XLSX)


def _code_first(request: PortalRequest, upload: Upload, people: int, step: str) -> HttpResponse | None:
    """Whoever takes many people away proves first that it is still them, and comes back to the page of the download."""
    if people <= fresh.MOST_PEOPLE_WITHOUT or fresh.is_fresh(request):
        return None
    return fresh.ask(request, reverse(step, args=[upload.pk]))


def _with_cells(request: PortalRequest, upload: UUID) -> Upload:
    """An upload whose duplicates are still known one by one."""
    found = upload_or_404(request, upload)
    if not found.duplicates or found.cleared_at:
        raise Http404
    return found


def _note(request: PortalRequest, upload: Upload, what: str) -> None:
    """People's details leave the portal, so it is an event, though it is a link that they leave by."""
    note(Kind.UPLOAD_DOWNLOADED, upload, actor(request), what)


def _name(what: str, upload: Upload, suffix: str) -> str:
    return f"{what} in {PurePath(upload.file_name).stem or 'list'}{suffix}"
