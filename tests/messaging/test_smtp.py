"""A mail server, by the real client: TLS, log-in, the e-mail itself, and what each fault at each stage means."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from socket import SHUT_RDWR
from typing import Any

import pytest
from pytest_django import Settings
from uuid_utils.compat import uuid7

from staffpassport.environment.values import mail_server
from staffpassport.messaging import health, providers
from staffpassport.messaging.models import Message
from staffpassport.messaging.providers import smtp
from staffpassport.messaging.providers.base import (
    Accepted,
    NoAnswer,
    Outgoing,
    Refused,
    SendAnswer,
    TryLater,
)
from staffpassport.messaging.providers.smtp import SmtpProvider
from staffpassport.messaging.providers.smtp_connection import Connection
from staffpassport.messaging.sending import SendingThreads, Task
from staffpassport.messaging.states import Failure, Hurdle, State
from staffpassport.messaging.timing import Timing
from staffpassport.organisations.models import Organisation
from tests import mail_stub
from tests.mail_stub import CUT, DRIP, PASSWORD, SILENT, USER, MailServer, Stub, make_certificate
from tests.messaging.mailing import FROM, point_at
from tests.messaging.notifying import outgoing
from tests.messaging.outbox import at, delivery, queue, run

BODY = "Hello Zoë,\n\n.a line with a dot\n\nStart application:\nhttps://portal.example/i/abc\n"


@pytest.fixture
def provider(post_office: Stub) -> Iterator[SmtpProvider]:
    made = SmtpProvider()
    yield made
    made.close()


def letter(trust: Organisation, **other: Any) -> Outgoing:
    """What is handed over, in the name of a trust."""
    plain = outgoing(trust, uuid7(), **{"body": BODY, **other})
    return replace(plain, trust="Fairdale NHS Trust", reply_to="hr@fairdale.example")


# ── The e-mail ──────────────────────────────────────────────────────────────────────────────────────────────


def test_what_arrives_is_our_words_as_text_and_as_html(
    post_office: Stub, provider: SmtpProvider, trust: Organisation
) -> None:
    sent = letter(trust, subject="Come in, Zoë\r\nBcc: all@example.com")
    assert provider.send(sent) == Accepted("Q1")
    (taken,) = post_office.server.taken
    assert (taken.sender, taken.recipient) == (FROM, "ada@example.com")
    assert taken.content.endswith(b"--\r\n")
    assert max(len(line) for line in taken.content.split(b"\r\n")) <= 998
    mail = taken.mail
    assert mail["From"] == f"Fairdale NHS Trust <{FROM}>"
    assert mail["To"] == "ada@example.com"
    assert mail["Reply-To"] == "hr@fairdale.example"
    assert mail["Subject"] == "Come in, Zoë Bcc: all@example.com"
    assert mail["Bcc"] is None
    assert mail["Message-ID"] == f"<{sent.reference}@portal.example.nhs.uk>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert abs(parsedate_to_datetime(mail["Date"]).timestamp() - time.time()) < 60
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == BODY
    assert html.get_content_type() == "text/html"
    assert '<a href="https://portal.example/i/abc">https://portal.example/i/abc</a>' in html.get_content()


def test_smtp_from_may_have_a_name_of_its_own(
    post_office: Stub, provider: SmtpProvider, trust: Organisation, settings: Settings
) -> None:
    settings.SMTP_FROM = f"Passport <{FROM}>"
    provider.send(letter(trust))
    assert post_office.server.taken[0].mail["From"] == f"Passport <{FROM}>"


def test_a_domain_of_other_letters_is_written_as_mail_servers_know_it(
    post_office: Stub, provider: SmtpProvider, trust: Organisation
) -> None:
    assert isinstance(provider.send(letter(trust, recipient="ada@bücher.example")), Accepted)
    assert post_office.server.taken[0].recipient == "ada@xn--bcher-kva.example"


def test_one_connection_serves_many_messages(
    post_office: Stub, provider: SmtpProvider, trust: Organisation
) -> None:
    for _ in range(3):
        assert isinstance(provider.send(letter(trust)), Accepted)
    assert isinstance(provider.send(letter(trust, recipient="refused@example.com")), Refused)
    assert isinstance(provider.send(letter(trust)), Accepted)
    assert (post_office.server.connections, len(post_office.server.taken)) == (1, 4)


@pytest.mark.parametrize("goodbye", [CUT, "421 4.4.2 Idle for too long"])
def test_a_connection_that_was_closed_meanwhile_is_made_again(
    post_office: Stub, provider: SmtpProvider, trust: Organisation, goodbye: str
) -> None:
    provider.send(letter(trust))
    post_office.server.answers["MAIL"] = [goodbye]
    assert isinstance(provider.send(letter(trust)), Accepted)
    assert (post_office.server.connections, len(post_office.server.taken)) == (2, 2)


def test_a_connection_that_rested_is_not_trusted(
    post_office: Stub, provider: SmtpProvider, trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_CONNECTION_RESTS", -1.0)
    for _ in range(2):
        assert isinstance(provider.send(letter(trust)), Accepted)
    assert post_office.server.connections == 2
    assert "QUIT" in [line.upper() for line in post_office.server.said]


def test_a_sending_thread_that_ends_says_goodbye(post_office: Stub, trust: Organisation) -> None:
    threads = SendingThreads(SmtpProvider, 1)
    threads.submit([Task(letter(trust), look_up=False, begin_by=at("2100-01-01T00:00:00Z"), not_after=None)])
    (result,) = threads.results(5)
    assert result.milliseconds < 1000
    threads.close()
    for thread in threads._threads:
        thread.join(5)
    assert post_office.server.said[-1].upper() == "QUIT"


# ── TLS and logging in ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate


def send_by(stub: Stub, settings: Settings, trust: Organisation) -> SendAnswer:
    provider = SmtpProvider()
    if settings.MESSAGE_PROVIDER != "smtp":
        point_at(stub, settings)
    try:
        return provider.send(letter(trust))
    finally:
        provider.close()


@pytest.mark.parametrize("security", ["smtps", "smtp+starttls"])
def test_it_logs_in_over_tls(security: str, trusted: Path, settings: Settings, trust: Organisation) -> None:
    with mail_stub.running(MailServer(security, log_in=True), trusted) as stub:
        assert isinstance(send_by(stub, settings, trust), Accepted)
        verbs = [line.split()[0].upper() for line in stub.server.said]
        assert verbs[verbs.index("AUTH") :] == ["AUTH", "MAIL", "RCPT", "DATA", "QUIT"]
        assert verbs.count("EHLO") == (2 if security == "smtp+starttls" else 1)


@pytest.mark.parametrize("security", ["smtps", "smtp+starttls"])
def test_a_certificate_that_nobody_vouches_for_keeps_everybody_waiting(
    security: str, certificate: Path, settings: Settings, trust: Organisation
) -> None:
    with mail_stub.running(MailServer(security, log_in=True), certificate) as stub:
        answer = send_by(stub, settings, trust)
        assert isinstance(answer, TryLater)
        assert (answer.reason, answer.pause_all) == (Hurdle.CERTIFICATE_WRONG, True)
        assert not any("AUTH" in line for line in stub.server.said), "no password to a stranger"


def test_the_certificate_of_another_host_is_no_certificate(
    tmp_path: Path, settings: Settings, trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_certificate(tmp_path, "other.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    with mail_stub.running(MailServer("smtps"), other) as stub:
        answer = send_by(stub, settings, trust)
    assert isinstance(answer, TryLater)
    assert answer.reason == Hurdle.CERTIFICATE_WRONG


def test_without_starttls_nothing_is_said_unprotected(
    trusted: Path, settings: Settings, trust: Organisation
) -> None:
    with mail_stub.running(MailServer("smtp", log_in=True), trusted) as stub:
        point_at(stub, settings)
        settings.SMTP_URL = mail_server(stub.url.replace("smtp://", "smtp+starttls://"))
        answer = send_by(stub, settings, trust)
        assert isinstance(answer, TryLater)
        assert (answer.reason, answer.pause_all) == (Hurdle.NOT_PROTECTED, True)
        assert [line.split()[0].upper() for line in stub.server.said] == ["EHLO"]


def test_a_wrong_password_keeps_everybody_waiting(
    trusted: Path, settings: Settings, trust: Organisation
) -> None:
    with mail_stub.running(MailServer("smtps", log_in=True), trusted) as stub:
        point_at(stub, settings)
        settings.SMTP_URL = mail_server(f"smtps://{USER}:wrong@localhost:{stub.port}")
        answer = send_by(stub, settings, trust)
    assert PASSWORD != "wrong"
    assert isinstance(answer, TryLater)
    assert (answer.reason, answer.pause_all) == (Hurdle.MAIL_LOG_IN_REFUSED, True)


# ── Faults ──────────────────────────────────────────────────────────────────────────────────────────────────

BEFORE_THE_DOT = ["banner", "EHLO", "MAIL", "RCPT", "DATA"]


@pytest.mark.parametrize("fault", [CUT, SILENT, DRIP])
@pytest.mark.parametrize("stage", BEFORE_THE_DOT)
def test_broken_before_the_dot_it_has_certainly_not_been_taken(
    post_office: Stub, provider: SmtpProvider, trust: Organisation, stage: str, fault: str
) -> None:
    post_office.server.answers[stage] = [fault]
    began = time.monotonic()
    answer = provider.send(letter(trust))
    assert isinstance(answer, TryLater)
    assert not answer.pause_all
    assert time.monotonic() - began < 1.0, "all steps together"
    assert post_office.server.taken == []
    assert isinstance(provider.send(letter(trust)), Accepted), "and the next message goes out"


def test_broken_within_the_message_it_has_certainly_not_been_taken(
    post_office: Stub, provider: SmtpProvider, trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Connection.send

    def send_while_the_cable_is_pulled(self: Connection, said: Any) -> None:
        if b"multipart/alternative" in (said if isinstance(said, bytes) else said.encode()):
            monkeypatch.undo()
            assert self.sock is not None
            self.sock.shutdown(SHUT_RDWR)
        send(self, said)

    monkeypatch.setattr(Connection, "send", send_while_the_cable_is_pulled)
    assert isinstance(provider.send(letter(trust)), TryLater)
    assert post_office.server.taken == []


@pytest.mark.parametrize("fault", [CUT, SILENT, DRIP])
@pytest.mark.parametrize(("stage", "taken"), [("end", 0), ("answer", 1)])
def test_broken_after_the_dot_nobody_knows(
    post_office: Stub, provider: SmtpProvider, trust: Organisation, stage: str, taken: int, fault: str
) -> None:
    post_office.server.answers[stage] = [fault]
    began = time.monotonic()
    assert isinstance(provider.send(letter(trust)), NoAnswer)
    assert time.monotonic() - began < 1.5
    assert len(post_office.server.taken) == taken, "not sent again over a new connection"
    assert isinstance(provider.send(letter(trust)), Accepted)


def test_broken_after_the_dot_on_a_connection_in_use_it_is_not_sent_again(
    post_office: Stub, provider: SmtpProvider, trust: Organisation
) -> None:
    provider.send(letter(trust))
    post_office.server.answers["answer"] = [CUT]
    assert isinstance(provider.send(letter(trust)), NoAnswer)
    assert len(post_office.server.taken) == 2


def test_nobody_there_is_not_taken(post_office: Stub, settings: Settings, trust: Organisation) -> None:
    settings.SMTP_URL = mail_server("smtp://localhost:1")
    assert SmtpProvider().send(letter(trust)) == TryLater("not reached")


def test_the_whole_takes_less_than_a_lease_leaves() -> None:
    """A send that begins at the last moment ends before another worker may take the message for lost."""
    connecting_to_a_few_addresses = 4.0
    whole = smtp.UNTIL_THE_ANSWER + connecting_to_a_few_addresses
    assert whole < min(40, (Timing().lease - Timing().send_within).total_seconds())
    assert smtp.UNTIL_THE_ANSWER - smtp.UNTIL_THE_DOT >= 15, "who scans what it takes needs time to answer"


REFUSALS = [
    ("RCPT", "550 5.1.1 No such user", Failure.NO_SUCH_ADDRESS),
    ("RCPT", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", Failure.NO_SUCH_ADDRESS),
    ("RCPT", "550 5.1.2 Host unknown", Failure.NO_SUCH_ADDRESS),
    ("RCPT", "552 5.2.2 Mailbox full", Failure.MAILBOX_NOT_ACCEPTING),
    ("RCPT", "550 5.2.1 Mailbox disabled", Failure.MAILBOX_NOT_ACCEPTING),
    ("RCPT", "553 5.1.3 Bad syntax", Failure.ADDRESS_REFUSED),
    ("RCPT", "550 Denied by policy", Failure.ADDRESS_REFUSED),
    ("RCPT", "550 5.7.1 Not allowed to write to this group", Failure.ADDRESS_REFUSED),
    ("DATA", "554 5.5.1 No valid recipients", Failure.REFUSED),
    ("end", "554 5.7.1 Looks like spam", Failure.REFUSED),
    ("end", "552 5.3.4 Too big", Failure.REFUSED),
    ("end", "550 5.1.1 No such user", Failure.NO_SUCH_ADDRESS),
]


@pytest.mark.parametrize(("stage", "said", "failure"), REFUSALS)
def test_a_refusal_ends_the_message_with_a_reason(
    post_office: Stub, provider: SmtpProvider, trust: Organisation, stage: str, said: str, failure: Failure
) -> None:
    post_office.server.answers[stage] = [said]
    assert provider.send(letter(trust)) == Refused(failure)
    assert isinstance(provider.send(letter(trust)), Accepted)
    assert post_office.server.connections == 1


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "end"])
@pytest.mark.parametrize("said", ["450 4.2.0 Greylisted", "452 4.3.1 No room", "421 4.3.2 Shutting down"])
def test_a_passing_refusal_is_tried_again_later(
    post_office: Stub, provider: SmtpProvider, trust: Organisation, stage: str, said: str
) -> None:
    post_office.server.answers[stage] = [said]
    answer = provider.send(letter(trust))
    assert isinstance(answer, TryLater)
    assert not answer.pause_all
    assert post_office.server.taken == []
    assert isinstance(provider.send(letter(trust)), Accepted)


HURDLES = [
    ("MAIL", "530 5.7.0 Authentication required", Hurdle.MAIL_LOG_IN_REFUSED),
    ("MAIL", "550 5.7.60 SendAsDenied", Hurdle.SENDER_REFUSED),
    ("RCPT", "554 5.7.1 <ada@example.com>: Relay access denied", Hurdle.RELAY_REFUSED),
    ("RCPT", "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", Hurdle.RELAY_REFUSED),
    ("RCPT", "530 5.7.57 Client not authenticated", Hurdle.MAIL_LOG_IN_REFUSED),
]


@pytest.mark.parametrize(("stage", "said", "hurdle"), HURDLES)
def test_what_is_wrong_with_the_set_up_fails_nobodys_message(
    post_office: Stub, trust: Organisation, stage: str, said: str, hurdle: Hurdle
) -> None:
    """100,000 invitations must not turn into failures because a server was moved."""
    message = queue(trust)
    post_office.server.answers[stage] = [said]
    loop = delivery(SmtpProvider)
    run(loop)
    loop._sending.provider.close()  # type: ignore[attr-defined]  # of the test's own thread
    message.refresh_from_db()
    assert message.state == State.QUEUED
    told = health._HURDLE.format(because=hurdle.label)
    assert told.startswith("Messages are not being sent, because the mail server ")


# ── In the outbox ───────────────────────────────────────────────────────────────────────────────────────────


def test_one_without_an_answer_is_never_sent_again_by_itself(
    post_office: Stub, trust: Organisation, settings: Settings
) -> None:
    message = queue(trust, recipient="cut-after@example.com")
    loop = delivery(SmtpProvider)
    for _ in range(3):
        run(loop)
    message.refresh_from_db()
    assert (message.state, message.failure, message.recipient) == (State.MAYBE_SENT, Failure.NO_ANSWER, None)
    assert len(post_office.server.taken) == 1
    assert providers.chosen() is SmtpProvider


def test_a_trusts_mail_bears_its_name_and_comes_back_to_its_hr(
    post_office: Stub, trust: Organisation
) -> None:
    message = queue(trust)
    loop = delivery(SmtpProvider)
    run(loop)
    loop._sending.provider.close()  # type: ignore[attr-defined]
    (taken,) = post_office.server.taken
    assert taken.mail["From"].addresses[0].display_name == str(trust)
    assert taken.mail["Reply-To"] == trust.hr_email
    assert str(message.id) in taken.mail["Message-ID"]
    assert Message.everywhere.get().provider_id == "Q1"
