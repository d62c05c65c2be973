"""Sending invitations again, to one person or to many at once: a few statements for any number of them."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record_each
from staffpassport.bulk import insert
from staffpassport.invitations import tally
from staffpassport.invitations.actions import PURPOSE
from staffpassport.invitations.holding import Held, hold
from staffpassport.invitations.models import Invitation
from staffpassport.messaging import outbox
from staffpassport.messaging.providers import are_texts_sent
from staffpassport.messaging.states import Channel, State, Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status

# Nobody gets more of them than this: not from two HR users together, not by any way through the portal.
MOST_A_DAY = 3
DAY = timedelta(hours=24)


class LeftOut(enum.StrEnum):
    """Why somebody was sent nothing. `sentence` follows their name, as in "3 people: …"."""

    NOT_THERE = "not-there"
    ANSWERED = "answered"
    ALREADY = "already"
    TOO_OFTEN = "too-often"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    LeftOut.NOT_THERE: "The staff passport is no longer in the records.",
    LeftOut.ANSWERED: "The invitation is no longer waiting for an answer.",
    LeftOut.ALREADY: "A newer invitation had been sent already. Nothing was sent twice.",
    LeftOut.TOO_OFTEN: f"An invitation can be re-sent to one person {MOST_A_DAY} times in 24 hours at most.",
}


@dataclass(frozen=True, slots=True)
class Resent:
    """The new invitation of each passport that got one, and why the others got none."""

    invitations: Mapping[UUID, UUID] = field(default_factory=dict)
    left_out: Mapping[UUID, LeftOut] = field(default_factory=dict)


@transaction.atomic
def resend(
    *,
    organisation: Organisation,
    passports: Collection[UUID],
    by: Actor,
    urgency: Urgency = Urgency.SINGLE,
    seen: Mapping[UUID, UUID] | None = None,
) -> Resent:
    """Makes a new invitation for each of these passports and ends the one before, all or nothing.

    What waits of the old one is cancelled, an e-mail and a text are queued to the addresses that stand on the
    passport now. An invitation that has expired or was withdrawn can be re-sent too. Left out, and told why, is
    whoever is not waiting to answer, or has been sent MOST_A_DAY within the last 24 hours.

    `seen` makes it safe to repeat: the newest invitation of a passport as whoever asks has seen it. Where another
    one is the newest by now (a second click, a colleague) nothing is sent. For at most a few thousand passports:
    whoever has more calls it for some at a time.
    """
    now = timezone.now()
    held = hold(organisation, passports)
    left_out = {
        passport: why
        for passport in passports
        if (why := _why_not(held, passport, seen.get(passport) if seen else None, now))
    }
    again = [held.passports[passport] for passport in dict.fromkeys(passports) if passport not in left_out]
    if not again:
        return Resent(left_out=left_out)
    _end(organisation, held, again, now)
    invitations = _invite_again(organisation, held, again, urgency, now)
    record_each(Kind.INVITATION_RESENT, invitations, actor=by, organisation_id=organisation.pk)
    tally.add(organisation, by, len(again))
    return Resent(invitations, left_out)


def possible_from(organisation: Organisation, passport: UUID) -> datetime | None:
    """When this person can be sent an invitation again, where that is not now because of MOST_A_DAY."""
    now = timezone.now()
    lately = Invitation.objects.of(organisation).filter(
        passport_id=passport, sequence__gt=1, created_at__gt=now - DAY
    )
    sent: list[datetime] = list(lately.order_by("-sequence").values_list("created_at", flat=True))
    return sent[MOST_A_DAY - 1] + DAY if len(sent) >= MOST_A_DAY else None


def would_leave_out(organisation: Organisation, passports: QuerySet[StaffPassport]) -> dict[LeftOut, int]:
    """How many of these passports `resend` would leave out now, by why. Three queries for any number of them."""
    # Of the passports' own trust, which is not said again: SQLite would go along its invitations for each passport.
    accepted = Invitation.everywhere.filter(passport_id=OuterRef("pk"), accepted_at__isnull=False)
    waiting = passports.filter(~Exists(accepted), status=Status.INVITATION_SENT)
    often = (
        Invitation.objects.of(organisation)
        .filter(passport_id__in=waiting.values("pk"), sequence__gt=1, created_at__gt=timezone.now() - DAY)
        .values("passport_id")
        .annotate(times=Count("pk"))
        .filter(times__gte=MOST_A_DAY)
    )
    return {
        LeftOut.ANSWERED: passports.count() - waiting.count(),
        LeftOut.TOO_OFTEN: often.count(),
    }


def _why_not(held: Held, passport: UUID, seen: UUID | None, now: datetime) -> LeftOut | None:
    person, newest = held.passports.get(passport), held.newest(passport)
    if person is None:
        return LeftOut.NOT_THERE
    if person.status != Status.INVITATION_SENT or (newest and newest.accepted_at):
        return LeftOut.ANSWERED
    if seen and newest and newest.pk != seen:
        return LeftOut.ALREADY
    lately = [
        one for one in held.invitations.get(passport, ()) if one.sequence > 1 and one.created_at > now - DAY
    ]
    return LeftOut.TOO_OFTEN if len(lately) >= MOST_A_DAY else None


def _end(organisation: Organisation, held: Held, people: list[StaffPassport], now: datetime) -> None:
    """Ends what is open, and then cancels: of an ended invitation nothing more is noted on the passport."""
    ended = held.not_ended([person.pk for person in people])
    Invitation.objects.of(organisation).filter(pk__in=ended).update(
        ended_at=now, ended_reason=Invitation.EndedReason.REPLACED
    )
    outbox.cancel([str(invitation) for invitation in ended], organisation=organisation)


def _invite_again(
    organisation: Organisation, held: Held, people: list[StaffPassport], urgency: Urgency, now: datetime
) -> dict[UUID, UUID]:
    expires_at = now + timedelta(days=organisation.invitation_days)
    invitations = {person.pk: uuid7() for person in people}
    insert(
        Invitation,
        ["passport_id", "id", "sequence"],
        [(passport, new, _next(held.newest(passport))) for passport, new in invitations.items()],
        same={"organisation_id": organisation.pk, "created_at": now, "expires_at": expires_at},
    )
    outbox.enqueue_each(
        _messages(people, invitations),
        organisation_id=organisation.pk,
        purpose=PURPOSE,
        urgency=urgency,
        not_after=expires_at,
    )
    StaffPassport.objects.of(organisation).filter(pk__in=invitations).update(
        email_state=State.QUEUED,
        text_state=State.QUEUED if are_texts_sent() else None,
        invitation_expires_at=expires_at,
    )
    return invitations


def _next(newest: Invitation | None) -> int:
    return newest.sequence + 1 if newest else 1


def _messages(
    people: list[StaffPassport], invitations: Mapping[UUID, UUID]
) -> Iterator[tuple[str, Channel, str]]:
    for person in people:
        invitation = str(invitations[person.pk])
        yield invitation, Channel.EMAIL, person.email
        yield invitation, Channel.TEXT, person.phone
