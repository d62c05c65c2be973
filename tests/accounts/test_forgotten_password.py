"""A forgotten password: a link by e-mail, the same answer for everybody, and no way around the second factor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from staffpassport.accounts import forgotten
from staffpassport.accounts.models import Membership, User
from staffpassport.audit.models import Event, Kind
from staffpassport.messaging.composers import Composed, Content, NoLongerWanted, ToCompose
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.accounts.holding import holder
from tests.accounts.signing_in import CODE, LOG_IN, SET_UP, TRY_LATER, give_password, with_authenticator
from tests.checking import CheckingClient
from tests.reading import error_sentences, link, text

pytestmark = pytest.mark.django_db

FORGOTTEN, SENT = "/log-in/forgotten", "/log-in/forgotten/sent"
NEW = "another orange kettle"


@pytest.fixture
def at_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-02 12:00:00+00:00", tick=False) as clock:
        yield clock


def ask(email: str, **more: Any) -> Any:
    return CheckingClient().post(FORGOTTEN, {"email": email}, **more)


def queued(purpose: str = forgotten.LINK) -> list[Message]:
    return list(Message.everywhere.filter(purpose=purpose).order_by("pk"))


def composed(message: Message) -> Composed:
    compose = forgotten.compose if message.purpose == forgotten.LINK else forgotten.compose_changed
    given = (message.id, message.organisation_id, message.about, message.purpose)
    return compose([ToCompose(*given, Channel(message.channel), message.created_at)])[message.id]


def mailed(message: Message) -> str:
    content = composed(message)
    assert isinstance(content, Content), content
    return content.body


def path_in(message: Message) -> str:
    return str(urlsplit(re.findall(r"http\S+", mailed(message))[0]).path)


def test_from_the_log_in_page_to_a_new_password_and_the_second_factor(hr: Membership) -> None:
    with_authenticator(hr.user)
    visitor = CheckingClient()
    assert link(visitor.get(LOG_IN), "Forgotten your password?") == FORGOTTEN
    assert visitor.post(FORGOTTEN, {"email": f" {hr.user.email.upper()} "})["Location"] == SENT
    assert "If there is an account for" in text(visitor.get(SENT))

    [message] = queued()
    assert message.recipient == hr.user.email
    path = path_in(message)
    assert visitor.get(path).status_code == 200
    assert visitor.post(path, {"password": NEW})["Location"] == LOG_IN
    assert visitor.get("/people")["Location"].startswith(LOG_IN)
    assert give_password(visitor, hr.user.email, NEW)["Location"] == CODE
    assert visitor.get("/people")["Location"].startswith(LOG_IN), "a link never skips the second factor"


def test_a_link_works_once_and_for_an_hour(hr: Membership, at_noon: time_machine.Traveller) -> None:
    ask(hr.user.email)
    first = path_in(queued()[0])
    at_noon.shift(timedelta(minutes=61))
    assert CheckingClient().get(first).status_code == 410

    ask(hr.user.email)
    second = path_in(queued()[1])
    assert CheckingClient().post(second, {"password": NEW}).status_code == 302
    page = CheckingClient().post(second, {"password": "somebody else chooses"})
    assert page.status_code == 410
    assert link(page, "ask for a new link") == FORGOTTEN


def test_asking_again_leaves_the_link_before_alive(hr: Membership) -> None:
    """Or strangers who ask for somebody would end the links that they get."""
    ask(hr.user.email)
    path = path_in(queued()[0])
    ask(hr.user.email)
    assert CheckingClient().get(path).status_code == 200


def test_a_new_password_ends_all_sessions_and_is_told(portal: CheckingClient, hr: Membership) -> None:
    assert portal.get("/people").status_code == 200
    ask(hr.user.email)
    CheckingClient().post(path_in(queued()[0]), {"password": NEW})
    assert portal.get("/people")["Location"].startswith(LOG_IN)
    [told] = queued(forgotten.CHANGED)
    assert told.recipient == hr.user.email
    assert "Your password was changed" in mailed(told)
    assert hr.organisation.hr_email in mailed(told)


def test_a_first_password_is_no_change(hr: Membership) -> None:
    hr.user.set_unusable_password()
    hr.user.save()
    ask(hr.user.email)
    CheckingClient().post(path_in(queued()[0]), {"password": NEW})
    assert not queued(forgotten.CHANGED)


def test_of_two_clicks_at_the_same_moment_one_sets_the_password(
    hr: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(hr.user.email)
    token = path_in(queued()[0]).rpartition("/")[2]
    hold = User.objects.select_for_update

    def after_the_other_one(**options: Any) -> Any:
        monkeypatch.undo()
        assert forgotten.choose_password(token=token, password=NEW, network_address=None)
        return hold(**options)

    monkeypatch.setattr(User.objects, "select_for_update", after_the_other_one)
    assert forgotten.choose_password(token=token, password="the slower click", network_address=None) is None
    hr.user.refresh_from_db()
    assert hr.user.check_password(NEW)


def work_of(email: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[str], int, str]:
    """Passwords hashed, statements, messages in the outbox and the words of both pages, for one request."""
    hashed: list[int] = []
    encode = MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        hashed.append(1)
        return str(encode(self, password, salt))

    before = Message.everywhere.count()
    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    client = CheckingClient()
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(FORGOTTEN, {"email": email})
    monkeypatch.undo()
    plain = (re.sub(r"_curs_\w+|\"s\d+_x\d+\"", "", query["sql"]) for query in queries.captured_queries)
    statements = [" ".join(statement.split()[:4]) for statement in plain]
    words = text(client.get(answer["Location"])).replace(email, "")
    return len(hashed), statements, Message.everywhere.count() - before, words


def test_known_unknown_and_disabled_addresses_cost_the_same_and_read_the_same(
    trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    making.member(trust, Role.HR_USER, email="known@example.com")
    gone = making.member(trust, Role.HR_USER, email="gone@example.com")
    Membership.everywhere.filter(pk=gone.pk).update(ended_at=timezone.now())
    off = making.member(trust, Role.HR_USER, email="off@example.com").user
    off.is_active = False
    off.save()
    staff = holder(trust, email="staff@example.com")
    known = work_of("known@example.com", monkeypatch)
    assert (known[0], known[2]) == (0, 1)
    for email in ("nobody@example.com", "gone@example.com", "off@example.com", staff.email):
        assert work_of(email, monkeypatch) == known, email


def test_only_whoever_may_log_in_gets_an_email(trust: Organisation) -> None:
    gone = making.member(trust, Role.HR_USER)
    Membership.everywhere.filter(pk=gone.pk).update(ended_at=timezone.now())
    off = making.member(trust, Role.HR_USER).user
    off.is_active = False
    off.save()
    for email in ("nobody@example.com", gone.user.email, off.email):
        ask(email)
    assert [composed(message) for message in queued()] == [NoLongerWanted("nobody-there")] * 3


def test_a_staff_member_gets_one_too_in_the_name_of_their_trust(
    trust: Organisation, other_trust: Organisation
) -> None:
    user = holder(other_trust)
    ask(user.email)
    [message] = queued()
    assert message.organisation_id == other_trust.pk
    assert CheckingClient().post(path_in(message), {"password": NEW}).status_code == 302
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert queued(forgotten.CHANGED)[0].organisation_id == other_trust.pk


@pytest.mark.parametrize("known", [True, False])
def test_three_emails_an_hour_to_an_address_and_the_same_answer_after(
    hr: Membership, at_noon: time_machine.Traveller, known: bool
) -> None:
    email = hr.user.email if known else "nobody@example.com"
    for number in range(6):
        assert ask(email, REMOTE_ADDR=f"192.0.2.{number}")["Location"] == SENT
    assert len(queued()) == forgotten.MOST_AN_HOUR
    at_noon.shift(timedelta(minutes=61))
    ask(email)
    assert len(queued()) == forgotten.MOST_AN_HOUR + 1


def test_thirty_an_hour_from_one_network(trust: Organisation) -> None:
    for number in range(30):
        ask(f"somebody{number}@example.com")
    page = ask("one-more@example.com")
    assert error_sentences(page) == [TRY_LATER.replace("5", "10")]
    assert len(queued()) == 30
    assert ask("one-more@example.com", REMOTE_ADDR="192.0.2.1").status_code == 302


def test_whoever_is_kept_out_by_strangers_comes_in_by_a_link(hr: Membership) -> None:
    """On a new device the way to show that one is no stranger is to read one's e-mail."""
    for number in range(5):
        give_password(CheckingClient(), hr.user.email, "wrong", REMOTE_ADDR=f"192.0.2.{number}")
    visitor = CheckingClient()
    assert error_sentences(give_password(visitor, hr.user.email)) == [TRY_LATER]
    ask(hr.user.email)
    visitor.post(path_in(queued()[0]), {"password": NEW})
    assert give_password(visitor, hr.user.email, NEW)["Location"] == "/"
    assert visitor.get("/")["Location"] == SET_UP


@pytest.mark.parametrize("typed", ["", "nobody", "a\x00b@example.com", "x" * 5000 + "@example.com", "𝕒@𝕓.𝕔"])
def test_any_text_as_an_address_is_answered(trust: Organisation, typed: str) -> None:
    assert ask(typed).status_code in (200, 302)


def test_the_page_of_the_answer_is_nothing_without_the_question(visitor: CheckingClient) -> None:
    assert visitor.get(SENT)["Location"] == FORGOTTEN


def test_asking_is_written_down(hr: Membership) -> None:
    ask(hr.user.email)
    ask("nobody@example.com")
    asked = Event.objects.filter(kind=Kind.PASSWORD_FORGOTTEN).order_by("id")
    assert [event.subject for event in asked] == [str(hr.user.pk), "unknown"]
    assert {event.actor for event in asked} == {"task:log-in"}
