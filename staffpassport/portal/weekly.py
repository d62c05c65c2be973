"""Weekly e-mails of what waits to be done: on Monday at 8:00 to each senior administrator and HR user of a trust that
has turned them on. Where nothing waits, nobody is written to.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from staffpassport.accounts.administrators import email_to_each
from staffpassport.accounts.models import Membership
from staffpassport.messaging.composers import Composed, Content, NoLongerWanted, ToCompose
from staffpassport.messaging.outbox import enqueue
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.portal.counters import Counter, counters_of
from staffpassport.work.duties import Duty

PURPOSE = "weekly-summary"
_HOUR = 8
_MONDAY = 0

_SUBJECT = "What waits in the Digital Staff Passport portal of {trust}"
_BODY = """\
Hello,

This waits in the Digital Staff Passport portal of {trust}:

{what_waits}

A senior portal administrator of {trust} can turn these emails off under "System management".
"""


def queue_summaries() -> bool:
    """Queues the e-mails of this week, once a trust, whatever there is to repeat."""
    now = timezone.localtime()
    if now.weekday() == _MONDAY and now.hour >= _HOUR:
        wanting = Organisation.objects.filter(_not_done(now.date()), weekly_summary=True)
        for trust in wanting:
            _queue(trust, now)
    return False


@transaction.atomic
def _queue(trust: Organisation, now: datetime) -> None:
    mine = Organisation.objects.filter(_not_done(now.date()), pk=trust.pk, weekly_summary=True)
    if not mine.update(summary_week=now.date()) or not _waiting(trust):
        return
    readers = Membership.objects.of(trust).filter(
        role__in=[Role.SENIOR_ADMINISTRATOR, Role.HR_USER], ended_at=None
    )
    this_week = uuid5(trust.pk, now.date().isoformat())
    enqueue(email_to_each(readers.select_related("user"), purpose=PURPOSE, about=this_week))


def compose(messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """What waits now, counted once a trust and batch."""
    trusts = Organisation.objects.in_bulk({message.organisation_id for message in messages})
    contents = {pk: _content(trust) for pk, trust in trusts.items()}
    return {message.id: contents[message.organisation_id] for message in messages}


def _content(trust: Organisation) -> Composed:
    waiting = _waiting(trust)
    if not waiting or not trust.weekly_summary:
        return NoLongerWanted("nothing-waits")
    lines = [f"{one.count} {one.text}:\n{settings.BASE_URL}{one.href}" for one in waiting]
    return Content(
        subject=_SUBJECT.format(trust=trust), body=_BODY.format(trust=trust, what_waits="\n\n".join(lines))
    )


def _waiting(trust: Organisation) -> list[Counter]:
    """The counters of home that are not zero."""
    return [one for one in counters_of(StaffPassport.objects.of(trust)) if str(one.count) != "0"]


def _not_done(monday: date) -> Q:
    return Q(summary_week=None) | Q(summary_week__lt=monday)


SUMMARIES = Duty("weekly-summary", run=queue_summaries, every=timedelta(minutes=5))
