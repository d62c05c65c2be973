"""The e-mails by which a portal user finds the way in: a link to choose a password, or that one has an account now."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.accounts.links import MAILED_LIVES, end_links, password_link
from staffpassport.accounts.models import Membership, User
from staffpassport.messaging.composers import Composed, Content, NoLongerWanted, ToCompose
from staffpassport.messaging.outbox import Draft, enqueue
from staffpassport.messaging.states import Channel, Urgency
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation

PURPOSE = "choose-password"
# From a trust that adds somebody, who may have chosen a password for another trust's portal: only they learn which.
WELCOME = "new-account"

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


WELCOME_SUBJECT = "Your account in the Digital Staff Passport portal of {trust}"
WELCOME_BODY = """\
Hello {name},

{trust} has given you an account in its Digital Staff Passport portal. Your role: {role}.

{way_in}

If you did not expect this, ask the HR team of {trust}:
{hr_email}
{hr_phone}
"""
CHOOSE = """\
Choose a password:
{link}

The link works once and for 7 days. When you log in for the first time, have your phone with an authenticator app \
at hand."""
LOG_IN = """\
Log in with the password and the second factor that you have already, and choose this trust:
{link}"""


def mail_password_link(user: User, organisation: Organisation) -> None:
    """Puts the e-mail with a link into the outbox, in the caller's transaction. Each call sends one more, and ends
    the links there were.
    """
    _mail(PURPOSE, user, organisation)


def mail_welcome(membership: Membership) -> None:
    """The same for somebody whom a trust has given an account, with the way in that fits the person."""
    _mail(WELCOME, membership.user, membership.organisation)


def _mail(purpose: str, user: User, organisation: Organisation) -> None:
    end_links(user)
    enqueue(
        [
            Draft(
                organisation_id=organisation.id,
                about=str(user.pk),
                purpose=purpose,
                channel=Channel.EMAIL,
                idempotency_key=f"{purpose}:{uuid7()}",
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


def compose_welcomes(messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """As `compose`, in the name of the trust that has given the account."""
    found = Membership.everywhere.filter(
        user__in={message.about for message in messages},
        organisation__in={message.organisation_id for message in messages},
    ).select_related("user", "organisation")
    memberships = {(one.organisation_id, str(one.user_id)): one for one in found}
    return {
        message.id: _welcome(memberships.get((message.organisation_id, message.about)))
        for message in messages
    }


def _welcome(membership: Membership | None) -> Composed:
    if membership is None or membership.ended_at or not membership.user.is_active:
        return NoLongerWanted("user-gone")
    user, trust = membership.user, membership.organisation
    if user.has_usable_password():
        way_in = LOG_IN.format(link=settings.BASE_URL + reverse("account_login"))
    else:
        way_in = CHOOSE.format(link=password_link(user, lives=MAILED_LIVES))
    return Content(
        subject=WELCOME_SUBJECT.format(trust=trust),
        body=WELCOME_BODY.format(
            name=membership.name,
            trust=trust,
            role=Role(membership.role).label,
            way_in=way_in,
            hr_email=trust.hr_email,
            hr_phone=trust.hr_phone,
        ),
    )
