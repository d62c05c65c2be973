"""The way in: password, second factor, and what is told to whoever has neither."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staffpassport.accounts.actions import set_password
from staffpassport.accounts.models import Membership
from staffpassport.audit.models import Event, Kind
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.accounts.signing_in import (
    CODE,
    LOG_IN,
    RECOVERY_CODES,
    SET_UP,
    code_of,
    codes_on,
    give_password,
    key_on,
    with_authenticator,
    with_recovery_codes,
)
from tests.checking import CheckingClient
from tests.reading import error_sentences, text

pytestmark = pytest.mark.django_db

WRONG = "Email address or password is not right. Check both and try again"


@pytest.fixture
def at_noon() -> Iterator[time_machine.Traveller]:
    """A still clock, so that a code does not change in the middle of a test."""
    with time_machine.travel("2026-11-02 12:00:00+00:00", tick=False) as clock:
        yield clock


def test_the_first_log_in_sets_up_a_factor_and_shows_ten_codes_until_they_are_kept(
    visitor: CheckingClient, hr: Membership
) -> None:
    assert visitor.get("/people")["Location"] == "/log-in?next=/people"
    assert give_password(visitor, hr.user.email)["Location"] == "/"
    assert visitor.get("/")["Location"] == SET_UP
    page = visitor.get(SET_UP)
    assert "<svg" in page.content.decode()
    key = key_on(page)
    assert visitor.post(SET_UP, {"code": code_of(key)})["Location"] == RECOVERY_CODES

    page = visitor.get(RECOVERY_CODES)
    assert text(page).count("You see these codes only once") == 1
    codes = codes_on(page)
    assert len(set(codes)) == 10
    assert visitor.get("/people")["Location"] == RECOVERY_CODES, "the codes come before anything else"
    assert codes_on(visitor.get(RECOVERY_CODES)) == codes, "a reload must not lose them"

    assert visitor.post(RECOVERY_CODES)["Location"] == "/"
    assert visitor.get(RECOVERY_CODES)["Location"] == "/"
    assert visitor.get("/people").status_code == 200


def test_a_log_in_that_waits_for_a_code_is_over_once_the_password_is_another(
    visitor: CheckingClient, hr: Membership
) -> None:
    secret = with_authenticator(hr.user)
    give_password(visitor, hr.user.email)
    set_password(user=hr.user, password="another orange kettle", network_address=None)
    assert "Password" in text(visitor.post(CODE, {"code": code_of(secret)}, follow=True))
    assert visitor.get("/people")["Location"].startswith(LOG_IN)


def test_whoever_was_deleted_while_a_log_in_waits_is_led_to_its_beginning(
    visitor: CheckingClient, hr: Membership
) -> None:
    with_authenticator(hr.user)
    give_password(visitor, hr.user.email)
    hr.user.delete()
    assert "Password" in text(visitor.get(CODE, follow=True))


def test_a_reload_of_the_set_up_page_keeps_its_key(visitor: CheckingClient, hr: Membership) -> None:
    give_password(visitor, hr.user.email)
    assert key_on(visitor.get(SET_UP)) == key_on(visitor.get(SET_UP))
    assert "Code is not right" in text(visitor.post(SET_UP, {"code": "000000"}))


def test_later_a_password_and_a_code_lead_to_the_page_that_was_wanted(
    visitor: CheckingClient, hr: Membership
) -> None:
    secret = with_authenticator(hr.user)
    wanted = {"login": hr.user.email, "password": making.PASSWORD, "next": "/people?status=active"}
    assert visitor.post(LOG_IN, wanted)["Location"] == CODE
    assert visitor.get("/people")["Location"].startswith(LOG_IN), "a password alone opens nothing"
    assert visitor.post(CODE, {"code": code_of(secret)})["Location"] == "/people?status=active"
    assert visitor.get("/people").status_code == 200


def test_a_code_may_be_typed_in_two_groups(visitor: CheckingClient, hr: Membership) -> None:
    secret = with_authenticator(hr.user)
    give_password(visitor, hr.user.email)
    code = code_of(secret)
    assert visitor.post(CODE, {"code": f" {code[:3]} {code[3:]} "})["Location"] == "/"


@pytest.mark.parametrize("written", ["{}", "{} ", "{:.3}-{}", "{:.3} {}"])
@pytest.mark.parametrize("seconds", [1, 31, 59])
def test_a_used_code_is_refused_as_long_as_it_lives_however_it_is_typed(
    hr: Membership, at_noon: time_machine.Traveller, seconds: int, written: str
) -> None:
    secret = with_authenticator(hr.user)
    code = code_of(secret)
    first, second = CheckingClient(), CheckingClient()
    give_password(first, hr.user.email)
    assert first.post(CODE, {"code": code}).status_code == 302
    at_noon.shift(seconds)
    give_password(second, hr.user.email)
    again = second.post(CODE, {"code": written.format(code, code[3:])})
    assert "was used already" in text(again)
    assert second.get("/")["Location"].startswith(LOG_IN)


def test_the_code_that_set_up_the_app_does_not_log_in_as_well(
    visitor: CheckingClient, hr: Membership, at_noon: time_machine.Traveller
) -> None:
    give_password(visitor, hr.user.email)
    code = code_of(key_on(visitor.get(SET_UP)))
    visitor.post(SET_UP, {"code": code})
    thief = CheckingClient()
    give_password(thief, hr.user.email)
    assert "was used already" in text(thief.post(CODE, {"code": code}))


def test_a_phone_may_be_half_a_minute_off_and_no_more(
    hr: Membership, at_noon: time_machine.Traveller
) -> None:
    secret = with_authenticator(hr.user)
    for periods, right in ((1, True), (-1, True), (2, False), (-2, False)):
        client = CheckingClient()
        give_password(client, hr.user.email)
        answer = client.post(CODE, {"code": code_of(secret, periods_ago=periods)})
        assert (answer.status_code == 302) is right, periods


def test_a_recovery_code_logs_in_once(hr: Membership) -> None:
    with_authenticator(hr.user)
    code = with_recovery_codes(hr.user)[3]
    first, second = CheckingClient(), CheckingClient()
    give_password(first, hr.user.email)
    assert first.post(CODE, {"code": code})["Location"] == "/"
    assert first.get("/people").status_code == 200
    give_password(second, hr.user.email)
    assert "Code is not right" in text(second.post(CODE, {"code": code}))
    assert Event.objects.filter(kind=Kind.RECOVERY_CODE_USED).count() == 1


def test_recovery_codes_that_were_not_kept_are_shown_at_the_next_log_in_after_the_second_factor(
    visitor: CheckingClient, hr: Membership, at_noon: time_machine.Traveller
) -> None:
    give_password(visitor, hr.user.email)
    key = key_on(visitor.get(SET_UP))
    visitor.post(SET_UP, {"code": code_of(key)})
    codes = codes_on(visitor.get(RECOVERY_CODES))

    at_noon.shift(120)
    later = CheckingClient()
    give_password(later, hr.user.email)
    assert later.get(RECOVERY_CODES)["Location"].startswith(LOG_IN), "a password alone must not show them"
    later.post(CODE, {"code": code_of(key)})
    assert codes_on(later.get(RECOVERY_CODES)) == codes
    later.post(RECOVERY_CODES)

    at_noon.shift(120)
    last = CheckingClient()
    give_password(last, hr.user.email)
    last.post(CODE, {"code": code_of(key)})
    assert last.get(RECOVERY_CODES)["Location"] == "/"


def test_recovery_codes_are_never_shown_to_a_session_without_a_second_factor(hr: Membership) -> None:
    with_authenticator(hr.user)
    with_recovery_codes(hr.user)
    client = CheckingClient()
    client.force_login(hr.user)
    assert client.get(RECOVERY_CODES)["Location"] == "/"
    assert client.get("/")["Location"].startswith(LOG_IN)


def test_not_even_codes_that_are_still_to_be_kept(hr: Membership) -> None:
    """A password alone marks the session, as log-in does, before any factor is proved."""
    RecoveryCodes.activate(hr.user)
    client = CheckingClient()
    give_password(client, hr.user.email)
    assert client.session["recovery_codes_to_keep"] is True
    assert client.get(RECOVERY_CODES)["Location"] == "/"


def test_a_session_from_before_the_factor_was_set_up_elsewhere_ends(hr: Membership) -> None:
    """Whoever stole the first password must not profit from the owner's factor."""
    thief = CheckingClient()
    give_password(thief, hr.user.email)
    with_authenticator(hr.user)
    assert thief.get(SET_UP)["Location"] == "/"
    assert thief.get("/people")["Location"].startswith(LOG_IN)
    assert "_auth_user_id" not in thief.session


