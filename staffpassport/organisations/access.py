"""The one rule of who may do what: a role and a permission give yes or no.

A view names its rule by one of the decorators here, or it is not reachable: the middleware of `accounts` refuses a view
without a rule, and a test walks the URL map.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.http import HttpRequest

from staffpassport.organisations.models import Organisation

View = TypeVar("View", bound=Callable[..., Any])


class Role(enum.StrEnum):
    """What a portal user is in one organisation."""

    SENIOR_ADMINISTRATOR = "senior-administrator"
    HR_USER = "hr-user"
    READ_ONLY = "read-only"

    @property
    def label(self) -> str:
        return _ROLE_LABELS[self]

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(role.value, role.label) for role in cls]


_ROLE_LABELS = {
    Role.SENIOR_ADMINISTRATOR: "Senior portal administrator",
    Role.HR_USER: "HR user",
    Role.READ_ONLY: "Read-only user",
}


class Permission(enum.StrEnum):
    """What a view can ask for."""

    SEE_PASSPORTS = "see-passports"
    INVITE = "invite"
    RESEND = "resend"
    WITHDRAW = "withdraw"
    EDIT = "edit"
    DELETE = "delete"
    VERIFY = "verify"
    DOWNLOAD = "download"
    MANAGE_USERS = "manage-users"
    MANAGE_SYSTEM = "manage-system"
    READ_AUDIT = "read-audit"


_GRANTED: dict[Role, frozenset[Permission]] = {
    Role.READ_ONLY: frozenset({Permission.SEE_PASSPORTS}),
    Role.HR_USER: frozenset(
        {
            Permission.SEE_PASSPORTS,
            Permission.INVITE,
            Permission.RESEND,
            Permission.WITHDRAW,
            Permission.EDIT,
            Permission.DELETE,
            Permission.VERIFY,
            Permission.DOWNLOAD,
        }
    ),
    Role.SENIOR_ADMINISTRATOR: frozenset(Permission),
}


def may(role: Role, permission: Permission) -> bool:
    """Whether somebody with this role may do this."""
    return permission in _GRANTED[role]


class Rule(enum.Enum):
    """The rules of views that ask for no permission."""

    PUBLIC = "anybody"
    LOGGED_IN = "whoever has logged in, with or without a second factor yet"
    PROVED = "whoever has proved a second factor, whatever trust they are in"


def public(view: View) -> View:
    """Marks a view that anybody may open."""
    return _marked(view, Rule.PUBLIC)


def logged_in(view: View) -> View:
    """Marks a view for whoever gave a right password: setting up the second factor, and nothing about people."""
    return _marked(view, Rule.LOGGED_IN)


def proved(view: View) -> View:
    """Marks a view for whoever has proved a second factor: what they do for themselves, and nothing of a trust."""
    return _marked(view, Rule.PROVED)


def requires(permission: Permission) -> Callable[[View], View]:
    """Marks a view for those whose role in the current organisation has the permission."""

    def mark(view: View) -> View:
        return _marked(view, permission)

    return mark


def rule_of(view: Callable[..., Any]) -> Rule | Permission | None:
    """The rule that a view was marked with, None where it has none."""
    return cast("Rule | Permission | None", getattr(view, "access_rule", None))


def _marked(view: View, rule: Rule | Permission) -> View:
    view.access_rule = rule  # type: ignore[attr-defined]  # Django marks views the same way (csrf_exempt)
    return view


class PortalRequest(HttpRequest):
    """A request for which the middleware of `accounts` has found the membership: what `requires` guarantees."""

    organisation: Organisation
    membership: Any
    memberships: list[Any]
    user_session: Any
