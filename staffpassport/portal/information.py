"""The pages of the footer, and the sign of life for operators."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from staffpassport.organisations.access import public


def _page(name: str) -> Callable[[HttpRequest], HttpResponse]:
    @public
    @require_safe
    def page(request: HttpRequest) -> HttpResponse:
        return render(
            request,
            f"portal/information/{name}.jinja",
            {"operator_email": settings.OPERATOR_EMAIL, "base_url": settings.BASE_URL},
        )

    return page


accessibility = _page("accessibility")
contact = _page("contact")
cookies = _page("cookies")
privacy = _page("privacy")
terms = _page("terms")


def migrations_waiting() -> int:
    """How many migrations are not applied. Raises DatabaseError."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and every migration is applied, else 503. Says which, and nothing else."""
    try:
        cache.get("healthz")
    except DatabaseError:
        return HttpResponse(
            "The table of the cache does not answer.\n", status=503, content_type="text/plain"
        )
    try:
        waiting = migrations_waiting()
    except DatabaseError:
        return HttpResponse("The database does not answer.\n", status=503, content_type="text/plain")
    if waiting:
        return HttpResponse("Migrations are waiting.\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
