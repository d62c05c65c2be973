"""What stands around every page: the navigation, notices, the trust and the person signed in.

Rooms above register their areas and notices when they start (`AppConfig.ready`). `request.membership`,
`request.organisation`, `request.own_page` and `request.user` are looked at if there, so that error pages come out
wherever a request ends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse

SERVICE_NAME = "Digital Staff Passport"


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the portal that the navigation leads to, for those whose membership `may(permission)`."""

    label: str
    url_name: str
    order: int
    permission: Any = None


@dataclass(frozen=True, slots=True)
class Link:
    """An area as the navigation shows it. `current` is "page" on its own page, "true" on those below, else
    empty.
    """

    label: str
    href: str
    current: str


Notice = Callable[[HttpRequest], str | None]
AccountLink = Callable[[HttpRequest], Link | None]

_areas: list[Area] = []
_account_links: list[AccountLink] = []
_notices: list[Notice] = []


def register_area(area: Area) -> None:
    """Adds an area to the navigation. Registering it again changes nothing."""
    if area not in _areas:
        _areas.append(area)
        _areas.sort(key=lambda registered: registered.order)


def register_notice(notice: Notice) -> None:
    """Adds a sentence on top of every page of people signed in with a membership, while it returns one."""
    if notice not in _notices:
        _notices.append(notice)


def register_account_link(link: AccountLink) -> None:
    """Adds a link beside the name of whoever is signed in with a membership, where it returns one."""
    if link not in _account_links:
        _account_links.append(link)


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor of all pages."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    membership = getattr(request, "membership", None)
    inside = signed_in and membership is not None
    return {
        **bare_frame(),
        "csp_nonce": str(getattr(request, "csp_nonce", "")),
        "organisation": getattr(request, "organisation", None),
        "membership": membership,
        "signed_in_as": getattr(membership, "name", "") or _name(user) if signed_in else "",
        "may_change_trust": inside and len(getattr(request, "memberships", ())) > 1,
        "account_links": [found for link in _account_links if (found := link(request))] if inside else [],
        "session_left": getattr(request, "session_left", "") if signed_in else "",
        "own_page": getattr(request, "own_page", "") if signed_in else "",
        "home": resolve_url(settings.LOGIN_REDIRECT_URL) if inside else "",
        "navigation": _navigation(request, membership) if inside else [],
        "notices": [sentence for notice in _notices if (sentence := notice(request))] if inside else [],
    }


def bare_frame() -> dict[str, Any]:
    """What pages show that know nothing of a request: the last resort of the error page."""
    return {
        "service_name": SERVICE_NAME,
        "operator_name": settings.OPERATOR_NAME,
        "practice_mode": settings.PRACTICE_MODE,
        "show_nhs_logo": settings.NHS_LOGO,
    }


def _navigation(request: HttpRequest, membership: Any) -> list[Link]:
    allowed = [area for area in _areas if area.permission is None or membership.may(area.permission)]
    addresses = [reverse(area.url_name) for area in allowed]
    around = max((address for address in addresses if _holds(address, request.path)), key=len, default="")
    return [
        Link(area.label, address, _current(address, around, request.path))
        for area, address in zip(allowed, addresses, strict=True)
    ]


def _holds(address: str, path: str) -> bool:
    """Whether a page is the area's own or lies below it. Nothing lies below the root: everything would."""
    return path == address or (address != "/" and path.startswith(address.rstrip("/") + "/"))


def _current(address: str, around: str, path: str) -> str:
    if address != around:
        return ""
    return "page" if address == path else "true"


def _name(user: Any) -> str:
    return getattr(user, "name", "") or str(user)
