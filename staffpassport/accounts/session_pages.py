"""Where you are logged in; that you were logged out; and what a page's script asks of its session."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from staffpassport.accounts import keeping, lifetimes, reset_mails, resets, sessions
from staffpassport.accounts.fresh import own_path
from staffpassport.accounts.models import User
from staffpassport.accounts.network import actor
from staffpassport.accounts.session_models import Because, UserSession
from staffpassport.audit.models import Kind
from staffpassport.audit.record import record
from staffpassport.organisations.access import PortalRequest, proved, public

_ALL = "all"


@proved
def own_sessions(request: PortalRequest) -> HttpResponse:
    """Every device on which the person is logged in; ending one of them, or all."""
    here: UserSession | None = request.user_session
    if request.method == "POST":
        return _end(request)
    rows = [(one, one == here) for one in lifetimes.own(request)]
    assert isinstance(request.user, User)
    stops = [reset_mails.stop_path(reset) for reset in resets.open_ones_of(request.user)]
    return render(request, "account/sessions.jinja", {"rows": rows, "stops": stops})


@transaction.atomic
def _end(request: PortalRequest) -> HttpResponse:
    wanted = request.POST.get("session", "")
    if wanted == _ALL:
        ended = sessions.end_others(request)
        _record(request, f"everywhere, {ended + 1}")
        lifetimes.log_out(request, Because.LOGGED_OUT)
        return redirect("logged-out")
    others, named = lifetimes.others_of(request), _id(wanted)
    one = others.filter(pk=named, ended_at=None).first() if named else None
    if one and lifetimes.end(others.filter(pk=one.pk), Because.ELSEWHERE):
        _record(request, one.device)
        messages.success(
            request, _("You have been logged out on the other device: {device}.").format(device=one.device)
        )
    else:
        messages.warning(request, _("You are not logged in there any more."))
    return redirect("own-sessions")


@public
def logged_out(request: HttpRequest) -> HttpResponse:
    """Why somebody was logged out, and the way back to where they were. Opening it changes nothing."""
    back_to = own_path(request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(back_to)
    context = {
        "because": lifetimes.was_logged_out(request),
        "late_form": keeping.late_form(request),
        "log_in": redirect_to_login(back_to).url,
        "idle_minutes": settings.SESSION_IDLE_SECONDS // 60,
        "longest_hours": settings.SESSION_LONGEST_SECONDS // 3600,
    }
    return render(request, "account/logged_out.jinja", context)


@public
def session(request: HttpRequest) -> HttpResponse:
    """How many seconds a session has left, without use and at most, and the words that the page's script says of it; a
    POST says that somebody is there.
    """
    row: UserSession | None = getattr(request, "user_session", None)
    if row and request.method == "POST":
        lifetimes.seen(row, at_once=True)
    return JsonResponse({"left": lifetimes.seconds_left(row) if row else (0, 0), "texts": _texts()})


def _texts() -> dict[str, str | list[str]]:
    """Of two sentences the first is said two minutes before the end, the second in the last one."""
    return {
        "region": _("Your session"),
        "stay": _("Stay logged in"),
        "unused": [
            _("You will be logged out in 2 minutes, as you have done nothing here for a while."),
            _("You will be logged out in less than a minute, as you have done nothing here for a while."),
        ],
        "long": [
            _(
                "You will be logged out in 2 minutes, as you logged in many hours ago. Finish what you are doing."
            ),
            _(
                "You will be logged out in less than a minute, as you logged in many hours ago. "
                "Finish what you are doing."
            ),
        ],
        "failed": _("You could not be kept logged in. Check your network connection, then try again."),
        "stays": _("You stay logged in."),
    }


def _record(request: PortalRequest, detail: str) -> None:
    record(
        Kind.SESSIONS_ENDED,
        actor=actor(request),
        organisation_id=None,
        subject=request.user.pk,
        detail=detail,
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
