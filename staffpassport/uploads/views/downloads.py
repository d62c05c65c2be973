"""Files to take away: templates, instructions, and reports on a list."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.roster import templates
from staffpassport.uploads import files, reports
from staffpassport.uploads.models import Upload
from staffpassport.uploads.views.beginning import chosen_cohort
from staffpassport.uploads.views.finding import to_review, upload_or_404, where_it_stands

_CSV = "text/csv; charset=utf-8"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TSV = "text/tab-separated-values; charset=utf-8"
_TYPES = {".csv": _CSV, ".tsv": _TSV, ".xlsx": _XLSX}


@requires(Permission.INVITE)
def template_xlsx(request: HttpRequest) -> HttpResponse:
    """The template for the cohort of the address, as a workbook."""
    return _file(templates.template_xlsx(chosen_cohort(request)), "staff-passport-template.xlsx", _XLSX)


@requires(Permission.INVITE)
def template_csv(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    return _file(templates.template_csv(chosen_cohort(request)), "staff-passport-template.csv", _CSV)


@requires(Permission.INVITE)
def marked_file(request: PortalRequest, upload: UUID) -> HttpResponse:
    """The person's own file, with what is wrong beside each row."""
    found = upload_or_404(request, upload)
    if not to_review(found):
        return where_it_stands(found)
    try:
        marked = reports.marked_file(found)
    except files.FileGoneError:
        messages.warning(
            request,
            "The file itself was deleted a day after it was uploaded. "
            "Upload it again to get it with the problems marked.",
        )
        return where_it_stands(found)
    name = f"{PurePath(found.file_name).stem or 'list'} with problems marked{marked.suffix}"
    return _file(marked.content, name, _TYPES[marked.suffix])


@requires(Permission.INVITE)
def duplicates_csv(request: PortalRequest, upload: UUID) -> HttpResponseBase:
    """Who is a duplicate of whom, as CSV."""
    found = _with_cells(request, upload)
    return _stream(reports.duplicates_csv(found), _name("duplicates", found, ".csv"), _CSV)


@requires(Permission.INVITE)
def duplicates_xlsx(request: PortalRequest, upload: UUID) -> HttpResponse:
    """Who is a duplicate of whom, as a workbook."""
    found = _with_cells(request, upload)
    return _file(reports.duplicates_xlsx(found), _name("duplicates", found, ".xlsx"), _XLSX)


def _with_cells(request: PortalRequest, upload: UUID) -> Upload:
    """An upload whose duplicates are still known one by one."""
    found = upload_or_404(request, upload)
    if not found.duplicates or found.cleared_at:
        raise Http404
    return found


def _name(what: str, upload: Upload, suffix: str) -> str:
    return f"{what} in {PurePath(upload.file_name).stem or 'list'}{suffix}"


def _file(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def _stream(parts: Iterable[bytes], name: str, content_type: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(parts, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response
