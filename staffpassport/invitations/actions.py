"""What is done with invitations. `invite` is the one way in, for one person and for a hundred thousand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record_each
from staffpassport.bulk import insert
from staffpassport.invitations import purposes, tally
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.outbox import enqueue_each
from staffpassport.messaging.states import Channel, Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.passports.create import Clash, create_passports, existing, find_clashes
from staffpassport.passports.models import Origin
from staffpassport.roster.people import StaffDetails

PURPOSE = purposes.INVITATION


class DuplicateError(Exception):
    """Somebody to be invited has a passport of this trust already. Nothing was written."""

    def __init__(self, clashes: list[Clash]) -> None:
        super().__init__(f"{len(clashes)} clashes with known passports")
        self.clashes = clashes


def invite(
    *,
    organisation: Organisation,
    people: Mapping[UUID, StaffDetails],
    by: Actor,
    urgency: Urgency = Urgency.SINGLE,
    upload: UUID | None = None,
) -> list[UUID]:
    """Invites checked people: passports, invitations, an e-mail and a text each, and events, all or nothing.

    The keys of `people` are the ids that their passports get. That makes the verb safe to repeat: whoever has a
    passport under this id already is left alone. Returns the ids of those who were invited now.
    `upload` is the list that they came with.

    Raises DuplicateError where an e-mail or phone stands on another passport of the trust, also when somebody
    else writes it at the same moment. The database's unique constraints decide, and who clashes is looked up
    only then: asking first would take as long as a quarter of the writing, and could not be sure.
    """
    new = dict(people)
    while new:
        try:
            with transaction.atomic():
                _invite(organisation, new, by, urgency, upload)
        except IntegrityError:
            before = len(new)
            new = _without_existing(organisation, new)
            if clashes := find_clashes(organisation, new):
                raise DuplicateError(clashes) from None
            if len(new) == before:
                raise
        else:
            break
    return list(new)


def _invite(
    organisation: Organisation,
    people: Mapping[UUID, StaffDetails],
    by: Actor,
    urgency: Urgency,
    upload: UUID | None,
) -> None:
    now = timezone.now()
    expires_at = now + timedelta(days=organisation.invitation_days)
    create_passports(
        organisation, people, origin=Origin.INVITED, at=now, invited_until=expires_at, upload=upload
    )
    invitations = {person: uuid7() for person in people}
    insert(
        Invitation,
        ["passport_id", "id"],
        invitations.items(),
        same={"organisation_id": organisation.pk, "created_at": now, "expires_at": expires_at},
    )
    enqueue_each(
        _messages(people, invitations),
        organisation_id=organisation.pk,
        purpose=PURPOSE,
        urgency=urgency,
        not_after=expires_at,
    )
    record_each(Kind.INVITED, people, actor=by, organisation_id=organisation.pk)
    tally.add(organisation, by, len(people))


def _messages(
    people: Mapping[UUID, StaffDetails], invitations: Mapping[UUID, UUID]
) -> Iterator[tuple[str, Channel, str]]:
    """Each invitation's e-mail and its text."""
    for person, details in people.items():
        invitation = str(invitations[person])
        yield invitation, Channel.EMAIL, details.email
        yield invitation, Channel.TEXT, details.phone


def _without_existing(
    organisation: Organisation, people: Mapping[UUID, StaffDetails]
) -> dict[UUID, StaffDetails]:
    known = existing(organisation, people)
    return {person: details for person, details in people.items() if person not in known}
