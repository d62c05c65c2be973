"""The instructions for inviting many: as a page, as a PDF, and with the templates in one ZIP.

One text, `instructions_text.jinja`, is all of them. The PDF stands beside this file: it is made by `bin/instructions`
where WeasyPrint and Pango are, so that no server needs them. See docs/decisions/0009.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from staffpassport.accounts.fresh import MOST_PEOPLE_WITHOUT
from staffpassport.roster import templates
from staffpassport.roster.cohort import Cohort
from staffpassport.roster.limits import MOST_PEOPLE
from staffpassport.ui.frame import SERVICE_NAME
from staffpassport.uploads.columns_help import COLUMNS
from staffpassport.uploads.forms import LARGEST_FILE

TITLE = "Creating Digital Staff Passports for multiple users"
PDF = Path(__file__).with_name("instructions.pdf")

PDF_NAME = "creating-digital-staff-passports.pdf"
XLSX_NAME = "staff-passport-template.xlsx"
CSV_NAME = "staff-passport-template.csv"
ZIP_NAME = "staff-passport-template-and-instructions.zip"


def facts() -> dict[str, Any]:
    """What the text names: the columns, and the figures that hold elsewhere too."""
    return {
        "title": TITLE,
        "columns": COLUMNS,
        "most_people": MOST_PEOPLE,
        "largest_file": LARGEST_FILE,
        "most_without_code": MOST_PEOPLE_WITHOUT,
    }


def document() -> str:
    """The HTML that the PDF is printed from, with its fingerprint as its keyword."""
    return _document(fingerprint())


def fingerprint() -> str:
    """The SHA-256 of what the PDF is printed from: another than the PDF's keyword means that the PDF is old."""
    return hashlib.sha256(_document("").encode()).hexdigest()


@cache
def pdf() -> bytes:
    """The instructions as a PDF."""
    return PDF.read_bytes()


def everything(cohort: Cohort | None) -> bytes:
    """The templates for a cohort and the instructions, as a ZIP."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(XLSX_NAME, templates.template_xlsx(cohort))
        archive.writestr(CSV_NAME, templates.template_csv(cohort))
        archive.writestr(PDF_NAME, pdf())
    return made.getvalue()


@lru_cache(maxsize=100)
def sizes(cohort: Cohort | None) -> dict[str, int]:
    """How many bytes each file has that can be taken away, by its name. Kept, as making them takes 20 ms."""
    return {
        XLSX_NAME: len(templates.template_xlsx(cohort)),
        CSV_NAME: len(templates.template_csv(cohort)),
        PDF_NAME: len(pdf()),
        ZIP_NAME: len(everything(cohort)),
    }


def _document(mark: str) -> str:
    known = {**facts(), "service_name": SERVICE_NAME, "fingerprint": mark}
    return render_to_string("uploads/instructions_print.jinja", known, using="jinja2")
