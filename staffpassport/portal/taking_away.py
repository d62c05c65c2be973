"""Taking the list of people away as a file, as it was searched and filtered."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from staffpassport.accounts import fresh
from staffpassport.accounts.network import actor
from staffpassport.audit.models import Kind
from staffpassport.audit.record import record
from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.passports.search import MOST_MATCHES
from staffpassport.portal import people_files
from staffpassport.portal.asked_for import AskedFor, asked_for
from staffpassport.roster import text_tables
from staffpassport.ui.downloads import CSV, XLSX, streamed, whole


@requires(Permission.DOWNLOAD)
def download(request: PortalRequest) -> HttpResponseBase:
    """What the file will hold, and the choice of its kind; then the file itself, of which an event is kept.

    The file comes by a POST, because whoever follows a link (a browser that looks ahead, say) takes nothing away.
    """
    asked = asked_for(request)
    people = asked.passports.count()
    must_prove = people > fresh.MOST_PEOPLE_WITHOUT and not fresh.is_fresh(request)
    if request.method == "POST" and people:
        if must_prove:
            return fresh.ask(request, request.get_full_path())
        return _file(request, asked, people)
    return _page(request, asked, people, must_prove=must_prove)


def _page(request: PortalRequest, asked: AskedFor, people: int, *, must_prove: bool) -> HttpResponse:
    query = request.GET.urlencode()
    return render(
        request,
        "portal/download.jinja",
        {
            "asked": asked,
            "people": people,
            "headings": people_files.HEADINGS,
            "must_prove": must_prove,
            "most_without": fresh.MOST_PEOPLE_WITHOUT,
            "too_many": MOST_MATCHES if asked.too_many else None,
            "here": request.get_full_path(),
            "back_link": f"{reverse('people')}?{query}" if query else reverse("people"),
        },
    )


def _file(request: PortalRequest, asked: AskedFor, people: int) -> HttpResponseBase:
    as_workbook = request.POST.get("format") == "xlsx"
    kind = "Excel" if as_workbook else "CSV"
    with transaction.atomic():
        record(
            Kind.LIST_DOWNLOADED,
            actor=actor(request),
            organisation_id=request.organisation.pk,
            subject=request.organisation.pk,
            detail=f"{people:,} people, {kind}",
        )
    rows = people_files.rows(asked.passports)
    name = f"staff passports {timezone.localdate():%Y-%m-%d}"
    if as_workbook:
        made = text_tables.as_xlsx("Staff passports", people_files.HEADINGS, rows, widths=people_files.WIDTHS)
        return whole(made, f"{name}.xlsx", XLSX)
    return streamed(text_tables.as_csv(people_files.HEADINGS, rows), f"{name}.csv", CSV)
