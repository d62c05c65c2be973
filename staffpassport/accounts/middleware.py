"""Who is asking, for which trust; and that nobody gets past a view's rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from staffpassport.accounts import factors, holders, landing, lifetimes, sessions
from staffpassport.accounts.choosing import choosing, memberships_of
from staffpassport.accounts.models import User
from staffpassport.accounts.network import actor
from staffpassport.accounts.session_models import Because
from staffpassport.audit.models import Kind
from staffpassport.audit.record import record
from staffpassport.organisations.access import Permission, Rule, rule_of

GetResponse = Callable[[HttpRequest], HttpResponse]


class MembershipMiddleware:
    """Fills `request.memberships`, of which `request.membership` and `request.organisation` are the one in use: none
    until a second factor is proved, and none in use until whoever works for several trusts has chosen.

    Ends a session in a portal that its person may not be in any more.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        memberships = memberships_of(request)
        if sessions.is_over(request, memberships):
            lifetimes.log_out(request, Because.CHANGED)
            memberships = []
        membership = sessions.current(request, memberships)
        # Django's middlewares hang what they find on the request, of which its types know nothing.
        request.memberships = memberships  # type: ignore[attr-defined]
        request.membership = membership  # type: ignore[attr-defined]
        request.organisation = membership.organisation if membership else None  # type: ignore[attr-defined]
        return self.get_response(request)


class AccessMiddleware:
    """Holds every view to its rule. A view without one is refused, whoever asks."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """None lets the request through; else the answer in its place."""
        rule = rule_of(view)
        if rule is Rule.PUBLIC:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if rule is Rule.LOGGED_IN:
            return None
        missing = _missing_factor(request)
        if missing:
            return missing
        if rule is Rule.PROVED:
            return None
        membership = request.membership  # type: ignore[attr-defined]
        if isinstance(rule, Permission) and not membership and request.memberships:  # type: ignore[attr-defined]
            return redirect(choosing(request.get_full_path()))
        if isinstance(rule, Permission) and membership and membership.may(rule):
            return None
        if not membership and (elsewhere := landing.in_place_of_home(request)):
            return redirect(elsewhere)
        record(
            Kind.ACCESS_REFUSED,
            actor=actor(request),
            organisation_id=membership.organisation_id if membership else None,
            subject=str(getattr(request.resolver_match, "view_name", "")) or "unknown",
        )
        raise PermissionDenied


def _missing_factor(request: HttpRequest) -> HttpResponseBase | None:
    """Sends whoever has not proved a second factor to where that is put right."""
    if factors.proved_in(request):
        if factors.recovery_codes_to_keep(request):
            return redirect("recovery-codes")
        return None
    user = cast("User", request.user)  # anonymous users were sent to log in
    if factors.has_one(user) or holders.staff_contact(user):
        # A session from before the factor was set up elsewhere: it proves a password only. Staff members have nothing
        # to set up: their phone is known.
        logout(request)
        return redirect_to_login(request.get_full_path())
    return redirect("mfa_activate_totp")
