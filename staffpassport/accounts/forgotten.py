"""A way back in for whoever has forgotten the password: a link by e-mail, and then the second factor as ever.

Asking costs the same and answers the same, whoever asks and for whatever address: a message is queued each time, and
whether anybody is to get it is found out when it is composed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from staffpassport.accounts import actions, holders, limits, links, recovering, texts
from staffpassport.accounts.limits import Limit, TooManyTriesError
from staffpassport.accounts.models import Membership, User
from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record
from staffpassport.messaging.composers import Composed, Content, NoLongerWanted, ToCompose
from staffpassport.messaging.outbox import Draft, enqueue
from staffpassport.messaging.states import Channel, Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.roster.values import email_key
from staffpassport.ui.formats import date_and_time

LINK, CHANGED = "forgotten-password", "password-was-changed"
MOST_AN_HOUR = 3

_HOUR = timedelta(hours=1)
_FOR_ONE = Limit("links for one address", MOST_AN_HOUR, _HOUR, _HOUR, _HOUR)
_FROM_ONE_NETWORK = Limit("links asked for", 30, _HOUR, timedelta(minutes=10), _HOUR)


def ask(*, email: str, network: str, network_address: str | None) -> None:
    """Sends a link to this address if it is that of somebody who may log in; three an hour at most, so that nobody's
    mailbox is filled by others.

    `network` is whence it is asked for. Raises TooManyTriesError where too much is asked from there.
    """
    limits.take([(_FROM_ONE_NETWORK, network)])
    try:
        limits.take([(_FOR_ONE, email_key(email))])
    except TooManyTriesError:
        return  # and the page says what it always says
    _ask(email, network_address)


@transaction.atomic
def _ask(email: str, network_address: str | None) -> None:
    found = User.objects.filter(email=email_key(email)).first()
    user = found or User(email=email)
    by = Actor("task:log-in", "Somebody", network_address)
    record(
        Kind.PASSWORD_FORGOTTEN,
        actor=by,
        organisation_id=None,
        subject=found.pk if found else "unknown",
    )
    _mail(user, LINK, lives=links.PRINTED_LIVES)


@transaction.atomic
def choose_password(*, token: str, password: str, network_address: str | None) -> User | None:
    """The password that the holder of a link chooses; None where the link is none, or was used a moment ago.

    Sessions of the user are over with the password before: Django keeps its hash in each. Whoever had one is told.
    """
    asked_for = links.user_of(token)
    if asked_for is None:
        return None
    User.objects.select_for_update(no_key=True).get(pk=asked_for.pk)
    user = links.user_of(token)
    if user is None:
        return None
    had_one = user.has_usable_password()
    actions.set_password(user=user, password=password, network_address=network_address)
    if trust := waits_for(user):
        recovering.start_by_mail(user, trust, network_address)
    elif had_one:
        _mail(user, CHANGED)
    return user


def waits_for(user: User) -> Organisation | None:
    """The trust in whose name a staff member is told that a new password does not open the account yet, as the code
    after it comes to the mailbox that the link came to; None where another channel is left.
    """
    way = texts.way_of(user)
    return way.receiver.organisation if way and way.of_staff and not way.by_text else None


def _mail(user: User, purpose: str, *, lives: timedelta | None = None) -> None:
    organisation = _in_whose_name(user)
    if organisation is None:
        return
    enqueue(
        [
            Draft(
                organisation_id=organisation.pk,
                about=str(user.pk),
                purpose=purpose,
                channel=Channel.EMAIL,
                idempotency_key=f"{purpose}:{uuid7()}",
                recipient=user.email,
                urgency=Urgency.CODE if purpose == LINK else Urgency.SINGLE,
                not_after=timezone.now() + lives if lives else None,
            )
        ]
    )


def _in_whose_name(user: User) -> Organisation | None:
    """A trust to send in the name of; for whoever has none any, whose message will not be sent. All are looked for
    each time: looking for fewer would tell by the time it takes.
    """
    memberships = Membership.everywhere.filter(user=user.pk, ended_at=None).select_related("organisation")
    first = memberships.order_by("created_at", "pk").first()
    contact = holders.contact_of(user)
    any_of_them = Organisation.objects.order_by("pk").first()
    if first is None:
        return contact.organisation if contact else any_of_them
    organisation: Organisation = first.organisation
    return organisation


def compose(messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """Makes the link when it is sent, so that it stands nowhere before."""
    users = _users_of(messages)
    return {message.id: _link_mail(users.get(message.about)) for message in messages}


def compose_changed(messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """Tells somebody of a password that was changed by a link."""
    users = _users_of(messages)
    trusts = Organisation.objects.in_bulk({message.organisation_id for message in messages})
    return {
        message.id: _changed_mail(message, users.get(message.about), trusts[message.organisation_id])
        for message in messages
    }


def _users_of(messages: Sequence[ToCompose]) -> dict[str, User]:
    return {str(user.pk): user for user in User.objects.filter(pk__in={m.about for m in messages})}


def _link_mail(user: User | None) -> Composed:
    if user is None or not links.may_use(user):
        return NoLongerWanted("nobody-there")
    link = links.password_link(user, lives=links.PRINTED_LIVES)
    body = _link_body().format(name=user.name, link=link, after=_after(user))
    return Content(subject=_link_subject(), body=body)


def _changed_mail(message: ToCompose, user: User | None, trust: Organisation) -> Composed:
    if user is None:
        return NoLongerWanted("user-gone")
    facts = {
        "name": user.name,
        "when": date_and_time(message.created_at),
        "trust": trust,
        "hr_email": trust.hr_email,
        "hr_phone": trust.hr_phone,
    }
    return Content(subject=_changed_subject(), body=_changed_body().format(**facts))


def _link_subject() -> str:
    return _("Choose a new password for Digital Staff Passport")


def _link_body() -> str:
    return _("""\
Hello {name},

Somebody, probably you, asked for a new password for your Digital Staff Passport account.

Choose a new password:
{link}

The link works once and for 1 hour. {after}

If you did not ask for this, you need not do anything: your password stays as it is.
""")


def _after(user: User) -> str:
    """What comes after the password, of which nothing is promised that this installation does not do."""
    if trust := waits_for(user):
        hours = int(recovering.delay_of(trust).total_seconds() // 3600)
        return _(
            "As we can reach you by email alone, you can log in with the new password {hours} hours later. With a "
            "passkey you can log in at once."
        ).format(hours=hours)
    way = texts.way_of(user)
    if way and way.of_staff:
        return _("When you log in afterwards, you are asked for a code that we send to your phone.")
    return _("When you log in afterwards, you are asked for your second factor.")


def _changed_subject() -> str:
    return _("Your Digital Staff Passport password was changed")


def _changed_body() -> str:
    return _("""\
Hello {name},

Your password was changed by a link that was sent to this address, on {when}. You have been logged out everywhere.

If that was you, you need not do anything. If it was not, somebody else reads your email: change the password of your \
mailbox, and tell us at once:
{trust}
{hr_email}
{hr_phone}
""")
