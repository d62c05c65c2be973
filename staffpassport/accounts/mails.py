"""The e-mail by which a portal user gets a link to choose a password."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.accounts.links import MAILED_LIVES, password_link
from staffpassport.accounts.models import User
from staffpassport.messaging.composers import Composed, Content, NoLongerWanted, ToCompose
from staffpassport.messaging.outbox import Draft, enqueue
from staffpassport.messaging.states import Channel, Urgency
from staffpassport.organisations.models import Organisation

PURPOSE = "choose-password"

SUBJECT = "Choose a password for the Digital Staff Passport portal"
BODY = """\
Hello {name},

You have an account of the Digital Staff Passport portal.

Choose a password:
{link}

The link works once and for 7 days. When you log in for the first time, have your phone with an authenticator app \
at hand.

If you did not expect this, you need not do anything.
"""


def mail_password_link(user: User, organisation: Organisation) -> None:
    """Puts the e-mail into the outbox, in the caller's transaction. Each call sends one more."""
    enqueue(
        [
            Draft(
                organisation_id=organisation.id,
                about=str(user.pk),
                purpose=PURPOSE,
                channel=Channel.EMAIL,
                idempotency_key=f"{PURPOSE}:{uuid7()}",
                recipient=user.email,
                urgency=Urgency.SINGLE,
                not_after=timezone.now() + MAILED_LIVES,
            )
        ]
    )


def compose(messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """Makes the link when it is sent, so that it stands nowhere before."""
    users = {str(user.pk): user for user in User.objects.filter(pk__in={m.about for m in messages})}
    return {message.id: _content(users.get(message.about)) for message in messages}


def _content(user: User | None) -> Composed:
    if user is None or not user.is_active:
        return NoLongerWanted("user-gone")
    link = password_link(user, lives=MAILED_LIVES)
    return Content(subject=SUBJECT, body=BODY.format(name=user.name, link=link))
