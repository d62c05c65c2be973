"""Pages for what went wrong. Each carries the id of the request, which the log has too."""

from __future__ import annotations

import sys

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.utils.html import escape

from staffpassport.ui.frame import bare_frame

log = structlog.get_logger("staffpassport.errors")

# The database is restarted or cannot be reached; on SQLite, somebody else writes for too long.
_PASSES = (OperationalError, InterfaceError)
_SOON = "10"  # seconds

_LAST_RESORT = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Sorry, there is a problem with the service</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Sorry, there is a problem with the service</h1>
<p>Try again in a few minutes. If you ask for help, quote {request_id}.</p></main></body></html>"""


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400. Knows nothing of the request either: a false host name ends here, before any page could be
    made.
    """
    return _bare_page(request, "ui/errors/400.jinja", 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403."""
    return _page(request, "ui/errors/403.jinja", 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404. Also for what belongs to another trust."""
    return _page(request, "ui/errors/404.jinja", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500. Needs no database, session or context processor: any of them may be what failed.

    What passes by itself is a 503, which browsers, proxies and GOV.UK Notify take for "try again".
    """
    _log_failure()
    if isinstance(sys.exception(), _PASSES):
        answer = _bare_page(request, "ui/errors/503.jinja", 503)
        answer["Retry-After"] = _SOON
        return answer
    return _bare_page(request, "ui/errors/500.jinja", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: a form whose token is missing or out of date."""
    log.warning("form refused", reason=reason)
    return _bare_page(request, "ui/errors/csrf.jinja", 403)


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    return render(request, template, {"request_id": _request_id(request)}, status=status)


def _bare_page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    request_id = _request_id(request)
    try:
        html = engines["jinja2"].get_template(template).render({**bare_frame(), "request_id": request_id})
    except Exception:
        _log_failure()
        html = _LAST_RESORT.format(request_id=escape(request_id))
    return HttpResponse(html, status=status)


def _request_id(request: HttpRequest) -> str:
    return getattr(request, "request_id", "")


def _log_failure() -> None:
    """Writes the failure being handled; what of it goes into the log is settled in logs.py."""
    log.error("request failed", exc_info=True)
