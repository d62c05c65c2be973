"""The page of everything that is held about one person, and the file of it."""

from __future__ import annotations

from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from staffpassport.audit.models import Kind
from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.passports.finding import look_at_or_404
from staffpassport.portal import held as collecting
from staffpassport.portal.handing_over import Table, hand_over


@requires(Permission.DOWNLOAD)
def held(request: PortalRequest, passport: UUID) -> HttpResponseBase:
    """For a person who asks what the trust holds about them. The file comes by a POST, and leaves an event."""
    person = look_at_or_404(request, passport)
    if request.method == "POST":
        table = Table(
            title="Everything we hold",
            name=collecting.name_of_file(person.pk),
            headings=collecting.HEADINGS,
            rows=collecting.everything_about(person),
            widths=collecting.WIDTHS,
        )
        return hand_over(request, table, Kind.HELD_DOWNLOADED, "", subject=person.pk)
    return render(
        request,
        "portal/held.jinja",
        {
            "passport": person,
            "parts": collecting.by_part(person),
            "back_link": reverse("person", args=[person.pk]),
        },
    )
