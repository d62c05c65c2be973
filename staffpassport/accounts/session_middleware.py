"""Ends sessions that are over, and begins those of people who have just logged in, in whatever way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from staffpassport.accounts import devices, keeping, lifetimes, sessions
from staffpassport.accounts.session_models import Because
from staffpassport.organisations.access import Rule, rule_of
from staffpassport.ui import drafts

GetResponse = Callable[[HttpRequest], HttpResponse]


class SessionLifetimeMiddleware:
    """Stands before whoever asks what a person may do. `request.user_session` is the row of a session that goes on."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user_session = None  # type: ignore[attr-defined]
        if request.user.is_authenticated and lifetimes.has_begun(request):
            _go_on_or_end(request)
        response = self.get_response(request)
        # Also for a session of the version before, which was not written down.
        if request.user.is_authenticated and not lifetimes.has_begun(request):
            begun = lifetimes.begin(request)
            devices.greet(request, response, begun)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Whoever was logged out reads why, in place of a bare log-in page. What a page's script sends at the end of a
        session is kept and never carried out, even if somebody has logged in again meanwhile.
        """
        if rule_of(view) is Rule.PUBLIC:
            return None
        if not request.user.is_authenticated:
            if lifetimes.was_logged_out(request):
                return redirect(keeping.logged_out_page(keeping.keep_late_form(request, view)))
            return None
        if request.method == "POST" and drafts.KEEP_ONLY in request.POST:
            again = drafts.kept_if_late_by(view)
            return redirect(again(request, request.session) if again else request.get_full_path())
        return None


def _go_on_or_end(request: HttpRequest) -> None:
    session = lifetimes.current(request)
    because = lifetimes.why_over(session, timezone.now())
    if because in (Because.IDLE, Because.LONG):
        entered = sessions.entered(request)
        keeping.take_along(request, entered, lambda: lifetimes.log_out(request, because))
    elif because:
        lifetimes.log_out(request, because)
    elif session:
        if lifetimes.is_use(request):
            lifetimes.seen(session)
        request.user_session = session  # type: ignore[attr-defined]
        # For the frame of a page: what it tells its script, and where it leads.
        idle, longest = lifetimes.seconds_left(session)
        request.session_left = f"{idle} {longest} {reverse('session')}"  # type: ignore[attr-defined]
        request.own_page = reverse("your-account")  # type: ignore[attr-defined]
