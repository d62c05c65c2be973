"""A fresh code of the second factor before what reaches many people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from staffpassport.accounts import fresh, practice
from staffpassport.accounts.models import Membership, User
from staffpassport.audit.models import Event, Kind
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.accounts.signing_in import (
    CODE,
    LOG_IN,
    TRY_LATER,
    code_of,
    give_fresh_code,
    give_password,
    with_authenticator,
    with_recovery_codes,
)
from tests.checking import CheckingClient
from tests.reading import error_sentences, link, text

pytestmark = pytest.mark.django_db

WANTED = "/people?status=active&search=a%26b"


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-02 12:00:00+00:00", tick=False) as clock:
        yield clock


@pytest.fixture
def secret(hr: Membership) -> str:
    return with_authenticator(hr.user)


def seen(client: CheckingClient, user: User | AnonymousUser) -> bool:
    """Whether a view would find the code of this browser fresh."""
    request = HttpRequest()
    request.session = SessionStore(client.session.session_key)
    request.user = user
    return fresh.is_fresh(request)


def asked(client: CheckingClient, **given: Any) -> Any:
    """The page that `ask` leads to, or what it answers to a code."""
    where = fresh.ask(HttpRequest(), WANTED)["Location"]
    return client.post(where, given) if given else client.get(where)


def test_a_right_code_leads_back_and_is_fresh_for_ten_minutes(
    portal: CheckingClient, hr: Membership, secret: str, at_noon: time_machine.Traveller
) -> None:
    page = asked(portal)
    assert "Confirm that it is you" in text(page)
    assert link(page, "Back") == WANTED
    assert not seen(portal, hr.user)
    assert asked(portal, code=code_of(secret))["Location"] == WANTED
    assert seen(portal, hr.user)
    assert asked(portal)["Location"] == WANTED, "nobody is asked twice"
    at_noon.shift(599)
    assert seen(portal, hr.user)
    at_noon.shift(1)
    assert not seen(portal, hr.user)
    assert asked(portal).status_code == 200


def test_the_code_of_log_in_is_not_fresh(hr: Membership, secret: str) -> None:
    client = CheckingClient()
    give_password(client, hr.user.email)
    assert client.post(CODE, {"code": code_of(secret)})["Location"] == "/"
    assert not seen(client, hr.user)
    assert "was used already" in text(asked(client, code=code_of(secret))), "nor is it taken again"
    assert not seen(client, hr.user)


def test_a_code_is_fresh_for_the_one_who_gave_it_in_the_session_where_it_was_given(
    portal: CheckingClient, hr: Membership, trust: Organisation
) -> None:
    give_fresh_code(portal, hr.user)
    colleague = making.member(trust, Role.SENIOR_ADMINISTRATOR)
    assert not seen(portal, colleague.user)
    assert not seen(portal, AnonymousUser())
    assert not seen(making.logged_in(hr), hr.user)


def test_logging_out_and_in_again_leaves_nothing_fresh(
    portal: CheckingClient, hr: Membership, secret: str, at_noon: time_machine.Traveller
) -> None:
    give_fresh_code(portal, hr.user)
    portal.post("/log-out")
    at_noon.shift(90)
    give_password(portal, hr.user.email)
    portal.post(CODE, {"code": code_of(secret)})
    assert portal.get("/people").status_code == 200
    assert not seen(portal, hr.user)


def test_a_clock_set_back_makes_no_code_fresh_for_longer(
    portal: CheckingClient, hr: Membership, at_noon: time_machine.Traveller
) -> None:
    give_fresh_code(portal, hr.user)
    at_noon.shift(-3600)
    assert not seen(portal, hr.user)


def test_a_wrong_code_opens_nothing_and_says_so(portal: CheckingClient, hr: Membership, secret: str) -> None:
    page = asked(portal, code="000000")
    assert error_sentences(page)[0].startswith("Code is not right")
    assert link(page, "Back") == WANTED, "the way back is kept"
    assert error_sentences(asked(portal, code=" ")) == ["Enter a security code"]
    assert not seen(portal, hr.user)


def test_a_code_is_good_for_one_session(portal: CheckingClient, hr: Membership, secret: str) -> None:
    code = code_of(secret)
    assert asked(portal, code=code).status_code == 302
    other = making.logged_in(hr)
    assert "was used already" in text(asked(other, code=code))
    assert not seen(other, hr.user)


def test_somebody_elses_code_is_wrong(portal: CheckingClient, trust: Organisation, secret: str) -> None:
    colleague = making.member(trust, Role.HR_USER)
    assert asked(portal, code=code_of(with_authenticator(colleague.user))).status_code == 200


def test_a_recovery_code_will_do_once(portal: CheckingClient, hr: Membership, secret: str) -> None:
    code = with_recovery_codes(hr.user)[0]
    assert asked(portal, code=code)["Location"] == WANTED
    assert seen(portal, hr.user)
    assert Event.objects.filter(kind=Kind.RECOVERY_CODE_USED).count() == 1
    assert asked(making.logged_in(hr), code=code).status_code == 200


def test_five_wrong_codes_lock_the_second_factor_here_and_at_log_in(
    portal: CheckingClient, hr: Membership, secret: str, at_noon: time_machine.Traveller
) -> None:
    """Whoever has found an open screen must not get five tries more for each page that asks."""
    for _ in range(5):
        assert error_sentences(asked(portal, code="000000")) != [TRY_LATER]
    assert error_sentences(asked(portal, code=code_of(secret))) == [TRY_LATER]
    assert error_sentences(asked(making.logged_in(hr), code=code_of(secret))) == [TRY_LATER]
    elsewhere = CheckingClient()
    give_password(elsewhere, hr.user.email)
    assert TRY_LATER in text(elsewhere.post(CODE, {"code": code_of(secret)}))
    at_noon.shift(301)
    assert asked(portal, code=code_of(secret)).status_code == 302


def test_twenty_wrong_codes_of_one_address_a_minute_and_no_more(trust: Organisation) -> None:
    for _ in range(4):
        client = making.logged_in(making.member(trust, Role.HR_USER))
        for _ in range(5):
            asked(client, code="000000")
    user = making.member(trust, Role.HR_USER)
    right = code_of(with_authenticator(user.user))
    assert error_sentences(asked(making.logged_in(user), code=right)) == [
        "You have tried too many times. Wait 1 minute, then try again"
    ]


def test_the_session_gets_a_new_key_and_keeps_what_is_in_it(
    portal: CheckingClient, hr: Membership, secret: str
) -> None:
    """A stolen key of the session must not share what the code has opened."""
    session = portal.session
    session["kept"] = "draft"
    session.save()
    stolen = portal.session.session_key
    asked(portal, code=code_of(secret))
    assert portal.session.session_key != stolen
    assert portal.session["kept"] == "draft"
    assert not Session.objects.filter(session_key=stolen).exists()
    assert portal.get("/people").status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        "",
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "evil.example",
        "\x00//evil.example",
        " //evil.example",
    ],
)
def test_it_leads_to_no_other_site(portal: CheckingClient, secret: str, target: str) -> None:
    where = fresh.page(target)
    assert link(portal.get(where), "Back") == "/"
    assert link(portal.get(fresh.page(target, instead=target)), "Back") == "/"
    assert portal.post(where, {"code": code_of(secret)})["Location"] == "/"
    assert portal.get(where)["Location"] == "/"


def test_every_code_is_written_down(
    portal: CheckingClient,
    hr: Membership,
    trust: Organisation,
    secret: str,
    at_noon: time_machine.Traveller,
) -> None:
    code = code_of(secret)
    asked(portal, code="000000")
    asked(portal, code=code)
    at_noon.shift(31)
    asked(making.logged_in(hr), code=code)
    told = Event.objects.filter(subject=str(hr.user.pk)).exclude(kind=Kind.USER_CREATED).order_by("id")
    assert [(event.kind, event.detail) for event in told] == [
        (Kind.CODE_REFUSED, "second factor"),
        (Kind.CODE_GIVEN, ""),
        (Kind.CODE_REFUSED, "second factor used twice"),
    ]
    assert {(event.actor, event.organisation_id, event.network_address) for event in told} == {
        (f"user:{hr.user.pk}", trust.id, "127.0.0.1")
    }


def test_practice_users_give_the_code_that_is_printed(portal: CheckingClient, hr: Membership) -> None:
    practice.make_ready(hr.user)
    portal = making.logged_in(hr)
    code, _ = practice.code_now()
    assert asked(portal, code=code).status_code == 302


def test_whoever_is_not_inside_is_not_asked(visitor: CheckingClient, hr: Membership, secret: str) -> None:
    assert asked(visitor)["Location"].startswith(LOG_IN)
    give_password(visitor, hr.user.email)
    assert asked(visitor, code=code_of(secret))["Location"].startswith(LOG_IN)
