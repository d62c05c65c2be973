"""The instructions for inviting many: the page that opens in a new window, the PDF, and everything together."""

from __future__ import annotations

import io
from pathlib import PurePath
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from staffpassport.organisations.access import Permission, requires
from staffpassport.roster.cohort import Cohort
from staffpassport.roster.templates import cohort_words
from staffpassport.uploads import instructions
from staffpassport.uploads.views.beginning import chosen_cohort, cohort_query


@requires(Permission.INVITE)
def page(request: HttpRequest) -> HttpResponse:
    """The template and the instructions; for the cohort of the address, if it names one."""
    cohort = chosen_cohort(request)
    return render(
        request,
        "uploads/instructions.jinja",
        {
            **instructions.facts(),
            "files": _files(cohort),
            "cohort_words": cohort_words(cohort) if cohort else "",
        },
    )


def _files(cohort: Cohort | None) -> list[dict[str, Any]]:
    """What there is to take away, as the macro `downloads` shows it."""
    sizes = instructions.sizes(cohort)
    query = f"?{cohort_query(cohort)}" if cohort else ""
    return [
        {
            "text": text,
            "href": reverse(route) + query,
            "format": name.suffix[1:].upper(),
            "size": sizes[name.name],
        }
        for text, route, name in (
            ("Template as a spreadsheet", "upload-template-xlsx", PurePath(instructions.XLSX_NAME)),
            ("Template as plain text", "upload-template-csv", PurePath(instructions.CSV_NAME)),
            ("These instructions as a document", "upload-instructions-pdf", PurePath(instructions.PDF_NAME)),
            ("All of it together", "upload-everything", PurePath(instructions.ZIP_NAME)),
        )
    ]


@requires(Permission.INVITE)
def pdf(request: HttpRequest) -> FileResponse:
    """The instructions as a document to keep or print."""
    return FileResponse(io.BytesIO(instructions.pdf()), as_attachment=True, filename=instructions.PDF_NAME)


@requires(Permission.INVITE)
def everything(request: HttpRequest) -> FileResponse:
    """The templates and the instructions in one file, as the service before this one gave them."""
    made = instructions.everything(chosen_cohort(request))
    return FileResponse(io.BytesIO(made), as_attachment=True, filename=instructions.ZIP_NAME)
