"""GOV.UK Notify by its real client: every answer that its documentation names, and what the message makes of it."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from uuid_utils.compat import uuid7

from staffpassport.messaging import health, senders
from staffpassport.messaging.deliver import CODES, THE_REST
from staffpassport.messaging.models import Message
from staffpassport.messaging.outbox import enqueue
from staffpassport.messaging.providers import notify
from staffpassport.messaging.providers.base import (
    Accepted,
    Found,
    NoAnswer,
    Refused,
    SendAnswer,
    TryLater,
    Unknown,
)
from staffpassport.messaging.providers.notify import NotifyProvider
from staffpassport.messaging.states import Channel, Failure, Hurdle, State, Urgency, reason_in_words
from staffpassport.messaging.timing import Timing
from staffpassport.organisations.models import Organisation
from staffpassport.work import heartbeat
from tests.messaging.notifying import outgoing
from tests.messaging.outbox import at, deliver_now, delivery, draft, organisation, queue
from tests.notify_stub import Stub
from tests.notify_stub.service import EMAIL_TEMPLATE, REPLY_TO, TEXT_SENDER, TEXT_TEMPLATE

NOON = at("2026-11-22T12:00:00+00:00")
PUT_RIGHT = timedelta(minutes=1)


def send(trust: Organisation, recipient: str = "ada@example.com", **other: Any) -> SendAnswer:
    return NotifyProvider().send(outgoing(trust, uuid7(), recipient, **other))


def test_an_e_mail_and_a_text_arrive_in_our_words_through_the_two_templates(
    stub: Stub, trust: Organisation
) -> None:
    mail = queue(trust, "ada")
    text = queue(trust, "text", recipient="+447700900123", channel=Channel.TEXT)
    deliver_now()
    sent = {one.type: one for one in stub.notify.notifications}
    assert (sent["email"].recipient, sent["email"].subject, sent["email"].body) == (
        *("ada@example.com", "Subject"),
        "About about-ada",
    )
    assert (sent["sms"].recipient, sent["sms"].subject, sent["sms"].body) == (
        *("+447700900123", None),
        "About about-text",
    )
    for message, one in ((mail, sent["email"]), (text, sent["sms"])):
        message.refresh_from_db()
        assert (message.state, message.provider, message.provider_id) == (State.SENT, "notify", one.id)
        assert one.reference == str(message.id)


@pytest.mark.parametrize(
    ("status", "kind", "sentence", "answer"),
    [
        (
            400,
            "ValidationError",
            "email_address is not a valid email address",
            Refused(Failure.ADDRESS_REFUSED),
        ),
        (
            400,
            "BadRequestError",
            "Can't send to this recipient using a team-only API key",
            Refused(Failure.TEAM_ONLY),
        ),
        (
            400,
            "BadRequestError",
            "Cannot send to this recipient when service is in trial mode - see https://www.notifications.service.gov.uk",
            Refused(Failure.TEAM_ONLY),
        ),
        (
            400,
            "BadRequestError",
            "Emails cannot be longer than 2000000 bytes. Your message is 2000001 bytes.",
            Refused(Failure.REFUSED),
        ),
        (400, "ANewError", "Something that nobody has heard of", Refused(Failure.REFUSED)),
        (
            400,
            "BadRequestError",
            f"email_reply_to_id {REPLY_TO} does not exist in database for service id x",
            TryLater("sender refused"),
        ),
        (
            400,
            "BadRequestError",
            "Template not found",
            TryLater(Hurdle.TEMPLATES_WRONG, pause_all=True, after=PUT_RIGHT),
        ),
        (
            400,
            "BadRequestError",
            "Missing personalisation: subject",
            TryLater(Hurdle.TEMPLATES_WRONG, pause_all=True, after=PUT_RIGHT),
        ),
        (
            400,
            "ValidationError",
            "template_id is not a valid UUID",
            TryLater(Hurdle.TEMPLATES_WRONG, pause_all=True, after=PUT_RIGHT),
        ),
        (
            401,
            "AuthError",
            "Unauthorized: authentication token must be provided",
            TryLater(Hurdle.KEY_REFUSED, pause_all=True, after=PUT_RIGHT),
        ),
        (
            403,
            "AuthError",
            "Invalid token: API key not found",
            TryLater(Hurdle.KEY_REFUSED, pause_all=True, after=PUT_RIGHT),
        ),
        (
            403,
            "AuthError",
            "Error: Your system clock must be accurate to within 30 seconds",
            TryLater(Hurdle.CLOCK_OFF, pause_all=True, after=PUT_RIGHT),
        ),
        (
            429,
            "RateLimitError",
            "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds",
            TryLater("rate limit", pause_all=True),
        ),
        (
            429,
            "TooManyRequestsError",
            "Exceeded send limits (email: 250000) for today",
            TryLater("daily limit", day_is_over=True),
        ),
        (404, "NotFound", "The requested URL was not found on the server.", TryLater("status 404")),
        (500, "Exception", "Internal server error", NoAnswer("status 500")),
        (503, "Exception", "Service unavailable", NoAnswer("status 503")),
    ],
)
def test_each_documented_refusal_has_its_meaning(
    stub: Stub, trust: Organisation, status: int, kind: str, sentence: str, answer: SendAnswer
) -> None:
    stub.notify.refuse_all = (status, kind, sentence)
    assert send(trust) == answer


@pytest.mark.parametrize(
    ("recipient", "reason"),
    [("nobody", Failure.ADDRESS_REFUSED), ("+44 wrong", Failure.PHONE_REFUSED)],
)
def test_an_address_that_notify_does_not_take_is_told_to_hr(
    stub: Stub, trust: Organisation, recipient: str, reason: Failure
) -> None:
    assert send(trust, recipient) == Refused(reason)
    assert "this" in reason_in_words(reason)


def test_a_sentence_of_notifys_never_gets_into_the_log(
    stub: Stub, trust: Organisation, caplog: pytest.LogCaptureFixture
) -> None:
    stub.notify.refuse_all = (400, "ValidationError", "email_address ada@example.com is not valid")
    queue(trust)
    deliver_now()
    assert "Refused" in caplog.text
    assert "ada@" not in caplog.text


@pytest.mark.parametrize(
    ("recipient", "taken"),
    [
        ("silent.ada@example.com", True),
        ("slow.ada@example.com", True),
        ("cut-after.ada@example.com", True),
        ("cut-before.ada@example.com", False),
        ("error.ada@example.com", False),
    ],
)
def test_an_answer_that_does_not_come_is_no_answer_and_a_look_up_tells(
    stub: Stub, trust: Organisation, recipient: str, taken: bool
) -> None:
    reference = uuid7()
    provider = NotifyProvider()
    began = time.monotonic()
    assert isinstance(provider.send(outgoing(trust, reference, recipient)), NoAnswer)
    assert time.monotonic() - began < 5
    assert isinstance(provider.look_up(reference, Channel.EMAIL), Found if taken else Unknown)


def test_a_provider_answers_within_its_time_on_every_address_of_the_host() -> None:
    connect, read = (3.05, 25.0)
    assert (connect, read) == notify.SENDING
    assert 4 * connect + read < 40


def test_where_no_connection_is_made_nothing_was_taken_and_nothing_is_looked_up(
    stub: Stub, trust: Organisation, settings: Settings
) -> None:
    for nowhere in ("http://127.0.0.1:1", "http://nowhere.invalid"):
        settings.NOTIFY_BASE_URL = nowhere
        assert send(trust) == TryLater("not reached")
        assert isinstance(NotifyProvider().look_up(uuid7(), Channel.EMAIL), NoAnswer)


def test_a_201_that_is_not_notifys_is_no_answer(
    stub: Stub, trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stub.notify, "send", lambda *args: (stub.notify.notifications[0], []))
    provider = NotifyProvider()
    monkeypatch.setattr(provider, "post", lambda outgoing: ["hello"])
    assert provider.send(outgoing(trust, uuid7())) == NoAnswer("no id")


@pytest.mark.parametrize(
    ("word", "number", "state", "mail", "text"),
    [
        ("permanent-failure", 0, State.FAILED, Failure.NO_SUCH_ADDRESS, Failure.NO_SUCH_PHONE),
        (
            "temporary-failure",
            1,
            State.FAILED,
            Failure.MAILBOX_NOT_ACCEPTING,
            Failure.PHONE_NOT_ACCEPTING,
        ),
        ("technical-failure", 2, State.FAILED, Failure.PROVIDER_FAULT, Failure.PROVIDER_FAULT),
        ("sending", 3, State.SENT, "", ""),
        ("pending", 4, State.SENT, "", ""),
        ("sent", 5, State.SENT, "", ""),
        ("delivered", 99, State.DELIVERED, "", ""),
    ],
)
def test_each_state_of_notifys_is_one_of_ours_with_its_reason(
    stub: Stub, trust: Organisation, word: str, number: int, state: State, mail: str, text: str
) -> None:
    provider = NotifyProvider()
    for recipient, reason in ((f"{word}.ada@example.com", mail), (f"+4477009008{number:02}", text)):
        reference = uuid7()
        handed = outgoing(trust, reference, recipient)
        assert isinstance(provider.send(handed), Accepted)
        found = provider.look_up(reference, handed.channel)
        assert isinstance(found, Found)
        assert (found.state, found.reason) == (state, reason)


def test_of_two_with_one_reference_the_better_news_counts(stub: Stub, trust: Organisation) -> None:
    provider, reference = NotifyProvider(), uuid7()
    for recipient in (
        "permanent-failure.a@example.com",
        "ada@example.com",
        "temporary-failure.a@example.com",
    ):
        provider.send(outgoing(trust, reference, recipient))
    found = provider.look_up(reference, Channel.EMAIL)
    assert isinstance(found, Found)
    assert found.state == State.DELIVERED


# ── In the outbox ───────────────────────────────────────────────────────────────────────────────────────────


def pass_the_time(clock: time_machine.Traveller, minutes: float, step: float = 10) -> None:
    for _ in range(round(minutes * 60 / step)):
        deliver_now()
        clock.shift(step)


@pytest.mark.parametrize(
    ("refusal", "says"),
    [
        ((403, "AuthError", "Invalid token: API key not found"), "does not accept this service's key"),
        ((403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds"), "clock"),
        ((400, "BadRequestError", "Template not found"), "templates"),
    ],
)
def test_a_wrong_key_a_wrong_clock_and_a_wrong_template_are_nobodys_failure(
    stub: Stub, trust: Organisation, refusal: tuple[int, str, str], says: str
) -> None:
    stub.notify.refuse_all = refusal
    with time_machine.travel(NOON, tick=False) as clock:
        enqueue(draft(trust, str(number)) for number in range(30))
        pass_the_time(clock, 5)
        assert set(Message.everywhere.values_list("state", flat=True)) == {State.QUEUED}
        # One claim a minute finds out whether it has been put right, and none more.
        assert sum(stub.notify.answers[status] for status in ("400", "403")) <= 6 * 48
        heartbeat.beat(uuid7(), timezone.now())
        deliver_now()
        said = health.problem()
        assert said is not None
        assert says in said
        # Days later somebody puts it right: late, and still nobody's failure.
        clock.shift(timedelta(hours=80))
        deliver_now()
        stub.notify.refuse_all = None
        clock.shift(61)
        pass_the_time(clock, 2)
        assert set(Message.everywhere.values_list("state", flat=True)) == {State.SENT}
        heartbeat.beat(uuid7(), timezone.now())
        assert health.problem() is None
    assert set(stub.notify.copies().values()) == {1}


def test_what_a_wrong_key_refused_does_not_use_up_the_day(
    stub: Stub, trust: Organisation, settings: Settings
) -> None:
    stub.notify.refuse_all = (403, "AuthError", "Invalid token: API key not found")
    settings.MESSAGES_A_MINUTE = 100_000
    NotifyProvider.daily_limits = {Channel.EMAIL: 90}
    try:
        with time_machine.travel(NOON, tick=False) as clock:
            enqueue(draft(trust, str(number)) for number in range(60))
            pass_the_time(clock, 8, step=61)
            stub.notify.refuse_all = None
            clock.shift(61)
            pass_the_time(clock, 1)
            assert len(stub.notify.notifications) == 60
    finally:
        NotifyProvider.daily_limits = {Channel.EMAIL: 250_000, Channel.TEXT: 250_000}


def test_a_rate_limit_makes_everybody_wait_and_costs_no_message_anything(
    stub: Stub, trust: Organisation
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(trust, recipient="rate.ada@example.com")
        deliver_now()
        queue(trust, "code", urgency=Urgency.CODE)
        deliver_now()
        assert len(stub.notify.notifications) == 0
        pass_the_time(clock, 1)
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.SENT, 2)
    assert stub.notify.answers["RateLimitError"] == 1


def test_two_workers_keep_the_rate_together_and_are_never_refused_for_it(
    stub: Stub, trust: Organisation, settings: Settings
) -> None:
    """A fifteenth of Notify's limit, so that a minute and a half are 300 messages and not 4,500."""
    settings.MESSAGES_A_MINUTE = stub.notify.behaviour.messages_a_minute = 200
    with time_machine.travel(NOON, tick=False) as clock:
        enqueue(draft(trust, str(number)) for number in range(400))
        loops = [delivery(NotifyProvider, urgencies=THE_REST) for _ in range(2)]
        loops.append(delivery(NotifyProvider, urgencies=CODES))
        for second in range(90):
            if second % 10 == 0:
                queue(trust, f"code-{second}", urgency=Urgency.CODE)
            for loop in loops:
                loop.step()
            clock.shift(1)
    assert stub.notify.answers["RateLimitError"] == 0
    assert len(stub.notify.notifications) > 0.85 * 1.5 * 200
    codes = [one for one in stub.notify.notifications if "code-" in one.body]
    waited = [one.created_at - NOON.timestamp() - int(one.body.rpartition("-")[2]) for one in codes]
    assert len(codes) == 9
    assert max(waited) <= 10, "and codes leave within 10 seconds while bulk messages wait"


