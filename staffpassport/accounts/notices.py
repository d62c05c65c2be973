"""E-mails that tell of new and enabled accounts and changed roles, so that nobody gets or gives one unseen.

Each is about the event that it tells of; what it says is made from there when it is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from staffpassport.accounts.administrators import email_to_each, senior_administrators
from staffpassport.accounts.models import Membership
from staffpassport.audit.models import Event
from staffpassport.messaging.composers import Composed, Content, NoLongerWanted, ToCompose
from staffpassport.messaging.outbox import enqueue
from staffpassport.ui.formats import date_and_time

ACCOUNT_ADDED = "account-added"
ACCOUNT_ENABLED = "account-enabled"
ROLE_CHANGED = "role-changed"
OWN_ROLE_CHANGED = "own-role-changed"
PURPOSES = (ACCOUNT_ADDED, ACCOUNT_ENABLED, ROLE_CHANGED, OWN_ROLE_CHANGED)

_SUBJECTS = {
    ACCOUNT_ADDED: "A new account in the Digital Staff Passport portal of {trust}",
    ACCOUNT_ENABLED: "An account in the Digital Staff Passport portal of {trust} was enabled again",
    ROLE_CHANGED: "A role was changed in the Digital Staff Passport portal of {trust}",
    OWN_ROLE_CHANGED: "Your role in the Digital Staff Passport portal of {trust} was changed",
}
_BODIES = {
    ACCOUNT_ADDED: """\
Hello,

On {when}, {by} gave {name}, {email}, an account in the Digital Staff Passport portal of {trust}. Role: {detail}.

You get this email because you are a senior portal administrator of {trust}. If this should not have happened, \
disable the account under "User management".
""",
    ACCOUNT_ENABLED: """\
Hello,

On {when}, {by} enabled the account of {name}, {email}, in the Digital Staff Passport portal of {trust} again. \
Role: {detail}.

You get this email because you are a senior portal administrator of {trust}. If this should not have happened, \
disable the account under "User management".
""",
    ROLE_CHANGED: """\
Hello,

On {when}, {by} changed the role of {name}, {email}, in the Digital Staff Passport portal of {trust}: {detail}.

You get this email because you are a senior portal administrator of {trust}. If this should not have happened, \
look at the account under "User management".
""",
    OWN_ROLE_CHANGED: """\
Hello {name},

On {when}, {by} changed your role in the Digital Staff Passport portal of {trust}: {detail}.

If you were logged in, you have been logged out. Do you think that this is a mistake? Ask a senior portal \
administrator of {trust}.
""",
}


def tell_of_account(happened: UUID, user: Membership, by: Membership, *, purpose: str) -> None:
    """Queues an e-mail to the other senior administrators, in the caller's transaction. `happened` is the event."""
    others = senior_administrators(user.organisation).exclude(pk__in=[user.pk, by.pk])
    enqueue(email_to_each(others, purpose=purpose, about=happened))


def tell_of_changed_role(happened: UUID, user: Membership, by: Membership) -> None:
    """The same of a changed role, and an e-mail to the person."""
    tell_of_account(happened, user, by, purpose=ROLE_CHANGED)
    enqueue(email_to_each([user], purpose=OWN_ROLE_CHANGED, about=happened))


def compose(messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """What happened, in two queries a batch."""
    events = {str(event.pk): event for event in Event.objects.filter(pk__in={m.about for m in messages})}
    people = Membership.everywhere.filter(
        user__in={event.subject for event in events.values()},
        organisation__in={event.organisation_id for event in events.values()},
    ).select_related("user", "organisation")
    users = {(one.organisation_id, str(one.user_id)): one for one in people}
    return {
        message.id: _content(message.purpose, event, users.get((event.organisation_id, event.subject)))
        if (event := events.get(message.about))
        else NoLongerWanted("event-gone")
        for message in messages
    }


def _content(purpose: str, event: Event, user: Membership | None) -> Composed:
    if user is None:
        return NoLongerWanted("user-gone")
    facts = {
        "when": date_and_time(event.at),
        "by": event.actor_name,
        "name": user.name,
        "email": user.user.email,
        "trust": user.organisation,
        "detail": event.detail,
    }
    return Content(
        subject=_SUBJECTS[purpose].format_map(facts),
        body=_BODIES[purpose].format_map(facts),
    )