def test_whoever_mistyped_the_address_can_start_again(visitor: CheckingClient, hr: Membership) -> None:
    with_authenticator(hr.user)
    give_password(visitor, hr.user.email)
    assert "Log in as somebody else" in text(visitor.get(CODE))
    assert visitor.post("/log-out")["Location"] == LOG_IN
    assert visitor.get(LOG_IN).status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [("hr@example.com", "wrong"), ("nobody@example.com", making.PASSWORD), ("nobody@example.com", "wrong")],
)
def test_a_wrong_address_and_a_wrong_password_get_the_same_answer(
    visitor: CheckingClient, trust: Organisation, email: str, password: str
) -> None:
    making.member(trust, Role.HR_USER, email="hr@example.com")
    page = give_password(visitor, email, password)
    assert error_sentences(page) == [WRONG]
    assert password not in page.content.decode()


def work_of(email: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[str], str]:
    """How many passwords are hashed, and which statements run, for one wrong try."""
    hashed: list[int] = []
    encode = MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        hashed.append(1)
        return str(encode(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = give_password(CheckingClient(), email, "a wrong password")
    monkeypatch.undo()
    statements = (re.sub(r"_curs_\w+|\"s\d+_x\d+\"", "", query["sql"]) for query in queries.captured_queries)
    verbs = [" ".join(statement.split()[:4]) for statement in statements]
    return len(hashed), verbs, text(page)


@pytest.mark.parametrize(
    "headers",
    [{"x-requested-with": "XMLHttpRequest"}, {"accept": "application/json"}],
    ids=lambda one: "".join(one),
)
def test_whoever_asks_for_json_gets_a_page_and_no_password_back(
    visitor: CheckingClient, hr: Membership, headers: dict[str, str]
) -> None:
    for answer in (
        visitor.get(LOG_IN, headers=headers),
        give_password(visitor, hr.user.email, "not-the-password", headers=headers),
        visitor.get(CODE, headers=headers, follow=True),
    ):
        assert answer["Content-Type"].startswith("text/html")
        assert "not-the-password" not in answer.content.decode()


def test_known_unknown_and_disabled_accounts_cost_the_same_work_and_read_the_same(
    trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    making.member(trust, Role.HR_USER, email="known@example.com")
    disabled = making.member(trust, Role.HR_USER, email="out@example.com").user
    disabled.is_active = False
    disabled.save()
    new = making.member(trust, Role.HR_USER, email="new@example.com").user
    new.set_unusable_password()
    new.save()
    known = work_of("known@example.com", monkeypatch)
    assert known[0] == 1
    for email in ("nobody@example.com", "out@example.com", "new@example.com"):
        hashes, verbs, words = work_of(email, monkeypatch)
        assert (hashes, verbs) == known[:2], email
        assert words.replace(email, "") == known[2].replace("known@example.com", "")


def test_a_disabled_user_is_not_told_that_the_password_was_right(hr: Membership) -> None:
    hr.user.is_active = False
    hr.user.save()
    assert error_sentences(give_password(CheckingClient(), hr.user.email)) == [WRONG]
    assert Event.objects.get(subject=str(hr.user.pk), kind=Kind.LOG_IN_REFUSED).detail == "password"


def test_every_way_to_write_an_address_finds_its_account(trust: Organisation) -> None:
    making.member(trust, Role.HR_USER, email="zoe@müller.example")
    for written in ("zoe@müller.example", " Zoe@MÜLLER.example ", "zoe@xn--mller-kva.example"):
        assert give_password(CheckingClient(), written).status_code == 302, written


@pytest.mark.parametrize(
    "typed",
    ["", "nobody", "a\x00b@example.com", "x" * 5000 + "@example.com", "'; drop table users; --", "𝕒@𝕓.𝕔"],
)
def test_any_text_as_an_address_is_answered(visitor: CheckingClient, typed: str) -> None:
    assert visitor.post(LOG_IN, {"login": typed, "password": "a\x00b"}).status_code == 200


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "http://testserver:81@evil.example/",
        "https://localhost/people",
        "\x00//evil.example",
    ],
)
def test_logging_in_leads_to_no_other_site(hr: Membership, target: str) -> None:
    given = {"login": hr.user.email, "password": making.PASSWORD, "next": target}
    client = CheckingClient()
    assert client.post(LOG_IN, given)["Location"] == "/"
    secret = with_authenticator(hr.user)
    other = CheckingClient()
    assert other.post(f"{LOG_IN}", given)["Location"] == CODE
    assert other.post(CODE, {"code": code_of(secret)})["Location"] == "/"
    assert other.post("/log-out", {"next": target})["Location"] == LOG_IN


def test_the_session_gets_a_new_key_at_log_in_and_is_gone_after_log_out(
    visitor: CheckingClient, hr: Membership
) -> None:
    """A session planted before must not become the victim's; one kept after must be worth nothing."""
    session = visitor.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    give_password(visitor, hr.user.email)
    inside = visitor.session.session_key
    assert inside != planted
    assert not Session.objects.filter(session_key=planted).exists()
    visitor.post("/log-out")
    assert not Session.objects.filter(session_key=inside).exists()


def test_log_out_needs_a_post(portal: CheckingClient) -> None:
    assert portal.get("/log-out").status_code == 405
    assert portal.get("/people").status_code == 200
    assert "You are logged out." in text(portal.post("/log-out", follow=True))
    assert portal.get("/people").status_code == 302


def test_a_disabled_user_is_out_at_the_next_request(portal: CheckingClient, hr: Membership) -> None:
    assert portal.get("/people").status_code == 200
    hr.user.is_active = False
    hr.user.save()
    assert portal.get("/people")["Location"].startswith(LOG_IN)


def test_a_new_password_ends_the_sessions_of_the_old(portal: CheckingClient, hr: Membership) -> None:
    set_password(user=hr.user, password="another long password", network_address=None)
    assert portal.get("/people")["Location"].startswith(LOG_IN)


def test_every_step_is_written_down(visitor: CheckingClient, hr: Membership) -> None:
    give_password(visitor, hr.user.email, "wrong")
    give_password(visitor, "nobody@example.com", "wrong")
    give_password(visitor, hr.user.email)
    visitor.post(SET_UP, {"code": code_of(key_on(visitor.get(SET_UP)))})
    visitor.post("/log-out")
    give_password(visitor, hr.user.email)
    visitor.post(CODE, {"code": "000000"})
    me = f"user:{hr.user.pk}"
    told = [
        (event.kind, event.actor, event.subject, event.detail)
        for event in Event.objects.exclude(kind=Kind.USER_CREATED).order_by("id")
    ]
    assert told == [
        (Kind.LOG_IN_REFUSED, "task:log-in", str(hr.user.pk), "password"),
        (Kind.LOG_IN_REFUSED, "task:log-in", "unknown", "password"),
        (Kind.LOGGED_IN, me, str(hr.user.pk), ""),
        (Kind.FACTOR_ADDED, me, str(hr.user.pk), "authenticator app"),
        (Kind.TRUST_ENTERED, me, str(hr.user.pk), ""),
        (Kind.LOGGED_OUT, me, str(hr.user.pk), ""),
        (Kind.LOG_IN_REFUSED, "task:log-in", str(hr.user.pk), "second factor"),
    ]
    assert set(Event.objects.exclude(kind=Kind.USER_CREATED).values_list("network_address", flat=True)) == {
        "127.0.0.1"
    }
