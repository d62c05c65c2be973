"""Reminders: on the trust's days after the invitation, while the person has not signed up.

Invitations of one day are a range of ids, as ids are made of the time: those whose turn has come are read along the
primary key, so that inviting pays for no index. How far each day's reminders have come stands in one small row. It is
locked by whoever goes on and written with the reminders, so each is queued once, whatever restarts and however many
workers there are; the outbox refuses a second one under the same key besides.

A day that no worker was there for is over: its reminders are not made up for, and do not pile up with the next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record_each
from staffpassport.invitations.models import Invitation, ReminderRound
from staffpassport.invitations.purposes import INVITATION, REMINDER
from staffpassport.messaging import hours
from staffpassport.messaging.models import Message
from staffpassport.messaging.outbox import enqueue_each
from staffpassport.messaging.states import Channel, State, Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.work.duties import Duty

# Invitations looked at in a transaction. On SQLite nobody else writes meanwhile.
CHUNK = {"sqlite": 1_000, "postgresql": 4_000}
_BY = Actor.task("remind")
# From an invitation to its first reminder, at least. As short as from 20:00 to 08:00 in the night in which summer time
# begins, so it tells only where messages go out by night too.
_BETWEEN = timedelta(hours=11)
# The invitation has gone out, as far as anybody knows.
_GONE_OUT = (State.SENT, State.DELIVERED, State.UNCERTAIN, State.MAYBE_SENT)


class Due(NamedTuple):
    """An invitation whose day has come, and that is still open. `about` is its id, as messages name it."""

    about: str
    organisation: UUID
    passport: UUID


def remind_some() -> bool:
    """Queues the reminders of the next chunk of today's, and says whether there is more. By day only."""
    now = timezone.now()
    if not hours.are_open(now):
        return False
    return any(_remind(days, trusts, now) for days, trusts in _trusts_by_day().items())


def skip_today() -> None:
    """No more reminders today: after a restore from a backup nobody knows who has had one since it was made."""
    last = UUID(int=2**128 - 1)
    today = hours.day_of(timezone.now())
    for days in _trusts_by_day():
        ReminderRound.objects.update_or_create(on=today, days_after=days, defaults={"through": last})


def in_words(organisation: Organisation) -> str | None:
    """A sentence for HR on when this trust reminds people; None where it does not."""
    days = [str(day) for day in _days_of(organisation.reminder_days)]
    if not days:
        return None
    listed = " and ".join(filter(None, [", ".join(days[:-1]), days[-1]]))
    return f"Whoever has not signed up gets a reminder {listed} {'day' if listed == '1' else 'days'} later."


def invited_on(day: date) -> tuple[UUID, UUID]:
    """What the ids of a day's invitations lie between.

    A day ends when the hours for sending do: what is prepared in the evening counts for the morning on which the
    messages of lists go out, so no reminder follows within hours.
    """
    return _first_id(hours.window(day - timedelta(days=1)).closes), _first_id(hours.window(day).closes)


def _first_id(moment: datetime) -> UUID:
    """Less than every UUIDv7 made from this moment on: the first 48 bits are the milliseconds."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def _trusts_by_day() -> dict[int, set[UUID]]:
    """Which trusts remind so many days after the invitation, by the number of days."""
    trusts: dict[int, set[UUID]] = defaultdict(set)
    for pk, days in Organisation.objects.order_by().values_list("pk", "reminder_days"):
        for day in _days_of(days):
            trusts[day].add(pk)
    return trusts


def _days_of(days: Iterable[Any]) -> list[int]:
    """In order. What is no number of days is passed over: one trust's mistake must not stop the reminders of all."""
    return sorted({day for day in days if isinstance(day, int) and day > 0})


