"""What is asked about a portal user of the trust."""

from __future__ import annotations

from typing import Any

from staffpassport.accounts.managing import version_of
from staffpassport.accounts.models import Membership
from staffpassport.organisations.access import Role
from staffpassport.roster import values
from staffpassport.ui.fields import EmailField, HiddenField, RadiosField, TextField
from staffpassport.ui.forms import Form

_WHAT_ROLES_MAY = {
    Role.SENIOR_ADMINISTRATOR.value: "Everything, also managing users and the settings of the trust",
    Role.HR_USER.value: "Invite people, edit their records, re-send and delete",
    Role.READ_ONLY.value: "See lists and records, and change nothing",
}


def _name() -> TextField:
    return TextField(
        label="Name",
        hint="First and last name",
        missing="Enter the person’s first and last name",
        parse=values.whole_name,
    )


def _role() -> RadiosField:
    return RadiosField(
        label="Role", missing="Select a role", choices=Role.choices(), option_hints=_WHAT_ROLES_MAY
    )


class NewUserForm(Form):
    """An account for somebody."""

    name = _name()
    email = EmailField(
        hint="A link to the account is sent to it. It cannot be changed later.", parse=values.email_address
    )
    role = _role()


class EditUserForm(Form):
    """Another name or role. `seen` is the version of the account that the page shows.

    Nobody changes their own role, so it is not asked of them.
    """

    name = _name()
    role = _role()
    seen = HiddenField(required=False)
    membership = HiddenField()

    def __init__(self, answers: Any = None, *, user: Membership, oneself: bool) -> None:
        super().__init__(
            answers,
            initial={
                "name": user.name,
                "role": user.role,
                "seen": version_of(user),
                "membership": str(user.pk),
            },
        )
        if oneself:
            del self.fields["role"]
