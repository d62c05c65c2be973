"""Coming back: the passports of whoever is logged in, one of each trust that they signed up with."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from staffpassport.accounts import texts
from staffpassport.accounts.models import User
from staffpassport.organisations.access import proved
from staffpassport.passports.models import StaffPassport
from staffpassport.signup.log_in_addresses import to_prove
from staffpassport.signup.own_words import standing, what_happened, what_is_held
from staffpassport.ui.frame import Link


def held_by(request: HttpRequest) -> QuerySet[StaffPassport]:
    """The passports of the person themselves, of whatever trusts: the one rule of these pages."""
    own: QuerySet[StaffPassport] = (
        StaffPassport.everywhere.filter(holder=request.user)
        if isinstance(request.user, User)
        else StaffPassport.everywhere.none()  # "held by nobody" would be everybody who has not signed up
    )
    return own.select_related("organisation", "holder").order_by("organisation__name", "pk")


def own_or_404(request: HttpRequest, passport: UUID) -> StaffPassport:
    """One of them. Somebody else's is not found, nor one that was erased."""
    found = held_by(request).filter(pk=passport).first()
    if found is None:
        raise Http404
    return found


def landing(request: HttpRequest) -> str | None:
    """Where whoever holds a passport lands after logging in."""
    return reverse("own-passports") if held_by(request).exists() else None


def account_link(request: HttpRequest) -> Link | None:
    """From a trust's portal to one's own passport."""
    return Link(_("My staff passport"), reverse("own-passports"), "") if held_by(request).exists() else None


def the_portal(request: HttpRequest) -> str:
    """The way back of somebody who works in a trust's portal too; empty for everybody else."""
    return reverse("home") if getattr(request, "memberships", ()) else ""


@proved
@require_safe
def own_passports(request: HttpRequest) -> HttpResponse:
    """One a trust; where there is one only, that one."""
    held = list(held_by(request))
    if not held:
        raise Http404
    if len(held) == 1:
        return redirect("own-passport", passport=held[0].pk)
    unproved = to_prove(held)
    passports = [(passport, standing(passport), passport.pk in unproved) for passport in held]
    return render(
        request, "signup/own/passports.jinja", {"passports": passports, "portal": the_portal(request)}
    )


@proved
@require_safe
def own_passport(request: HttpRequest, passport: UUID) -> HttpResponse:
    """How it stands, what comes next, what the trust holds, what has happened, and whom to ask."""
    own = own_or_404(request, passport)
    held = what_is_held(own)
    return render(
        request,
        "signup/own/passport.jinja",
        {
            "passport": own,
            "trust": own.organisation,
            "standing": standing(own),
            "held": held,
            "to_confirm": [line for line in held if line.channel in to_prove([own]).get(own.pk, ())],
            "way": texts.way_of(own.holder) if own.holder else None,
            "history": what_happened(own),
            "several": held_by(request).count() > 1,
            "portal": the_portal(request),
        },
    )