def _remind(days: int, trusts: set[UUID], now: datetime) -> bool:
    """The next chunk of those who were invited so many days ago. Writes nothing where nobody is left."""
    today = hours.day_of(now)
    first, end = invited_on(today - timedelta(days=days))
    end = min(end, _first_id(now - timedelta(days=days - 1) - _BETWEEN))
    known = ReminderRound.objects.filter(on=today, days_after=days).first()
    if not _between(known.through if known else first, end).exists():
        return False
    with transaction.atomic():
        current = _locked(today, days, first)
        chunk = list(
            _between(current.through, end)
            .order_by("pk")
            .values_list(
                "pk", "organisation_id", "passport_id", "ended_at", "accepted_at", "not_me_at", "expires_at"
            )[: CHUNK[connection.vendor]]
        )
        if chunk:
            due = [
                Due(str(invitation), trust, passport)
                for invitation, trust, passport, ended_at, accepted_at, not_me_at, expires_at in chunk
                if trust in trusts and not (ended_at or accepted_at or not_me_at) and expires_at > now
            ]
            _queue(due, days, hours.window(today))
            current.through = chunk[-1][0]
            current.save(update_fields=["through"])
    return bool(chunk)


def _between(after: UUID, end: UUID) -> QuerySet[Invitation]:
    return Invitation.everywhere.filter(pk__gt=after, pk__lt=end)


def _locked(today: date, days: int, first: UUID) -> ReminderRound:
    begun = ReminderRound(on=today, days_after=days, through=first)
    ReminderRound.objects.bulk_create([begun], ignore_conflicts=True)
    return ReminderRound.objects.select_for_update().get(on=today, days_after=days)


def _queue(due: Sequence[Due], days: int, today: hours.Window) -> None:
    """Queues a reminder on each channel that reached the person, and records it, a trust at a time."""
    recipients = _recipients(due, today.opens)
    by_trust: dict[UUID, list[Due]] = defaultdict(list)
    for one in due:
        if recipients.get(one.about):
            by_trust[one.organisation].append(one)
    for trust, reminded in by_trust.items():
        enqueue_each(
            ((one.about, *recipient) for one in reminded for recipient in recipients[one.about]),
            organisation_id=trust,
            purpose=REMINDER,
            occasion=str(days),
            urgency=Urgency.REMINDER,
            not_after=today.closes,
        )
        record_each(Kind.REMINDED, (one.passport for one in reminded), actor=_BY, organisation_id=trust)


def _recipients(due: Sequence[Due], opened_at: datetime) -> dict[str, list[tuple[Channel, str]]]:
    """Where each can be reminded, by what they are about: the ways that are open to somebody who has not answered.

    An address that HR has corrected has had no invitation yet, so it gets no reminder either. The passports are held,
    as by whoever corrects one: else a reminder could be queued to the old address a moment after.
    """
    ways = _ways([one.about for one in due], opened_at)
    waiting = StaffPassport.everywhere.filter(
        pk__in=[one.passport for one in due], status=Status.INVITATION_SENT
    )
    addresses = {
        passport: ((Channel.EMAIL, email, email_since), (Channel.TEXT, phone, phone_since))
        for passport, email, email_since, phone, phone_since in waiting.order_by("pk")
        .select_for_update()
        .values_list("pk", "email", "email_since", "phone", "phone_since")
    }
    return {
        one.about: [
            (channel, address)
            for channel, address, since in addresses[one.passport]
            if (queued_at := ways.get((one.about, channel))) and (since is None or since <= queued_at)
        ]
        for one in due
        if one.passport in addresses
    }


def _ways(about: Sequence[str], opened_at: datetime) -> dict[tuple[str, str], datetime]:
    """What brought the invitation before today and has not failed since: (about, channel), and when it was queued."""
    messages = Message.everywhere.filter(about__one_of_many=about).filter(
        Q(purpose=INVITATION) | Q(state=State.FAILED)
    )
    brought: dict[tuple[str, str], datetime] = {}
    failed: set[tuple[str, str]] = set()
    for subject, channel, state, queued_at, attempted_at in messages.values_list(
        "about", "channel", "state", "created_at", "attempted_at"
    ):
        if state == State.FAILED:
            failed.add((subject, channel))
        elif state in _GONE_OUT and attempted_at and attempted_at < opened_at:
            brought[subject, channel] = queued_at
    return {way: queued_at for way, queued_at in brought.items() if way not in failed}


REMINDING = Duty("remind", run=remind_some, every=timedelta(minutes=1))
