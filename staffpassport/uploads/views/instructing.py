"""The instructions for inviting many: the page that opens in a new window, the PDF, and everything together."""

from __future__ import annotations

import io

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render

from staffpassport.organisations.access import Permission, requires
from staffpassport.roster.templates import cohort_words
from staffpassport.uploads import instructions
from staffpassport.uploads.views.beginning import chosen_cohort, cohort_query


@requires(Permission.INVITE)
def page(request: HttpRequest) -> HttpResponse:
    """The template and the instructions; for the cohort of the address, if it names one."""
    cohort = chosen_cohort(request)
    sizes = instructions.sizes(cohort)
    files = [
        ("upload-template-xlsx", "Template as a spreadsheet", "XLSX", sizes[instructions.XLSX_NAME]),
        ("upload-template-csv", "Template as CSV", "CSV", sizes[instructions.CSV_NAME]),
        ("upload-instructions-pdf", "These instructions as a document", "PDF", sizes[instructions.PDF_NAME]),
        ("upload-everything", "All of it together", "ZIP", sizes[instructions.ZIP_NAME]),
    ]
    return render(
        request,
        "uploads/instructions.jinja",
        {
            **instructions.facts(),
            "files": [
                dict(zip(("url_name", "label", "format", "size"), file, strict=True)) for file in files
            ],
            "cohort_words": cohort_words(cohort) if cohort else "",
            "query": cohort_query(cohort) if cohort else "",
        },
    )


@requires(Permission.INVITE)
def pdf(request: HttpRequest) -> FileResponse:
    """The instructions as a document to keep or print."""
    return FileResponse(io.BytesIO(instructions.pdf()), as_attachment=True, filename=instructions.PDF_NAME)


@requires(Permission.INVITE)
def everything(request: HttpRequest) -> FileResponse:
    """The templates and the instructions in one file, as the service before this one gave them."""
    made = instructions.everything(chosen_cohort(request))
    return FileResponse(io.BytesIO(made), as_attachment=True, filename=instructions.ZIP_NAME)
