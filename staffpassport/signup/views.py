"""Opening an invitation. A GET changes nothing, however often and by whom: mail scanners open links too."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from staffpassport.invitations import links
from staffpassport.invitations.standing import held_by
from staffpassport.organisations.access import public

_COOKIE = f"{settings.COOKIE_PREFIX}invitation"
_SALT = "opened invitation"
_LIVES_SECONDS = 60 * 60


@public
@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Puts the token into a signed cookie and goes on to an address without it, so that it is in no referrer,
    no history that others see and no log."""
    if links.read(token) is None:
        return render(request, "signup/no_such_link.jinja", status=404)
    response = redirect("invitation")
    response.set_signed_cookie(
        _COOKIE,
        token,
        salt=_SALT,
        max_age=_LIVES_SECONDS,
        httponly=True,
        secure=settings.SERVED_OVER_TLS,
        samesite="Lax",
    )
    return response


@public
@require_safe
def invitation(request: HttpRequest) -> HttpResponse:
    """Who invites, how the invitation stands, and whom to ask whether it is real."""
    token = request.get_signed_cookie(_COOKIE, default="", salt=_SALT, max_age=_LIVES_SECONDS)
    link = links.read(token or "")
    held = held_by(link, timezone.now()) if link else None
    if held is None:
        return render(request, "signup/no_such_link.jinja", status=404)
    return render(request, "signup/invitation.jinja", {"held": held, "trust": held.organisation})
