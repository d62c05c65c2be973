"""Taking the list of people away as a file, as it was searched and filtered."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from staffpassport.accounts import fresh
from staffpassport.audit.models import Kind
from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.passports.search import MOST_MATCHES
from staffpassport.portal import people_files
from staffpassport.portal.asked_for import AskedFor, asked_for
from staffpassport.portal.handing_over import Table, hand_over


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
    table = Table(
        title="Staff passports",
        name=f"staff passports {timezone.localdate():%Y-%m-%d}",
        headings=people_files.HEADINGS,
        rows=people_files.rows(asked.passports),
        widths=people_files.WIDTHS,
    )
    return hand_over(request, table, Kind.LIST_DOWNLOADED, f"{people:,} people")
