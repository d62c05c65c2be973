"""Middlewares of every request: its id and its line in the log, the headers of private pages, the check of
forms.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseForbidden
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

from staffpassport.ui import receiving

GetResponse = Callable[[HttpRequest], HttpResponseBase]

log = structlog.get_logger("staffpassport.requests")

# Read out over the telephone: no vowels that make words, nothing that looks like something else.
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"

PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "camera",
            "display-capture",
            "geolocation",
            "gyroscope",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "usb",
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}


class RequestIdMiddleware:
    """Gives the request an id that its log lines, its answer and its error page share, and writes its line in
    the log.

    The line names the route and never the path or the query: those can hold tokens and what people searched
    for.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        request_id = new_request_id()
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id
            if not request.path.startswith(str(settings.STATIC_URL)):
                log.info(
                    "request",
                    method=request.method,
                    route=_route(request),
                    status=response.status_code,
                    milliseconds=round((time.perf_counter() - began) * 1000),
                )
            return response
        finally:
            structlog.contextvars.clear_contextvars()


class PrivatePagesMiddleware:
    """Nothing of a page is kept by browsers or proxies. Stands below the middleware that answers static
    files.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in PRIVATE_HEADERS.items():
            response[name] = value
        return response


class CsrfMiddleware(CsrfViewMiddleware):
    """Django's check of forms. As the token stands in the form, this is where the form is read: what becomes of a file
    in it has to be settled first.
    """

    def process_view(
        self, request: HttpRequest, callback: Callable[..., Any], callback_args: Any, callback_kwargs: Any
    ) -> HttpResponseForbidden | None:
        receiving.prepare(request, callback)
        return super().process_view(request, callback, callback_args, callback_kwargs)


def new_request_id() -> str:
    """`k7f3-9mzq`: 38 bits, enough to find one request among a month's."""
    letters = [secrets.choice(ALPHABET) for _ in range(8)]
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.route if match else "(none)"
