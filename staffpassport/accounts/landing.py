"""Where somebody lands after logging in who works in no trust's portal: the rooms above know what is here for them."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest

Landing = Callable[[HttpRequest], str | None]

_registered: list[Landing] = []


def register(landing: Landing) -> None:
    """Adds a place, in AppConfig.ready(): its address, or None for whom there is nothing. Registering it again changes
    nothing.
    """
    if landing not in _registered:
        _registered.append(landing)


def in_place_of_home(request: HttpRequest) -> str | None:
    """The address for somebody who asks for the portal's home without a membership; None where there is none, and for
    every other page: whoever follows a link into the portal is told that it is not theirs.
    """
    match = request.resolver_match
    if match is None or match.view_name != settings.LOGIN_REDIRECT_URL:
        return None
    return next((address for landing in _registered if (address := landing(request))), None)
