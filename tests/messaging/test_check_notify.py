"""manage.py check_notify: what is wrong at Notify, how to put it right, and the exit code."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from staffpassport.audit.models import Event, Kind
from staffpassport.messaging.models import Message
from staffpassport.organisations.models import Organisation
from tests.messaging.notifying import TOKEN
from tests.messaging.outbox import deliver_now, queue
from tests.notify_stub import Stub
from tests.notify_stub.service import EMAIL_TEMPLATE, REPLY_TO, TEXT_SENDER, TEXT_TEMPLATE


@pytest.fixture(autouse=True)
def _somewhere(db: None, settings: Settings) -> None:
    settings.BASE_URL = "https://passport.example.nhs.uk"


def check(**options: str) -> tuple[int, str]:
    """The exit code and what was said, as one line."""
    out = StringIO()
    try:
        call_command("check_notify", stdout=out, **options)
    except CommandError as wrong:
        return wrong.returncode, " ".join(f"{out.getvalue()} {wrong}".split())
    return 0, " ".join(out.getvalue().split())


def test_when_all_is_well_it_says_so_and_sends_nothing_to_anybody(stub: Stub) -> None:
    code, said = check()
    assert code == 0
    for sentence in (
        f"OK GOV.UK Notify at {stub.url} accepts the key.",
        "OK The email template passes our words on.",
        "OK The text message template passes our words on.",
        "OK GOV.UK Notify would take emails.",
        "OK GOV.UK Notify would take text messages.",
        "shows only with a real message",
        "https://passport.example.nhs.uk/receipts/notify",
    ):
        assert sentence in said
    assert said.endswith("Nothing is wrong.")
    assert stub.notify.notifications == []


def test_a_real_message_goes_to_whom_it_is_told(stub: Stub) -> None:
    code, said = check(email="jo@example.com", phone="07700900123")
    assert (code, "shows only" in said) == (0, False)
    assert {one.recipient for one in stub.notify.notifications} == {"jo@example.com", "07700900123"}


@pytest.mark.parametrize(
    ("refusal", "says"),
    [
        (
            (403, "AuthError", "Invalid token: API key not found"),
            "does not accept the key (it says: Invalid token: API key not found). In Notify, API integration, API keys",
        ),
        (
            (500, "Exception", "Internal server error"),
            "gave no usable answer (it says: Internal server error)",
        ),
        ((404, "NotFound", "x"), "The service of this key has no template"),
    ],
)
def test_what_keeps_everything_out_is_said_once(stub: Stub, refusal: tuple[int, str, str], says: str) -> None:
    stub.notify.refuse_all = refusal
    code, said = check()
    assert code == 1
    assert says in said


@pytest.mark.parametrize(("off", "says"), [(90, "seconds slow"), (-90, "seconds fast")])
def test_a_clock_that_is_off_is_told_by_how_much(stub: Stub, off: int, says: str) -> None:
    stub.notify.behaviour.clock = lambda: time.time() + off
    code, said = check()
    assert code == 1
    assert re.search(rf"This machine's clock is about (89|90|91) {says}. Set it by NTP", said)


def test_a_clock_that_begins_to_drift_is_told_in_time(stub: Stub) -> None:
    stub.notify.behaviour.clock = lambda: time.time() + 15
    code, said = check()
    assert code == 0
    assert re.search(r"NOTE This machine's clock is about 1[456] seconds slow\.", said)


def test_where_nobody_answers_it_names_the_address(stub: Stub, settings: Settings) -> None:
    settings.NOTIFY_BASE_URL = "http://127.0.0.1:1"
    code, said = check()
    assert code == 1
    assert "No connection to http://127.0.0.1:1 could be made." in said


@pytest.mark.parametrize(
    ("template", "change", "says"),
    [
        (
            EMAIL_TEMPLATE,
            {"subject": "Hello"},
            "subject of the email template does not have the placeholder ((subject))",
        ),
        (EMAIL_TEMPLATE, {"body": "Dear ((name)), ((body))"}, "does not fill: ((name))"),
        (
            TEXT_TEMPLATE,
            {"body": "NHS: ((body))"},
            "message of the text message template has words of its own",
        ),
        (
            TEXT_TEMPLATE,
            {"type": "email"},
            "names is of the type email, not sms. Set the id of the text message",
        ),
    ],
)
def test_a_template_that_is_not_as_it_has_to_be_is_told_with_its_part(
    stub: Stub, template: str, change: dict[str, str], says: str
) -> None:
    stub.notify.templates[template].update(change)
    code, said = check()
    assert code == 1
    assert says in said
    assert said.endswith("One thing is wrong.")


def test_templates_that_are_not_there_are_named(stub: Stub, settings: Settings) -> None:
    settings.NOTIFY_EMAIL_TEMPLATE = REPLY_TO
    stub.notify.templates.pop(TEXT_TEMPLATE)
    code, said = check()
    assert code == 1
    assert f"no template {REPLY_TO}, which NOTIFY_EMAIL_TEMPLATE names" in said
    assert f"no template {TEXT_TEMPLATE}, which NOTIFY_TEXT_TEMPLATE names" in said
    assert said.endswith("2 things are wrong.")


def test_trial_mode_shows_with_a_real_message(stub: Stub) -> None:
    code, said = check(email="team-only.jo@example.com")
    assert code == 1
    assert "The service is in trial mode, or the key is for its team only" in said
    assert "request to go live" in said


def test_a_trusts_sender_that_notify_does_not_know_is_named_with_the_trust(
    stub: Stub, trust: Organisation
) -> None:
    call_command(
        *(
            "set_senders",
            "--organisation",
            "raa",
            "--reply-to-id",
            REPLY_TO,
            "--text-sender-id",
            TEXT_TEMPLATE,
        ),
        stdout=StringIO(),
    )
    code, said = check()
    assert code == 1
    assert f"does not know the sender of Trust RAA NHS Trust's text messages: {TEXT_TEMPLATE}." in said
    call_command("set_senders", "--organisation", "RAA", "--text-sender-id", TEXT_SENDER, stdout=StringIO())
    assert check()[0] == 0
    trust.refresh_from_db()
    assert (trust.notify_reply_to_id, str(trust.notify_text_sender_id)) == (None, TEXT_SENDER)
    assert Event.objects.filter(kind=Kind.SENDERS_SET, organisation_id=trust.pk).count() == 2


@pytest.mark.parametrize(
    "wrong", [["--organisation", "RZZ"], ["--organisation", "RAA", "--reply-to-id", "x"]]
)
def test_senders_of_nobody_and_ids_that_are_none_change_nothing(
    trust: Organisation, wrong: list[str]
) -> None:
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("set_senders", *wrong)


def test_receipts_that_do_not_come_are_noticed(stub: Stub, trust: Organisation, settings: Settings) -> None:
    settings.NOTIFY_CALLBACK_TOKENS = [TOKEN]
    assert "no message lacks its receipt" in check()[1]
    queue(trust)
    deliver_now()
    Message.everywhere.update(attempted_at=timezone.now() - timedelta(hours=5))
    code, said = check()
    assert code == 0
    assert "For 1 messages sent more than 4 hours ago no receipt has come." in said
    settings.BASE_URL = "http://localhost:8000"
    code, said = check()
    assert code == 1
    assert "cannot call back to http://localhost:8000" in said
    assert TOKEN not in said


def test_what_is_not_set_is_said_before_anything_is_tried(settings: Settings) -> None:
    settings.NOTIFY_API_KEY = ""
    code, said = check()
    assert code == 1
    assert "NOTIFY_API_KEY, NOTIFY_EMAIL_TEMPLATE and NOTIFY_TEXT_TEMPLATE" in said


def test_what_the_settings_make_of_it_is_noted(stub: Stub, settings: Settings) -> None:
    settings.MESSAGE_PROVIDER = "none"
    settings.MESSAGES_A_MINUTE = 6000
    code, said = check()
    assert code == 0
    assert "MESSAGE_PROVIDER is none: the portal does not send by GOV.UK Notify." in said
    assert "MESSAGES_A_MINUTE is 6000" in said