def test_a_day_that_is_used_up_is_believed_and_said_and_ends_at_midnight(
    stub: Stub, trust: Organisation
) -> None:
    stub.notify.behaviour.a_day["email"] = 10
    with time_machine.travel(NOON, tick=False) as clock:
        enqueue(draft(trust, str(number)) for number in range(30))
        queue(trust, "text", recipient="+447700900123", channel=Channel.TEXT)
        pass_the_time(clock, 2)
        assert len(stub.notify.notifications) == 11
        refused = stub.notify.answers["TooManyRequestsError"]
        pass_the_time(clock, 5)
        assert stub.notify.answers["TooManyRequestsError"] == refused, "nobody asks again today"
        heartbeat.beat(uuid7(), timezone.now())
        said = health.problem()
        assert said is not None
        assert said.startswith("Today's limit of emails has been reached.")
        stub.notify.behaviour.a_day["email"] = 250_000
        clock.move_to(at("2026-11-23T00:00:01+00:00"))
        pass_the_time(clock, 2)
        heartbeat.beat(uuid7(), timezone.now())
        assert health.problem() is None
    assert set(Message.everywhere.values_list("state", flat=True)) == {State.SENT}


def test_passing_errors_are_tried_for_72_hours_and_are_then_a_failure_for_hr(
    stub: Stub, trust: Organisation, settings: Settings
) -> None:
    settings.MESSAGING_TIMING = Timing(back_off_longest=timedelta(hours=2))
    message = queue(trust)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        stub.notify.refuse_all = (404, "NotFound", "The requested URL was not found on the server.")
        waits = []
        while timezone.now() < message.give_up_at + timedelta(hours=4):
            before = timezone.now()
            deliver_now()
            message.refresh_from_db()
            if message.state != State.QUEUED:
                break
            waits.append((message.due_at - before).total_seconds())
            clock.move_to(message.due_at)
    assert (message.state, message.failure, message.recipient) == (State.FAILED, Failure.GAVE_UP, None)
    assert reason_in_words(message.failure) == "It could not be handed over within 72 hours"
    assert 10 <= waits[0] <= 15
    assert all(wait <= 3 * 3600 for wait in waits)
    assert len(set(waits)) == len(waits), "each a little different, so that not all come at once"


