"""Stand-ins for what rooms above put on a request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True)
class Trust:
    name: str = "Sheffield Teaching Hospitals"
    descriptor: str = "NHS Foundation Trust"


@dataclass(frozen=True)
class Person:
    name: str = "Priya Nair-O’Connell"
    is_authenticated: bool = True


@dataclass(frozen=True)
class Member:
    permissions: frozenset[str] = frozenset({"see", "invite"})

    def may(self, permission: str) -> bool:
        return permission in self.permissions


class SignedInByCookie:
    """A middleware: the cookie `who` with the value `hr` makes a member of a trust of whoever sends it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.COOKIES.get("who") == "hr":
            request.user = Person()  # type: ignore[assignment]
            request.membership = Member()  # type: ignore[attr-defined]
            request.organisation = Trust()  # type: ignore[attr-defined]
        return self.get_response(request)
