"""The senior portal administrators of a trust, as those whom e-mails reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import QuerySet

from staffpassport.accounts.models import Membership
from staffpassport.messaging.outbox import Draft
from staffpassport.messaging.states import Channel, Urgency
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation


def senior_administrators(organisation: Organisation) -> QuerySet[Membership]:
    """Those of a trust who are not disabled."""
    users = Membership.objects.of(organisation).select_related("user", "organisation")
    return users.filter(role=Role.SENIOR_ADMINISTRATOR, ended_at=None)


def email_to_each(people: Iterable[Membership], *, purpose: str, about: UUID) -> Iterator[Draft]:
    """An e-mail about something to each of these portal users, to be queued: once each, however often it is asked."""
    for person in people:
        yield Draft(
            organisation_id=person.organisation_id,
            about=str(about),
            purpose=purpose,
            channel=Channel.EMAIL,
            idempotency_key=f"{purpose}:{person.pk}",
            recipient=person.user.email,
            urgency=Urgency.SINGLE,
        )
