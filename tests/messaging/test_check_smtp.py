"""manage.py check_smtp: what is wrong with the mail server is told in a sentence, and how to put it right."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from staffpassport.environment.values import mail_server
from staffpassport.messaging.smtp_check import _REMEDIES
from staffpassport.messaging.states import Hurdle
from tests.mail_stub import CUT, Stub


def check(**options: str) -> tuple[int, str]:
    """The exit code and everything that it says, on one line."""
    out = StringIO()
    try:
        call_command("check_smtp", stdout=out, **options)
    except CommandError as wrong:
        return 1, " ".join(f"{out.getvalue()} {wrong}".split())
    return 0, " ".join(out.getvalue().split())


def test_a_server_that_is_as_it_has_to_be(post_office: Stub) -> None:
    code, said = check()
    assert code == 0
    assert "It takes mail for other domains." in said
    assert "A mail server sends no texts" in said
    assert post_office.server.taken == []


def test_a_real_email_goes_to_whoever_is_named(post_office: Stub) -> None:
    code, said = check(email="ada@example.com")
    assert code == 0
    assert "It has taken an email to ada@example.com." in said
    assert [taken.recipient for taken in post_office.server.taken] == ["ada@example.com"]


@pytest.mark.parametrize(
    ("stage", "answer", "says"),
    [
        ("banner", "554 No", "says 554 at once"),
        ("MAIL", "550 5.7.60 SendAsDenied", "Let the account send as the address in SMTP_FROM"),
        ("MAIL", "530 5.7.0 Log in", "The mail server does not let this service log in"),
        ("MAIL", CUT, "broke the connection off"),
        ("RCPT", "554 5.7.1 Relay access denied", "Let the mail server pass on"),
        ("RCPT", "450 4.7.1 Greylisted", "It does not take mail now (it says: 4.7.1 Greylisted)"),
    ],
)
def test_what_is_wrong_is_told(post_office: Stub, stage: str, answer: str, says: str) -> None:
    post_office.server.answers[stage] = [answer]
    code, said = check()
    assert code == 1
    assert says in said


def test_one_that_knows_that_nobody_is_there_is_not_called_wrong(post_office: Stub) -> None:
    post_office.server.answers["RCPT"] = ["550 5.1.1 No such user"]
    code, said = check()
    assert code == 0
    assert "Run this again with --email" in said


def test_nobody_there_and_nothing_set(post_office: Stub, settings: Settings) -> None:
    settings.SMTP_URL = mail_server("smtp://localhost:1")
    assert "No connection to localhost, port 1 could be made." in check()[1]
    settings.SMTP_FROM = ""
    assert check()[1].startswith("WRONG The mail server or the address to send from is not set.")


def test_every_hurdle_of_a_mail_server_has_its_remedy() -> None:
    assert {hurdle for hurdle in Hurdle if "mail server" in hurdle.label} == set(_REMEDIES)
