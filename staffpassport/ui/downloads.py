"""Answers that a browser saves as a file, served as what they are."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

CSV = "text/csv; charset=utf-8"
TSV = "text/tab-separated-values; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def whole(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file that is there already; its length lets the browser show how far it is."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def streamed(parts: Iterable[bytes], name: str, content_type: str) -> StreamingHttpResponse:
    """A file that is made while it is sent."""
    response = StreamingHttpResponse(parts, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response