def test_a_500_is_looked_up_before_it_is_sent_again(stub: Stub, trust: Organisation) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(trust, recipient="error.ada@example.com")
        pass_the_time(clock, 4.5)
        assert stub.notify.copies() == {}
        pass_the_time(clock, 1.5)
        message.refresh_from_db()
    assert (message.state, message.attempts) == (State.SENT, 2)
    assert stub.notify.copies() == {str(message.id): 1}


def test_one_that_a_look_up_shows_half_a_minute_late_is_not_sent_twice(
    stub: Stub, trust: Organisation
) -> None:
    stub.notify.behaviour.hidden = 30
    with time_machine.travel(NOON, tick=False) as clock:
        message = queue(trust, recipient="cut-after.ada@example.com")
        pass_the_time(clock, 10)
        message.refresh_from_db()
    assert message.state == State.DELIVERED
    assert stub.notify.copies() == {str(message.id): 1}


# ── In whose name ───────────────────────────────────────────────────────────────────────────────────────────


def test_each_trust_writes_in_its_own_name_where_it_has_one(stub: Stub, trust: Organisation) -> None:
    trust.notify_reply_to_id, trust.notify_text_sender_id = REPLY_TO, TEXT_SENDER
    trust.save()
    other = organisation("RBB")
    for one in (trust, other):
        queue(one, f"mail-{one.ods_code}")
        queue(one, f"text-{one.ods_code}", recipient="+447700900123", channel=Channel.TEXT)
    deliver_now()
    named = {(one.type, one.body): one.sender_id for one in stub.notify.notifications}
    assert named == {
        ("email", "About about-mail-RAA"): REPLY_TO,
        ("sms", "About about-text-RAA"): TEXT_SENDER,
        ("email", "About about-mail-RBB"): None,
        ("sms", "About about-text-RBB"): None,
    }


