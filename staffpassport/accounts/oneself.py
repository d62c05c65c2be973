"""Writing to somebody about their own account: where, in which trust's name, and what they are called in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from staffpassport.accounts.holders import contact_of
from staffpassport.accounts.models import Membership, TextFactor, User
from staffpassport.audit.models import Event
from staffpassport.messaging.composers import Composed, Content, NoLongerWanted, ToCompose
from staffpassport.messaging.outbox import Draft, enqueue
from staffpassport.messaging.states import Channel, Urgency
from staffpassport.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class Oneself:
    """Whom an event is about, as the trust in whose name the e-mail goes calls them."""

    user: User
    name: str
    trust: Organisation
    works_in_its_portal: bool


def mail_oneself(user: User, *, purpose: str, about: UUID) -> None:
    """Queues an e-mail to the user about an event, in the caller's transaction, once however often it is asked.

    It goes in the name of the first trust that the user works for, else of the trust of the newest passport that they
    hold. Whoever has neither gets none: there is no trust left that could answer them.
    """
    active = Membership.everywhere.filter(user=user, ended_at=None).select_related("organisation")
    membership = active.order_by("pk").first()
    contact = None if membership else contact_of(user)
    trust = membership.organisation if membership else contact.organisation if contact else None
    if trust is None:
        return
    enqueue(
        [
            Draft(
                organisation_id=trust.pk,
                about=str(about),
                purpose=purpose,
                channel=Channel.EMAIL,
                idempotency_key=f"{purpose}:{user.pk}",
                recipient=user.email,
                urgency=Urgency.SINGLE,
            )
        ]
    )


def ways_to(user: User) -> list[tuple[Channel, str]]:
    """Where somebody can be reached: by the address that they log in with and all numbers that they have proved."""
    proved = TextFactor.objects.filter(user=user).values_list("phone", flat=True)
    phones = {phone for phone in (user.phone, *proved) if phone}
    return [(Channel.EMAIL, user.email), *((Channel.TEXT, phone) for phone in sorted(phones))]


def compose_each(
    messages: Sequence[ToCompose], content: Callable[[str, Event, Oneself], Content]
) -> dict[UUID, Composed]:
    """What `content` says of each message's purpose, event and person; nothing to whoever is gone or disabled."""
    people = _whom(messages)
    return {
        message.id: content(message.purpose, *people[message.id])
        if message.id in people
        else NoLongerWanted("user-gone")
        for message in messages
    }


def _whom(messages: Sequence[ToCompose]) -> dict[UUID, tuple[Event, Oneself]]:
    """The event and the person of each message, in four queries a batch and one more for each staff member.

    Whoever is gone or disabled is missing.
    """
    events = {str(event.pk): event for event in Event.objects.filter(pk__in={m.about for m in messages})}
    subjects = {event.subject for event in events.values()}
    users = {str(user.pk): user for user in User.objects.filter(pk__in=subjects, is_active=True)}
    trusts = Organisation.objects.in_bulk([message.organisation_id for message in messages])
    found = Membership.everywhere.filter(user__in=subjects, organisation__in=trusts)
    names = {(one.organisation_id, str(one.user_id)): one.name for one in found}
    people = {}
    for message in messages:
        event = events.get(message.about)
        user = users.get(event.subject) if event else None
        name = names.get((message.organisation_id, event.subject)) if event else None
        if event and user and (name or contact_of(user)):
            trust = trusts[message.organisation_id]
            people[message.id] = (event, Oneself(user, name or user.name, trust, name is not None))
    return people
