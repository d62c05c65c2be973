"""Whoever got an invitation by mistake says so: reminders stop, and HR looks at the address it went to."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record
from staffpassport.invitations.holding import hold
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.purposes import REMINDER
from staffpassport.messaging import outbox
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation

_WORDS = {Channel.EMAIL: "by the link in the email", Channel.TEXT: "by the link in the text message"}
# Nobody knows who it was: not the staff member, as they say.
_NAME = "Somebody with the link"


@transaction.atomic
def say_not_me(*, invitation: Invitation, by: Channel, network_address: str | None) -> bool:
    """Notes on an open invitation that it reached a stranger by this channel, and stops its reminders.

    The invitation stays open: the other channel may have reached the right person. It ends when HR sends a new one to
    a corrected address, withdraws it or deletes the record. Returns whether this was new: it is safe to repeat.
    """
    organisation, passport = invitation.organisation, invitation.passport_id
    hold(organisation, [passport])
    open_ones = Invitation.objects.of(organisation).filter(
        pk=invitation.pk, ended_at=None, accepted_at=None, not_me_at=None
    )
    if not open_ones.update(not_me_at=timezone.now(), not_me_by=by):
        return False
    outbox.cancel([str(invitation.pk)], purposes=[REMINDER], organisation=organisation)
    actor = Actor(f"task:not-me {invitation.pk}", _NAME, network_address)
    record(Kind.NOT_ME, actor=actor, organisation_id=organisation.pk, subject=passport, detail=_WORDS[by])
    return True


def said_not_me(organisation: Organisation) -> QuerySet[Invitation]:
    """The trust's invitations of which a stranger has said so, and that nobody has put right since."""
    found: QuerySet[Invitation] = Invitation.objects.of(organisation).filter(
        not_me_at__isnull=False, ended_at=None, accepted_at=None
    )
    return found


def not_me_of(organisation: Organisation, passport: UUID) -> Invitation | None:
    """The same of one person."""
    return said_not_me(organisation).filter(passport_id=passport).first()
