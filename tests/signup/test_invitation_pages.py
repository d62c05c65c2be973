"""Opening an invitation: it says who invites and how the invitation stands, and changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from staffpassport.invitations import links
from staffpassport.invitations.models import Invitation, new_link_id
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.ui import formats
from tests import making
from tests.checking import CheckingClient
from tests.reading import text

pytestmark = pytest.mark.django_db

WRITES = ("INSERT", "UPDATE", "DELETE", "SAVEPOINT", "BEGIN")


@pytest.fixture
def grace(trust: Organisation) -> StaffPassport:
    return making.passport(trust, first_name="Ermintrude")


@pytest.fixture
def sent(grace: StaffPassport) -> Invitation:
    found: Invitation = Invitation.everywhere.get(passport_id=grace.pk)
    return found


def token_of(invitation: Invitation) -> str:
    return links.token(bytes(invitation.link_id), Channel.EMAIL)


def opened(client: CheckingClient, invitation: Invitation) -> Any:
    return client.get(f"/i/{token_of(invitation)}", follow=True)


def change(invitation: Invitation, **fields: Any) -> None:
    Invitation.everywhere.filter(pk=invitation.pk).update(**fields)


def test_an_open_invitation_says_who_invites_until_when_and_whom_to_ask(
    visitor: CheckingClient, sent: Invitation, trust: Organisation
) -> None:
    page = text(opened(visitor, sent))
    assert f"Your invitation from {trust.name}" in page
    assert f"open until {formats.day(sent.expires_at)}" in page
    assert trust.hr_email in page
    assert trust.hr_phone in page


def test_the_page_tells_the_holder_of_a_link_nothing_about_the_person(
    visitor: CheckingClient, sent: Invitation, grace: StaffPassport
) -> None:
    """A link sent on, or a mistyped address: the finder learns who invites, not whom."""
    page = opened(visitor, sent).content.decode()
    for personal in (grace.first_name, grace.last_name, grace.email, grace.phone, str(grace.pk)):
        assert personal not in page


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (Channel.EMAIL, "we send a security code to it by text message"),
        (Channel.TEXT, "able to read your email"),
    ],
)
def test_it_says_where_the_code_will_come(
    visitor: CheckingClient, sent: Invitation, by: Channel, words: str
) -> None:
    assert words in text(visitor.get(f"/i/{links.token(bytes(sent.link_id), by)}", follow=True))


@pytest.mark.parametrize(
    ("fields", "heading", "words"),
    [
        (
            {"expires_at": timezone.now() - timedelta(seconds=1)},
            "This invitation has expired",
            "This invitation ended on",
        ),
        (
            {"accepted_at": timezone.now()},
            "This invitation has been used",
            "You have used this invitation already",
        ),
        ({"ended_reason": "replaced"}, "There is a newer invitation", "Look for the latest message"),
        (
            {"ended_reason": "withdrawn"},
            "This invitation has been withdrawn",
            "The trust has withdrawn this invitation",
        ),
        (
            {"ended_reason": "deleted"},
            "This invitation has been withdrawn",
            "The trust has withdrawn this invitation",
        ),
        (
            {"ended_reason": "replaced", "expires_at": timezone.now()},
            "There is a newer invitation",
            "Send me a new invitation",
        ),
        (
            {"ended_reason": "replaced", "accepted_at": timezone.now()},
            "This invitation has been used",
            "Was it not you who signed up?",
        ),
    ],
)
def test_an_invitation_that_is_over_says_why_and_what_to_do(
    visitor: CheckingClient, sent: Invitation, fields: dict[str, Any], heading: str, words: str
) -> None:
    if "ended_reason" in fields:
        fields = {**fields, "ended_at": timezone.now()}
    change(sent, **fields)
    answer = opened(visitor, sent)
    assert f"<title>{heading} – Digital Staff Passport</title>" in answer.content.decode()
    page = text(answer)
    assert words in page
    assert "open until" not in page
    assert "invites you" not in page
    assert "Ask the HR team" in page


def test_opening_it_a_thousand_times_changes_nothing(
    client: Any, sent: Invitation, grace: StaffPassport
) -> None:
    """Scanners of mail open links, often and with HEAD too. (Django's plain client: what the page looks like is
    another test's.)
    """
    path = f"/i/{token_of(sent)}"
    before = Invitation.everywhere.filter(pk=sent.pk).values().get()
    with CaptureQueriesContext(connection) as queries:
        for _ in range(500):
            assert client.get(path).status_code == 302
            assert client.head(path).status_code == 302
        for _ in range(50):
            assert client.get("/invitation").status_code == 200
            assert client.head("/invitation").status_code == 200
    written = [query["sql"] for query in queries.captured_queries if query["sql"].startswith(WRITES)]
    assert written == []
    assert Invitation.everywhere.filter(pk=sent.pk).values().get() == before
    assert "open until" in text(client.get("/invitation"))


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_but_looking_is_possible(visitor: CheckingClient, sent: Invitation, method: str) -> None:
    assert getattr(visitor, method)(f"/i/{token_of(sent)}").status_code == 405
    opened(visitor, sent)
    assert getattr(visitor, method)("/invitation").status_code == 405


def test_the_token_goes_into_a_cookie_and_not_into_the_next_address(
    visitor: CheckingClient, sent: Invitation
) -> None:
    answer = visitor.get(f"/i/{token_of(sent)}")
    assert answer["Location"] == "/invitation"
    cookie = answer.cookies["invitation"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 3600
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert answer["Referrer-Policy"] == "strict-origin"
    assert answer["Cache-Control"] == "no-store"
    assert token_of(sent) not in visitor.get("/invitation").content.decode()


def test_no_session_is_made_for_somebody_who_looks(visitor: CheckingClient, sent: Invitation) -> None:
    assert set(opened(visitor, sent).client.cookies) == {"invitation", "csrf"}


@pytest.mark.parametrize("token", ["x", "A" * 26, "A" * 5000, "é" * 26, "%00", "..."])
def test_what_is_no_link_of_ours_is_not_found_and_says_what_to_do(
    visitor: CheckingClient, token: str
) -> None:
    page = visitor.get(f"/i/{token}")
    assert page.status_code == 404
    assert "copy all of it" in text(page)
    assert not page.cookies


def test_a_link_whose_invitation_is_gone_is_not_found(visitor: CheckingClient) -> None:
    page = visitor.get(f"/i/{links.token(new_link_id(), Channel.TEXT)}", follow=True)
    assert page.status_code == 404


def test_a_cookie_that_was_changed_or_planted_opens_nothing(
    visitor: CheckingClient, sent: Invitation
) -> None:
    assert visitor.get("/invitation").status_code == 404
    opened(visitor, sent)
    visitor.cookies["invitation"] = visitor.cookies["invitation"].value[:-1] + "x"
    assert visitor.get("/invitation").status_code == 404
    visitor.cookies["invitation"] = token_of(sent)
    assert visitor.get("/invitation").status_code == 404


def test_the_second_link_opened_is_the_one_that_is_shown(
    visitor: CheckingClient, sent: Invitation, other_trust: Organisation
) -> None:
    opened(visitor, sent)
    other = Invitation.everywhere.get(passport_id=making.passport(other_trust).pk)
    assert other_trust.name in text(opened(visitor, other))


def test_a_refused_form_does_not_put_the_token_into_the_log(
    sent: Invitation, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Django's own line about a missing CSRF token names the path."""
    strict = CheckingClient(enforce_csrf_checks=True)
    assert strict.post(f"/i/{token_of(sent)}").status_code == 403
    strict.get(f"/i/{token_of(sent)}?utm={token_of(sent)}")
    strict.get(f"/i/{token_of(sent)[:-1]}!")
    logged = caplog.text + "".join(capsys.readouterr())
    assert "i/<str:token>" in logged
    assert token_of(sent)[:20] not in logged
