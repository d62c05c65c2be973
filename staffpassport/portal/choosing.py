"""Choosing many people in the list, to do something for all of them: those ticked, or everybody that it asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from staffpassport.batches.actions import choose
from staffpassport.batches.kinds import Kind
from staffpassport.batches.views import to_question
from staffpassport.organisations.access import PortalRequest, requires
from staffpassport.passports.models import StaffPassport
from staffpassport.passports.search import MOST_MATCHES
from staffpassport.portal.asked_for import AskedFor, asked_for

# What the list's form sends: the ids of those ticked, or that everybody is meant.
TICKED, EVERYBODY = "who", "everybody"

_NOBODY = "Select the people first, then what to do."
_GONE = "Nobody of those you chose is in the records any more."
_TOO_MANY = (
    f"More than {MOST_MATCHES:,} people match your search, so it cannot be said who is meant. "
    "Type more of the name, or choose filters in its place."
)
# The pages that ask about one person.
_ABOUT_ONE = {
    Kind.RESEND: "resend-invitation",
    Kind.WITHDRAW: "withdraw-invitation",
    Kind.DELETE: "delete-passport",
}
_FOR_ALL = {
    Kind.RESEND: "Re-send to all {} people of this list",
    Kind.WITHDRAW: "Withdraw from all {} people of this list",
    Kind.DELETE: "Delete all {} people of this list",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that this user may do for many: the words of its buttons, and where they send the choice."""

    label: str
    for_all: str
    address: str


def ways(request: PortalRequest) -> list[Way]:
    """The buttons of the list, none for whoever only reads."""
    query = request.GET.urlencode()
    return [
        Way(kind.label, _FOR_ALL[kind], f"{reverse(f'choose-{kind}')}{f'?{query}' if query else ''}")
        for kind in Kind
        if request.membership.may(kind.permission)
    ]


def chooser(kind: Kind) -> Callable[[PortalRequest], HttpResponse]:
    """Takes the choice for this kind and leads to its question. Each kind has its own rule."""

    @requires(kind.permission)
    def view(request: PortalRequest) -> HttpResponse:
        asked = asked_for(request)
        if request.method != "POST":
            # Only a POST keeps a choice. Whoever comes here otherwise (by logging in again, say) is asked to send one.
            return _everybody(request, kind, asked)
        return _chosen(request, kind, asked)

    return view


def _chosen(request: PortalRequest, kind: Kind, asked: AskedFor) -> HttpResponse:
    everybody = EVERYBODY in request.POST
    ticked = request.POST.getlist(TICKED)
    if everybody and asked.too_many:
        return _back(request, _TOO_MANY)
    if not everybody and not ticked:
        return _back(request, _NOBODY)
    passports = asked.passports if everybody else _of_the_trust(request, ticked)
    ids: list[UUID] = list(passports.values_list("pk", flat=True))
    if not ids:
        return _back(request, _GONE)
    if len(ids) == 1:
        return redirect(_ABOUT_ONE[kind], passport=ids[0])
    batch = choose(organisation=request.organisation, kind=kind, passports=ids)
    return to_question(batch, request.GET.urlencode())


def _of_the_trust(request: PortalRequest, ticked: list[str]) -> QuerySet[StaffPassport]:
    return StaffPassport.objects.of(request.organisation).filter(pk__in=list(_ids(ticked)))


def _ids(texts: list[str]) -> Iterator[UUID]:
    for text in texts:
        try:
            yield UUID(text)
        except ValueError:
            continue


def _everybody(request: PortalRequest, kind: Kind, asked: AskedFor) -> HttpResponse:
    return render(
        request,
        "portal/choose.jinja",
        {
            "kind": kind,
            "people": 0 if asked.too_many else asked.passports.count(),
            "too_many": _TOO_MANY if asked.too_many else "",
            "here": request.get_full_path(),
            "back_link": _the_list(request),
        },
    )


def _back(request: PortalRequest, sentence: str) -> HttpResponse:
    messages.warning(request, sentence)
    return redirect(_the_list(request))


def _the_list(request: PortalRequest) -> str:
    query = request.GET.urlencode()
    return f"{reverse('people')}?{query}" if query else reverse("people")
