"""Reminders: on which days, at what hours, to whom, and once, whatever restarts."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.accounts.models import Membership
from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import record_each
from staffpassport.invitations import reminding
from staffpassport.invitations.actions import invite
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.reminding import remind_some
from staffpassport.invitations.resending import resend
from staffpassport.invitations.withdrawing import withdraw
from staffpassport.messaging.models import Message, PracticeMessage
from staffpassport.messaging.states import Channel, State, Urgency
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.portal.history import history_of
from tests import making
from tests.invitations.conftest import Clock
from tests.locks import somebody_waits_for_this_connection
from tests.making import BY
from tests.messaging.outbox import deliver_now
from tests.reading import text

pytestmark = pytest.mark.django_db


def work() -> None:
    """What a worker does in a minute."""
    while remind_some():
        pass
    deliver_now()


def invited(trust: Organisation, **given: Any) -> StaffPassport:
    """Somebody whose invitation has gone out."""
    passport = making.passport(trust, **given)
    deliver_now()
    return passport


def invitation_of(passport: StaffPassport) -> Invitation:
    found: Invitation = Invitation.everywhere.filter(passport_id=passport.pk).order_by("-sequence")[0]
    return found


def reminders(passport: StaffPassport | None = None) -> list[str]:
    """The reminders that were queued, as "day channel"."""
    found = Message.everywhere.filter(purpose="reminder")
    if passport:
        found = found.filter(about=str(invitation_of(passport).pk))
    return sorted(
        f"{key.split(':')[1]} {channel}" for key, channel in found.values_list("idempotency_key", "channel")
    )


def sent_to(passport: StaffPassport) -> int:
    """How many messages were delivered to this person, of any kind."""
    return PracticeMessage.everywhere.filter(recipient__in=[passport.email, passport.phone]).count()


BOTH = [["1 email", "1 text"], ["2 email", "2 text"], ["3 email", "3 text"]]
ALL = [one for day in BOTH for one in day]


# ── Days and hours ──────────────────────────────────────────────────────────────────────────────────────────


def test_one_a_day_on_the_three_days_after_the_invitation_then_none(
    trust: Organisation, clock: Clock
) -> None:
    passport = invited(trust)
    expected: list[str] = []
    for day, more in zip(range(23, 30), [[], *BOTH, [], [], []], strict=True):
        clock.to(f"2026-11-{day} 10:30")
        for _ in range(3):
            work()
        expected += more
        assert reminders() == expected, f"on the {day}th"
        assert sent_to(passport) == 2 + len(expected)


@pytest.mark.parametrize(
    ("moment", "reminded"),
    [
        ("2026-11-24 00:00", False),
        ("2026-11-24 07:59", False),
        ("2026-11-24 08:00", True),
        ("2026-11-24 19:59", True),
        ("2026-11-24 20:00", False),
        ("2026-11-24 23:59", False),
        ("2026-11-25 00:00", False),
    ],
)
def test_by_day_only(trust: Organisation, clock: Clock, moment: str, reminded: bool) -> None:
    invited(trust)
    clock.to(moment)
    work()
    assert bool(reminders()) == reminded


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-07-02"])
def test_hours_are_those_of_the_clock_on_the_wall_in_summer_and_when_clocks_change(
    trust: Organisation, clock: Clock, day: str
) -> None:
    before = {"2026-03-29": "2026-03-28", "2026-10-25": "2026-10-24", "2026-07-02": "2026-07-01"}[day]
    clock.to(f"{before} 19:59")
    invited(trust)
    for moment, reminded in (("07:59", False), ("08:00", True)):
        clock.to(f"{day} {moment}")
        work()
        assert bool(reminders()) == reminded
    assert reminders() == ["1 email", "1 text"]


def test_whoever_is_invited_in_the_evening_is_not_reminded_in_the_morning(
    trust: Organisation, clock: Clock
) -> None:
    clock.to("2026-11-23 19:59")
    by_day = invited(trust)
    clock.to("2026-11-23 20:00")
    by_night = invited(trust)
    clock.to("2026-11-24 08:00")
    work()
    assert (reminders(by_day), reminders(by_night)) == (["1 email", "1 text"], [])
    clock.to("2026-11-25 08:00")
    work()
    assert reminders(by_night) == ["1 email", "1 text"]


def test_where_messages_go_out_by_night_too_nobody_is_reminded_at_midnight(
    trust: Organisation, clock: Clock, settings: LazySettings
) -> None:
    settings.SENDING_HOURS = (0, 24 * 60)
    clock.to("2026-11-23 23:58")
    invited(trust)
    for moment, reminded in (("2026-11-24 00:10", False), ("2026-11-24 11:00", True)):
        clock.to(moment)
        work()
        assert bool(reminders()) == reminded


def test_a_list_whose_messages_went_out_this_morning_is_not_reminded_today(
    trust: Organisation, clock: Clock
) -> None:
    clock.to("2026-11-23 19:59")
    person = uuid7()
    invite(organisation=trust, people={person: making.details()}, by=BY, urgency=Urgency.BULK)
    clock.to("2026-11-24 08:00")
    deliver_now()
    work()
    assert reminders() == []
    clock.to("2026-11-25 08:00")
    work()
    assert reminders() == ["2 email", "2 text"]


def test_a_worker_that_was_down_for_two_days_sends_one_reminder_not_three(
    trust: Organisation, clock: Clock
) -> None:
    passport = invited(trust)
    clock.to("2026-11-26 09:00")
    work()
    assert reminders() == ["3 email", "3 text"]
    assert sent_to(passport) == 4


def test_a_reminder_that_could_not_be_sent_by_the_evening_is_never_sent(
    trust: Organisation, clock: Clock
) -> None:
    passport = invited(trust)
    clock.to("2026-11-24 19:59")
    while remind_some():
        pass  # queued, and then nobody is there to send it
    clock.to("2026-11-25 08:00")
    work()
    assert reminders() == BOTH[0] + BOTH[1]
    assert sent_to(passport) == 4
    late = Message.everywhere.filter(idempotency_key__startswith="reminder:1")
    assert set(late.values_list("state", "failure")) == {(State.CANCELLED, "too-late")}


@pytest.mark.parametrize(
    ("days", "expected"), [([], []), ([2], BOTH[1]), ([5, 1], ["1 email", "1 text"]), ([0, -1, "1"], [])]
)
def test_each_trust_has_days_of_its_own(
    trust: Organisation, other_trust: Organisation, clock: Clock, days: list[Any], expected: list[str]
) -> None:
    Organisation.objects.filter(pk=trust.pk).update(reminder_days=days)
    passport, other = invited(trust), invited(other_trust)
    for day in (24, 25, 26, 27):
        clock.to(f"2026-11-{day} 12:00")
        work()
    assert reminders(passport) == expected
    assert reminders(other) == ALL


def test_nobody_is_reminded_of_an_invitation_that_has_expired(trust: Organisation, clock: Clock) -> None:
    Organisation.objects.filter(pk=trust.pk).update(invitation_days=2, reminder_days=[1, 2, 3])
    trust.refresh_from_db()
    invited(trust)
    for day in (24, 25, 26):
        clock.to(f"2026-11-{day} 10:00")  # on the 25th it has just ended
        work()
    assert reminders() == BOTH[0]


# ── Who is left alone ───────────────────────────────────────────────────────────────────────────────────────

STOPS: dict[str, Callable[[StaffPassport], object]] = {
    "accepted": lambda p: Invitation.everywhere.filter(passport_id=p.pk).update(accepted_at=timezone.now()),
    "withdrawn": lambda p: withdraw(organisation=p.organisation, passports=[p.pk], by=BY),
    "replaced": lambda p: Invitation.everywhere.filter(passport_id=p.pk).update(
        ended_at=timezone.now(), ended_reason=Invitation.EndedReason.REPLACED
    ),
    "deleted": lambda p: StaffPassport.everywhere.filter(pk=p.pk).delete(),
    "further along": lambda p: StaffPassport.everywhere.filter(pk=p.pk).update(
        status=Status.APPOINTMENT_NEEDED
    ),
}


@pytest.mark.parametrize("how", STOPS)
def test_whoever_has_answered_or_is_no_longer_invited_is_left_alone(
    trust: Organisation, clock: Clock, how: str
) -> None:
    passport, other = invited(trust), invited(trust)
    clock.to("2026-11-24 09:00")
    STOPS[how](passport)
    work()
    assert (reminders(passport), reminders(other)) == ([], ["1 email", "1 text"])
    assert not Event.objects.filter(kind=Kind.REMINDED, subject=str(passport.pk)).exists()


@pytest.mark.parametrize("how", STOPS)
def test_a_reminder_that_waits_is_not_sent_to_whoever_answers_meanwhile(
    trust: Organisation, clock: Clock, how: str
) -> None:
    passport = invited(trust)
    clock.to("2026-11-24 09:00")
    while remind_some():
        pass
    STOPS[how](passport)
    deliver_now()
    assert sent_to(passport) == 2
    assert set(Message.everywhere.filter(purpose="reminder").values_list("state", flat=True)) == {
        State.CANCELLED
    }


def test_a_reminder_that_waits_is_not_sent_once_the_trust_has_turned_reminders_off(
    trust: Organisation, clock: Clock
) -> None:
    passport = invited(trust)
    clock.to("2026-11-24 09:00")
    while remind_some():
        pass
    Organisation.objects.filter(pk=trust.pk).update(reminder_days=[])
    deliver_now()
    assert sent_to(passport) == 2


def test_whoever_has_only_begun_to_sign_up_is_reminded(trust: Organisation, clock: Clock) -> None:
    passport = invited(trust)
    Invitation.everywhere.update(started_at=timezone.now())
    clock.to("2026-11-24 09:00")
    work()
    assert reminders(passport) == ["1 email", "1 text"]


@pytest.mark.parametrize(
    ("failed", "expected"),
    [([Channel.EMAIL], ["1 text"]), ([Channel.TEXT], ["1 email"]), (list(Channel), [])],
)
def test_a_channel_that_did_not_bring_the_invitation_brings_no_reminder(
    trust: Organisation, clock: Clock, failed: list[Channel], expected: list[str]
) -> None:
    passport = invited(trust)
    Message.everywhere.filter(channel__in=failed).update(state=State.FAILED, failure="no-such-phone")
    clock.to("2026-11-24 09:00")
    work()
    assert reminders() == expected
    assert Event.objects.filter(kind=Kind.REMINDED, subject=str(passport.pk)).count() == bool(expected)


def test_a_reminder_that_did_not_arrive_is_the_last_by_its_channel(trust: Organisation, clock: Clock) -> None:
    passport = invited(trust)
    clock.to("2026-11-24 09:00")
    work()
    Message.everywhere.filter(purpose="reminder", channel=Channel.TEXT).update(
        state=State.FAILED, failure="phone-not-accepting"
    )
    for day in (25, 26):
        clock.to(f"2026-11-{day} 09:00")
        work()
    assert reminders() == sorted([*ALL[:2], "2 email", "3 email"])
    passport.refresh_from_db()
    assert passport.text_state == State.DELIVERED, "as the invitation itself was"


def test_an_address_that_was_corrected_since_gets_no_reminder_before_the_invitation(
    trust: Organisation, clock: Clock
) -> None:
    passport = invited(trust)
    clock.to("2026-11-23 12:00")
    StaffPassport.everywhere.update(email="right@example.com", email_since=timezone.now())
    clock.to("2026-11-24 09:00")
    work()
    assert reminders() == ["1 text"]
    resend(organisation=trust, passports=[passport.pk], by=BY)
    deliver_now()
    clock.to("2026-11-25 09:00")
    work()
    assert reminders(passport) == ["1 email", "1 text"]


@pytest.mark.parametrize("state", [State.QUEUED, State.CANCELLED])
def test_nobody_is_reminded_of_what_never_went_out(trust: Organisation, clock: Clock, state: State) -> None:
    making.passport(trust)
    if state == State.CANCELLED:
        Message.everywhere.update(state=state, failure="withdrawn", recipient=None)
    clock.to("2026-11-24 09:00")
    assert remind_some(), "it was looked at"
    assert reminders() == []


@pytest.mark.parametrize("state", [State.DELIVERED, State.UNCERTAIN, State.MAYBE_SENT])
def test_whoever_may_have_got_the_invitation_is_reminded(
    trust: Organisation, clock: Clock, state: State
) -> None:
    invited(trust)
    more = {"recipient": "someone@example.com"} if state == State.UNCERTAIN else {}
    failure = "no-answer" if state == State.MAYBE_SENT else ""
    Message.everywhere.update(state=state, failure=failure, due_at=timezone.now(), **more)
    clock.to("2026-11-24 09:00")
    remind_some()
    assert reminders() == ["1 email", "1 text"]


def test_after_a_new_invitation_days_count_from_that(trust: Organisation, clock: Clock) -> None:
    passport = invited(trust)
    clock.to("2026-11-25 09:00")
    work()
    old = invitation_of(passport)
    resend(organisation=trust, passports=[passport.pk], by=BY)
    deliver_now()
    for day in (26, 27, 28, 29):
        clock.to(f"2026-11-{day} 09:00")
        work()
    assert reminders(passport) == ALL
    about_the_old = Message.everywhere.filter(about=str(old.pk), purpose="reminder")
    assert Counter(about_the_old.values_list("channel", flat=True)) == {"email": 1, "text": 1}


# ── What it says, and what is kept ──────────────────────────────────────────────────────────────────────────


def test_a_reminder_says_so_and_has_the_link_of_the_invitation(trust: Organisation, clock: Clock) -> None:
    passport = invited(trust)
    clock.to("2026-11-24 09:00")
    work()
    first, again = PracticeMessage.everywhere.filter(recipient=passport.email).order_by("delivered_at")
    assert again.subject.startswith("Reminder:")
    assert "On 23 November 2026, Fairdale Teaching Hospitals invited you" in again.body
    links = [line for line in again.body.splitlines() if line.startswith("http")]
    assert links
    assert links[0] in first.body


def test_history_tells_of_each_reminder_and_the_record_of_the_invitation(
    trust: Organisation, hr: Membership, clock: Clock
) -> None:
    passport = invited(trust)
    clock.to("2026-11-24 09:00")
    work()
    Message.everywhere.filter(purpose="reminder").update(state=State.FAILED, failure="refused")
    told = [line.what for line in history_of(passport)]
    assert told.count("Reminder prepared") == 1
    assert {"Reminder by email sent", "Reminder by text message sent"} <= set(told)
    page = text(making.logged_in(hr).get(reverse("person", args=[passport.pk])))
    assert f"Delivered to {passport.email}" in page
    assert "Did not arrive" not in page


def test_hr_reads_when_people_are_reminded(trust: Organisation) -> None:
    for days, said in (
        ([1, 2, 3], "Whoever has not signed up gets a reminder 1, 2 and 3 days later."),
        ([1], "Whoever has not signed up gets a reminder 1 day later."),
        ([7, 2], "Whoever has not signed up gets a reminder 2 and 7 days later."),
        ([], None),
    ):
        trust.reminder_days = days
        assert reminding.in_words(trust) == said


# ── Once ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_worker_that_dies_between_two_chunks_or_within_one_reminds_nobody_twice(
    trust: Organisation, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(7):
        invited(trust)
    monkeypatch.setattr(reminding, "CHUNK", {"sqlite": 3, "postgresql": 3})
    clock.to("2026-11-24 09:00")
    assert remind_some()

    def die(*args: Any, **more: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(reminding, "record_each", die)
    with pytest.raises(KeyboardInterrupt):
        remind_some()
    assert Message.everywhere.filter(purpose="reminder").count() == 6, "the second chunk left nothing behind"
    monkeypatch.setattr(reminding, "record_each", record_each)
    work()
    assert Message.everywhere.filter(purpose="reminder").count() == 14
    events = Event.objects.filter(kind=Kind.REMINDED)
    assert len({event.subject for event in events}) == events.count() == 7


def test_many_people_take_no_more_queries_than_few(trust: Organisation, clock: Clock) -> None:
    counted = []
    for day, number in ((24, 30), (25, 90)):
        clock.to(f"2026-11-{day - 1} 10:00")
        people = {uuid4(): making.details() for _ in range(number)}
        invite(organisation=trust, people=people, by=BY)
        Message.everywhere.filter(state=State.QUEUED).update(
            state=State.SENT, recipient=None, attempts=1, attempted_at=timezone.now()
        )
        clock.to(f"2026-11-{day} 10:00")
        Organisation.objects.update(reminder_days=[1])
        with CaptureQueriesContext(connection) as queries:
            assert remind_some()
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 17


def test_a_minute_in_which_nobody_is_due_writes_nothing(trust: Organisation, clock: Clock) -> None:
    invited(trust)
    clock.to("2026-11-24 09:00")
    work()
    with CaptureQueriesContext(connection) as queries:
        assert not remind_some()
    assert len(queries) <= 7
    assert all(query["sql"].startswith("SELECT") for query in queries)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_remind_each_person_once(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    trust = making.organisation()
    people = {uuid7(): making.details() for _ in range(60)}
    ids: list[UUID] = invite(organisation=trust, people=people, by=BY)
    Message.everywhere.update(state=State.SENT, recipient=None, attempts=1, attempted_at=timezone.now())
    monkeypatch.setattr(reminding, "CHUNK", {"postgresql": 7})
    clock.to("2026-11-24 09:00")
    faults: list[BaseException] = []

    def worker() -> None:
        try:
            while remind_some():
                pass
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=worker) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(30)
    assert not faults
    assert Message.everywhere.filter(purpose="reminder").count() == 120
    events = Event.objects.filter(kind=Kind.REMINDED).values_list("subject", flat=True)
    assert Counter(events) == {str(person): 1 for person in ids}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_whose_address_is_being_corrected_gets_no_reminder_at_the_old_one(clock: Clock) -> None:
    """The worker comes while HR's change is not committed yet: it waits, and sees the address as it is then."""
    invited(making.organisation())
    clock.to("2026-11-24 09:00")

    def worker() -> None:
        try:
            remind_some()
        finally:
            connections.close_all()

    thread = threading.Thread(target=worker)
    with transaction.atomic():
        StaffPassport.everywhere.update(email="right@example.com", email_since=timezone.now())
        thread.start()
        while not somebody_waits_for_this_connection():
            assert thread.is_alive(), "it went on with the old address"
    thread.join(30)
    assert reminders() == ["1 text"]
