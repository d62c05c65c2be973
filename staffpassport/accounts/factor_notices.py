"""E-mails that tell somebody of each change of what they log in with, so that nobody changes it unseen.

Each is about the event that it tells of; what it says is made from there when it is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext

from staffpassport.accounts.models import User
from staffpassport.accounts.oneself import Oneself, compose_each, mail_oneself
from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import Actor, event, write
from staffpassport.messaging.composers import Composed, Content, ToCompose
from staffpassport.ui.formats import date_and_time
from staffpassport.ui.later import later as _

_ADDED, _REMOVED = "own-factor-added", "own-factor-removed"
_CODES_MADE, _CODE_USED = "own-recovery-codes-made", "own-recovery-code-used"
_PASSWORD = "own-password-changed"  # noqa: S105  # a message's purpose
_PURPOSE_OF = {
    Kind.FACTOR_ADDED: _ADDED,
    Kind.FACTOR_REMOVED: _REMOVED,
    Kind.RECOVERY_CODES_MADE: _CODES_MADE,
    Kind.RECOVERY_CODE_USED: _CODE_USED,
    Kind.PASSWORD_CHANGED: _PASSWORD,
}
PURPOSES = tuple(_PURPOSE_OF.values())

_SUBJECTS = {
    _ADDED: _("You can log in with something new"),
    _REMOVED: _("You can no longer log in with something"),
    _CODES_MADE: _("You have new recovery codes"),
    _CODE_USED: _("One of your recovery codes was used"),
    _PASSWORD: _("Your password was changed"),
}
_WHAT_HAPPENED = {
    _ADDED: _("this was added to what you log in with: {detail}."),
    _REMOVED: _("this was removed from what you log in with: {detail}."),
    _CODES_MADE: _(
        "new recovery codes were made for your account. Those that you had before no longer work."
    ),
    _CODE_USED: _(
        "one of your recovery codes was used to log in, or to confirm that it is you. It does not work again."
    ),
    _PASSWORD: _("your password was changed."),
}
_BODY = _("""\
Hello {name},

On {when}, in the Digital Staff Passport portal, {what}

If that was you, you need not do anything. If it was not, tell us at once, so that we can close your account:
{trust}
{hr_email}
{hr_phone}
""")


def record_and_tell(kind: Kind, user: User, *, by: Actor, detail: str = "") -> None:
    """Writes the event about the user and, in the same transaction, an e-mail to them where the kind has one."""
    happened = event(kind, actor=by, organisation_id=None, subject=user.pk, detail=detail)
    write([happened])
    purpose = _PURPOSE_OF.get(kind)
    if purpose:
        mail_oneself(user, purpose=purpose, about=happened.pk)


def compose(messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """What happened, and whom to tell if it was somebody else."""
    return compose_each(messages, _content)


def _content(purpose: str, happened: Event, oneself: Oneself) -> Content:
    trust = oneself.trust
    body = _BODY.format(
        name=oneself.name,
        when=date_and_time(happened.at),
        what=_WHAT_HAPPENED[purpose].format(detail=happened.detail),
        trust=trust,
        hr_email=trust.hr_email,
        hr_phone=trust.hr_phone,
    )
    return Content(
        subject=gettext("{what}: Digital Staff Passport portal").format(what=_SUBJECTS[purpose]), body=body
    )
