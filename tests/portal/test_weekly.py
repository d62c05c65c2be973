"""Weekly e-mails of what waits: on Monday morning, once, to those who can do something about it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from staffpassport.accounts.models import Membership
from staffpassport.messaging import composers
from staffpassport.messaging.composers import Content, NoLongerWanted
from staffpassport.messaging.models import Message
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.portal import weekly
from staffpassport.work import duties
from tests import making

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 7, 6, 8, 0, tzinfo=LONDON)  # summer: 7:00 UTC


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: moment.astimezone(ZoneInfo("UTC")))
    weekly.queue_summaries()


def recipients() -> list[str]:
    found = Message.everywhere.filter(purpose=weekly.PURPOSE).order_by("recipient")
    return [str(message.recipient) for message in found]


@pytest.fixture
def readers(trust: Organisation) -> list[str]:
    """An administrator and an HR user of a trust that wants it, with somebody who waits; and who gets nothing."""
    Organisation.objects.filter(pk=trust.pk).update(weekly_summary=True)
    making.passport(trust)
    users = [making.member(trust, role) for role in Role]
    gone = making.member(trust, Role.HR_USER)
    Membership.everywhere.filter(pk=gone.pk).update(ended_at=timezone.now())
    return sorted(user.user.email for user in users if user.role != Role.READ_ONLY)


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (MONDAY.replace(hour=7, minute=59), False),
        (MONDAY, True),
        (MONDAY.replace(hour=23), True),
        (MONDAY.replace(day=7), False),
        (MONDAY.replace(day=5, hour=9), False),
    ],
)
def test_on_monday_from_eight_in_london(
    readers: list[str], monkeypatch: pytest.MonkeyPatch, moment: datetime, sent: bool
) -> None:
    at(monkeypatch, moment)
    assert recipients() == (readers if sent else [])


def test_once_a_week_and_again_in_the_next(readers: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for hour in (8, 9, 20):
        at(monkeypatch, MONDAY.replace(hour=hour))
    assert recipients() == readers
    at(monkeypatch, MONDAY.replace(day=13))
    assert recipients() == sorted(readers * 2)


def test_where_nothing_waits_or_nobody_wants_it_there_is_no_email(
    trust: Organisation, readers: list[str], other_trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    making.member(other_trust, Role.HR_USER)
    making.passport(other_trust)
    StaffPassport.objects.of(trust).delete()
    at(monkeypatch, MONDAY)
    assert recipients() == []


def test_it_says_what_waits_with_links_when_it_is_sent(
    trust: Organisation, readers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, MONDAY)
    messages = list(Message.everywhere.filter(purpose=weekly.PURPOSE))
    said = composers.compose(messages)
    for message in messages:
        content = said[message.pk]
        assert isinstance(content, Content)
        assert "1 invitation pending:\nhttp" in content.body
        assert "/people?status=invitation-sent" in content.body
        assert "to verify" not in content.body
    StaffPassport.objects.of(trust).delete()
    assert all(isinstance(one, NoLongerWanted) for one in composers.compose(messages).values())


def test_a_worker_has_the_duty() -> None:
    assert weekly.SUMMARIES in duties.registered()
