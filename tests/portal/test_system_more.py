"""The trust's settings of logging in, old records and summary e-mails."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from staffpassport.accounts.fresh import page
from staffpassport.invitations.models import Invitation
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.accounts.signing_in import give_fresh_code
from tests.checking import CheckingClient
from tests.portal.test_system import AN_ID, desk, mistakes, now, table_of, to_check, told  # noqa: F401 - `desk` is a fixture
from tests.reading import text

pytestmark = pytest.mark.django_db


def test_the_delay_of_a_reset_is_chosen_and_recorded(desk: CheckingClient, trust: Organisation) -> None:  # noqa: F811
    check = to_check(desk, "/system/logging-in", reset_delay_minutes="1440")
    assert "1 hour 24 hours" in table_of(desk.get(check))
    desk.post(check)
    assert now(trust).reset_delay_minutes == 1440
    assert told(trust) == ["Delay before a second factor is reset: 1 hour → 24 hours"]
    for minutes in ("5000", "0"):
        assert mistakes(desk, "/system/logging-in", reset_delay_minutes=minutes) == [
            "Choose one of the options offered"
        ]


def test_how_many_people_a_deletion_concerns_is_said_before_it_is_saved(
    desk: CheckingClient,  # noqa: F811
    trust: Organisation,
) -> None:
    check = to_check(desk, "/system/records", delete_unanswered_days="30")
    assert "Nobody would be deleted now." in text(desk.get(check))
    for days in (29, 30, 31):
        person = making.passport(trust).pk
        expired = timezone.now() - timedelta(days=days)
        Invitation.everywhere.filter(passport_id=person).update(expires_at=expired)
    assert "2 people would be deleted now, within an hour" in text(desk.get(check))
    desk.post(check)
    assert now(trust).delete_unanswered_days == 30
    assert told(trust) == [
        "People who have never answered: Stay until somebody deletes them → Deleted 30 days after their last invitation"
    ]
    desk.post(to_check(desk, "/system/records", delete_unanswered_days=""))
    assert now(trust).delete_unanswered_days is None


@pytest.mark.parametrize("typed", ["29", "731", "-40", "1e2", "forty", "٤٠"])
def test_days_out_of_bounds_are_refused(desk: CheckingClient, typed: str) -> None:  # noqa: F811
    assert mistakes(desk, "/system/records", delete_unanswered_days=typed) == [
        "Enter a whole number of days from 30 to 730"
    ]


def test_summary_emails_are_turned_on_and_off(desk: CheckingClient, trust: Organisation) -> None:  # noqa: F811
    for typed, after in (("True", True), ("False", False)):
        desk.post(to_check(desk, "/system/summaries", weekly_summary=typed))
        assert now(trust).weekly_summary is after
    assert told(trust) == [
        "Weekly summary emails: None → Every Monday at 8:00",
        "Weekly summary emails: Every Monday at 8:00 → None",
    ]


@pytest.mark.parametrize(
    ("path", "answers", "takes_one"),
    [
        ("contacts", {"hr_email": "thief@example.com"}, True),
        ("senders", {"notify_reply_to_id": AN_ID}, True),
        ("logging-in", {"reset_delay_minutes": "15"}, True),
        ("records", {"delete_unanswered_days": "30"}, True),
        ("invitations", {"invitation_days": "30"}, False),
        ("summaries", {"weekly_summary": "True"}, False),
    ],
)
def test_what_guards_something_takes_a_fresh_code(
    trust: Organisation, path: str, answers: dict[str, str], takes_one: bool
) -> None:
    senior = making.member(trust, Role.SENIOR_ADMINISTRATOR)
    client = making.logged_in(senior)
    check = to_check(client, f"/system/{path}", **answers)
    assert ("you are asked for a security code" in text(client.get(check))) is takes_one
    asked = client.post(check)["Location"]
    assert asked == (page(check) if takes_one else "/system")
    assert bool(told(trust)) is not takes_one
    if takes_one:
        give_fresh_code(client, senior.user)
        assert client.post(check)["Location"] == "/system"
        assert len(told(trust)) == 1
