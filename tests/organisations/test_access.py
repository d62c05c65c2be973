"""The one rule of who may do what."""

from __future__ import annotations

import pytest

from staffpassport.organisations.access import (
    Permission,
    Role,
    Rule,
    logged_in,
    may,
    proved,
    public,
    requires,
    rule_of,
)

ALLOWED = {
    Role.READ_ONLY: {Permission.SEE_PASSPORTS},
    Role.HR_USER: {
        Permission.SEE_PASSPORTS,
        Permission.INVITE,
        Permission.RESEND,
        Permission.WITHDRAW,
        Permission.EDIT,
        Permission.DELETE,
        Permission.VERIFY,
        Permission.DOWNLOAD,
    },
    Role.SENIOR_ADMINISTRATOR: set(Permission),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_each_role_may_do_its_own(role: Role, permission: Permission) -> None:
    assert may(role, permission) is (permission in ALLOWED[role])


def test_every_role_and_permission_is_decided_here() -> None:
    """A new role must not come in by being forgotten."""
    assert set(ALLOWED) == set(Role)
    assert {permission for allowed in ALLOWED.values() for permission in allowed} == set(Permission)
    assert all(role.label for role in Role)


def test_a_view_carries_the_rule_it_was_marked_with() -> None:
    assert rule_of(public(lambda request: None)) is Rule.PUBLIC
    assert rule_of(proved(lambda request: None)) is Rule.PROVED
    assert rule_of(logged_in(lambda request: None)) is Rule.LOGGED_IN
    assert rule_of(requires(Permission.INVITE)(lambda request: None)) is Permission.INVITE
    assert rule_of(lambda request: None) is None
