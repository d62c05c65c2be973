"""E-mails that tell somebody of what happened to their own account. Each is about the event that it tells of."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from staffpassport.accounts.administrators import email_to_each
from staffpassport.accounts.models import Membership, User
from staffpassport.audit.models import Event
from staffpassport.messaging.composers import Composed, Content, NoLongerWanted, ToCompose
from staffpassport.messaging.outbox import enqueue
from staffpassport.ui.formats import date_and_time

NEW_DEVICE, FACTORS_RESET = "new-device", "factors-reset"
PURPOSES = (NEW_DEVICE, FACTORS_RESET)

_SUBJECTS = {
    NEW_DEVICE: "A new device was used to log in to the Digital Staff Passport portal",
    FACTORS_RESET: "How you log in to the Digital Staff Passport portal has been reset",
}
_BODIES = {
    FACTORS_RESET: """\
Hello {name},

On {when}, your second factors were removed, and you were logged out everywhere.

Log in with your password and set up a new one at once, so that nobody else does:
{log_in}

If you did not ask for this, tell a senior portal administrator of your trust too.
""",
    NEW_DEVICE: """\
Hello {name},

On {when}, somebody logged in to the Digital Staff Passport portal as you, on a device that was not used for it \
before: {detail}. Network address: {network_address}.

If that was you, you need not do anything.

If it was not you, log out everywhere at once, and tell a senior portal administrator of your trust:
{link}
""",
}


def tell_oneself(user: User, *, purpose: str, about: UUID) -> None:
    """Queues an e-mail to the user about an event, in the caller's transaction. It is sent in the name of one of the
    trusts that the user works for; whoever works for none hears nothing.
    """
    active = Membership.everywhere.filter(user=user, ended_at=None).select_related("user")
    enqueue(email_to_each(active.order_by("pk")[:1], purpose=purpose, about=about))


def compose(messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """What happened, in two queries a batch."""
    events = {str(event.pk): event for event in Event.objects.filter(pk__in={m.about for m in messages})}
    users = {
        str(user.pk): user for user in User.objects.filter(pk__in={one.subject for one in events.values()})
    }
    return {
        message.id: _content(message.purpose, event, users.get(event.subject))
        if (event := events.get(message.about))
        else NoLongerWanted("event-gone")
        for message in messages
    }


def _content(purpose: str, event: Event, user: User | None) -> Composed:
    if user is None or not user.is_active:
        return NoLongerWanted("user-gone")
    facts = {
        "name": user.name,
        "when": date_and_time(event.at),
        "detail": event.detail,
        "network_address": event.network_address or "not known",
        "log_in": settings.BASE_URL + reverse("account_login"),
        "link": settings.BASE_URL + reverse("own-sessions"),
    }
    return Content(subject=_SUBJECTS[purpose].format_map(facts), body=_BODIES[purpose].format_map(facts))
