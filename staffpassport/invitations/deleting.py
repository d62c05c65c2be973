"""Deleting passports from the records, of many people at once: a few statements for any number of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from staffpassport.accounts import own_accounts
from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record_each
from staffpassport.bulk import lookups  # noqa: F401 - `one_of_many`
from staffpassport.invitations import erasures
from staffpassport.invitations.holding import Held, hold
from staffpassport.invitations.models import Invitation
from staffpassport.messaging import outbox
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel, State, Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import ProfileChange, StaffPassport

PURPOSE = "invitation-deleted"

# A message in one of these has reached nobody.
_NOT_GONE_OUT = (State.QUEUED, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Deleted:
    """Whose passports were deleted now, and which of these people are told by e-mail."""

    passports: frozenset[UUID] = frozenset()
    told: frozenset[UUID] = frozenset()


@transaction.atomic
def delete(
    *,
    organisation: Organisation,
    passports: Collection[UUID],
    by: Actor,
    urgency: Urgency = Urgency.SINGLE,
    tell: bool = True,
) -> Deleted:
    """Erases these passports with all that was changed on them, ends their invitations and tells the people.

    What stays has nothing personal: the invitations and messages, by ids, and the event that it happened. The e-mail
    to the person is about the passport's id and knows no name; its recipient stands on the message until it has been
    sent, or given up, and nowhere else. Whoever no message has reached yet is not told: a stranger at a wrong
    address would learn of it only by that. With `tell` False nobody is: they were told before.

    Passports that are not there (any more) are left alone, so it is safe to repeat. For at most a few thousand:
    whoever has more calls it for some at a time.
    """
    held = hold(organisation, passports)
    people = held.passports
    if not people:
        return Deleted()
    ended = held.not_ended(people)
    Invitation.objects.of(organisation).filter(pk__in=ended).update(
        ended_at=timezone.now(), ended_reason=Invitation.EndedReason.DELETED
    )
    sent = [str(one.pk) for invitations in held.invitations.values() for one in invitations]
    outbox.cancel(sent, organisation=organisation)
    told = _reached(organisation, held) if tell else frozenset()
    outbox.enqueue_each(
        ((str(pk), Channel.EMAIL, people[pk].email) for pk in told),
        organisation_id=organisation.pk,
        purpose=PURPOSE,
        urgency=urgency,
    )
    _erase(organisation, people)
    erasures.to_note(people, organisation=organisation)
    record_each(Kind.PASSPORT_DELETED, people, actor=by, organisation_id=organisation.pk)
    return Deleted(frozenset(people), told)


def _reached(organisation: Organisation, held: Held) -> frozenset[UUID]:
    """The people to whom an e-mail or text has gone out, or may have."""
    passport_of = {
        str(one.pk): passport for passport, invitations in held.invitations.items() for one in invitations
    }
    messages = Message.objects.of(organisation).filter(about__one_of_many=list(passport_of))
    gone_out = messages.exclude(state__in=_NOT_GONE_OUT).values_list("about", flat=True)
    return frozenset(passport_of[about] for about in gone_out.distinct())


def _erase(organisation: Organisation, people: Mapping[UUID, StaffPassport]) -> None:
    """The account of whoever held one of these goes with the last passport that they held of any trust."""
    accounts = own_accounts.locked({one.holder_id for one in people.values() if one.holder_id})
    ProfileChange.objects.of(organisation).filter(passport_id__in=people).delete()
    StaffPassport.objects.of(organisation).filter(pk__in=people).delete()
    if accounts:
        still = StaffPassport.everywhere.filter(holder__in=accounts).values_list("holder_id", flat=True)
        own_accounts.forget(set(accounts) - set(still))
