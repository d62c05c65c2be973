"""Reports: the figures of a period on screen, and as a file."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from staffpassport.audit.models import Kind
from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.portal.handing_over import Table, hand_over
from staffpassport.portal.reports import counting, files
from staffpassport.portal.reports.chart import chart_of
from staffpassport.portal.reports.periods import Asked, Period, Usual, asked_for
from staffpassport.portal.reports.states import Band, State
from staffpassport.ui import formats


@requires(Permission.SEE_PASSPORTS)
def reports(request: PortalRequest) -> HttpResponseBase:
    """What was invited in the period that the address asks for, by day, by state and by cohort; by a POST as a file.

    Whoever follows a link takes nothing away, so that an event is kept of everybody who does.
    """
    asked = asked_for(request.GET, timezone.localdate(timezone=formats.LONDON))
    if request.method == "POST" and asked.period:
        return _file(request, asked.period)
    return _page(request, asked)


def _page(request: PortalRequest, asked: Asked) -> HttpResponse:
    figures = counting.count(request.organisation, asked.period) if asked.period else None
    return render(
        request,
        "portal/reports/reports.jinja",
        {
            "form": asked.form,
            "usual": asked.usual,
            "usual_periods": list(Usual),
            "figures": figures,
            "chart": chart_of(figures.columns) if figures and figures.all.total else None,
            "bands": list(Band),
            "states": list(State),
            "here": f"{reverse('reports')}?{asked.query}",
        },
    )


def _file(request: PortalRequest, period: Period) -> HttpResponseBase:
    table = Table(
        title="Invitations",
        name=f"invitations {period.first} to {period.last}",
        headings=files.HEADINGS,
        rows=files.rows(counting.cells(request.organisation, period)),
        widths=files.WIDTHS,
    )
    days = f"{formats.date(period.first)} to {formats.date(period.last)}"
    return hand_over(request, table, Kind.REPORT_DOWNLOADED, days)
