"""Choices of people at every stage of their life."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from uuid_utils.compat import uuid7

from staffpassport.audit.record import Actor
from staffpassport.batches import actions
from staffpassport.batches.duties import carry_on
from staffpassport.batches.kinds import Kind
from staffpassport.batches.models import Batch
from staffpassport.invitations.actions import invite
from staffpassport.messaging.states import Urgency
from staffpassport.organisations.models import Organisation
from tests import making

BY = Actor.person(UUID(int=7), "Alex Morgan", "192.0.2.1")


def invited(trust: Organisation, number: int) -> list[UUID]:
    """So many people, each with an invitation, in the order of their ids."""
    people = {uuid7(): making.details() for _ in range(number)}
    return sorted(invite(organisation=trust, people=people, by=BY, urgency=Urgency.BULK))


def chosen(trust: Organisation, kind: Kind, people: int | Iterable[UUID]) -> Batch:
    """A choice of these people, or of so many new ones."""
    ids = invited(trust, people) if isinstance(people, int) else people
    return actions.choose(organisation=trust, kind=kind, passports=ids)


def confirmed(trust: Organisation, kind: Kind, people: int | Iterable[UUID]) -> Batch:
    batch = chosen(trust, kind, people)
    assert actions.confirm(batch, by=BY)
    return batch


def done(trust: Organisation, kind: Kind, people: int | Iterable[UUID]) -> Batch:
    batch = confirmed(trust, kind, people)
    work()
    batch.refresh_from_db()
    return batch


def work() -> None:
    """All that workers have to do for what was confirmed."""
    while carry_on():
        pass