def test_a_sender_that_notify_does_not_know_holds_up_its_own_trust_only(
    stub: Stub, trust: Organisation
) -> None:
    trust.notify_reply_to_id = TEXT_TEMPLATE  # some id that is no sender's
    trust.save()
    theirs = queue(organisation("RBB"), "other")
    ours = queue(trust)
    deliver_now()
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.state, theirs.state) == (State.QUEUED, State.SENT)


def test_whose_name_it_is_costs_one_query_a_batch(
    trust: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    messages = [queue(trust, str(number)) for number in range(20)]
    with django_assert_num_queries(1):
        assert len(senders.senders_of(messages)) == 20


def test_a_connection_that_rested_is_not_written_to(
    stub: Stub, trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written to a connection that the other end has closed would be lost without an answer."""
    provider = NotifyProvider()
    closed: list[None] = []
    monkeypatch.setattr(provider._client.request_session, "close", lambda: closed.append(None))
    provider.send(outgoing(trust, uuid7()))
    assert closed == []
    provider._rested_since -= 21
    assert isinstance(provider.send(outgoing(trust, uuid7())), Accepted)
    assert closed == [None]


def test_the_stub_refuses_a_token_that_is_not_signed_with_the_key(
    stub: Stub, trust: Organisation, settings: Settings
) -> None:
    settings.NOTIFY_API_KEY = settings.NOTIFY_API_KEY[:-1] + "f"
    assert send(trust) == TryLater(Hurdle.KEY_REFUSED, pause_all=True, after=PUT_RIGHT)


@pytest.mark.parametrize("off", [-31, 31])
def test_the_stub_refuses_a_clock_that_is_off(stub: Stub, trust: Organisation, off: int) -> None:
    stub.notify.behaviour.clock = lambda: time.time() + off
    assert send(trust) == TryLater(Hurdle.CLOCK_OFF, pause_all=True, after=PUT_RIGHT)


def test_a_template_that_wants_more_than_we_give_is_told_apart(stub: Stub, trust: Organisation) -> None:
    stub.notify.templates[EMAIL_TEMPLATE]["body"] = "Dear ((name)), ((body))"
    assert send(trust) == TryLater(Hurdle.TEMPLATES_WRONG, pause_all=True, after=PUT_RIGHT)
