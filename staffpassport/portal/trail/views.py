"""The audit page: what happened in this trust's portal, for its senior administrators. Reading it is an event too."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from staffpassport.accounts.network import actor
from staffpassport.audit.models import Kind
from staffpassport.audit.record import record
from staffpassport.audit.trail import Standing, standing_of
from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.portal.handing_over import Table, hand_over
from staffpassport.portal.trail.filters import Asked, asked_for
from staffpassport.portal.trail.lines import HEADINGS, WIDTHS, about_of, lines_of, rows
from staffpassport.ui.paging import Key, capped_count, page_of

_BY_NUMBER = Key("number", int)
# A sheet has 1,048,576 rows.
MOST_IN_A_WORKBOOK = 1_000_000


@requires(Permission.READ_AUDIT)
def trail(request: PortalRequest) -> HttpResponseBase:
    """The sealed events of the trust, newest first, as the address filters them; by a POST as a file."""
    asked = asked_for(request.organisation, request.GET)
    if request.method == "POST":
        return _file(request, asked)
    # Before the event of reading it, which waits for its own seal.
    standing = standing_of(request.organisation.pk)
    record(
        Kind.AUDIT_READ,
        actor=actor(request),
        organisation_id=request.organisation.pk,
        subject=asked.about or request.organisation.pk,
        detail=asked.in_words,
    )
    return _page(request, asked, standing)


def _page(request: PortalRequest, asked: Asked, standing: Standing) -> HttpResponse:
    trust = request.organisation
    page = page_of(asked.trail.some, request.GET, key=_BY_NUMBER)
    about = str(asked.about) if asked.about else ""
    return render(
        request,
        "portal/trail/trail.jinja",
        {
            "form": asked.form,
            "narrowed": asked.narrowed,
            "page": page,
            "lines": lines_of(trust, page.items),
            "standing": standing,
            "about": about,
            "about_whom": about_of(trust, {about}).get(about) if about else None,
            "here": request.get_full_path(),
            "back_link": reverse("system"),
        },
    )


def _file(request: PortalRequest, asked: Asked) -> HttpResponseBase:
    wants_workbook = request.POST.get("format") == "xlsx"
    if wants_workbook and capped_count(asked.trail.events, MOST_IN_A_WORKBOOK).capped:
        messages.warning(
            request,
            f"An Excel file holds no more than {MOST_IN_A_WORKBOOK:,} events. "
            "Choose fewer days, or download them as CSV.",
        )
        return redirect(request.get_full_path())
    table = Table(
        title="Audit trail",
        name=f"audit trail {timezone.localdate():%Y-%m-%d}",
        headings=HEADINGS,
        rows=rows(asked.trail),
        widths=WIDTHS,
    )
    return hand_over(
        request, table, Kind.AUDIT_DOWNLOADED, asked.in_words or "everything", subject=asked.about
    )
