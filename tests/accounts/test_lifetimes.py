"""How long a session lasts, what ends it, and that what was typed is not lost with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from staffpassport.accounts import sessions
from staffpassport.accounts.actions import set_password
from staffpassport.accounts.models import Membership, UserSession
from staffpassport.accounts.session_models import Because
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from tests import making
from tests.accounts.signing_in import code_of, give_password, with_authenticator
from tests.checking import CheckingClient
from tests.reading import text

pytestmark = pytest.mark.django_db

LATER = Callable[[timedelta], None]
MINUTE = timedelta(minutes=1)
A_FETCH = {"sec-fetch-dest": "empty"}
PERSON = {
    "first_name": "Grace",
    "last_name": "Okafor",
    "email": "grace@example.com",
    "phone": "07946 012345",
    "staff_group": "medical-and-dental",
    "employment_type": "permanent-or-fixed-term",
    "employment_status": "new-starter",
}


@pytest.fixture
def later() -> LATER:
    """Moves what is known of all sessions back in time."""

    def move(by: timedelta) -> None:
        for one in UserSession.objects.all():
            one.began_at, one.last_seen_at = one.began_at - by, one.last_seen_at - by
            one.save()

    return move


def log_in(member: Membership, client: CheckingClient, secret: str | None = None) -> CheckingClient:
    secret = secret or with_authenticator(member.user)
    give_password(client, member.user.email)
    client.post("/log-in/code", {"code": code_of(secret)})
    return client


def row() -> UserSession:
    return UserSession.objects.get()


def test_a_session_goes_on_while_it_is_used_and_no_longer(portal: CheckingClient, later: LATER) -> None:
    for _ in range(3):
        later(19 * MINUTE)
        assert portal.get("/people").status_code == 200
    later(20 * MINUTE)
    answer = portal.get("/people?status=active")
    assert answer["Location"] == "/logged-out?next=/people%3Fstatus%3Dactive"
    page = portal.get(answer["Location"])
    assert "You did nothing here for 20 minutes" in text(page)
    assert 'href="/log-in?next=/people%3Fstatus%3Dactive"' in page.content.decode()
    assert row().ended_because == Because.IDLE


@pytest.mark.parametrize("said_by", [A_FETCH, {"x-fetched-by-page": "yes"}], ids=["browser", "script"])
def test_a_page_that_fetches_itself_keeps_no_session_alive(
    portal: CheckingClient, later: LATER, said_by: dict[str, str]
) -> None:
    for _ in range(3):
        later(6 * MINUTE)
        assert portal.get("/people", headers=said_by).status_code == 200
    later(2 * MINUTE)
    assert portal.get("/people", headers=said_by)["Location"].startswith("/logged-out")


def test_after_twelve_hours_a_session_is_over_however_much_it_is_used(
    portal: CheckingClient, later: LATER
) -> None:
    UserSession.objects.update(began_at=timezone.now() - timedelta(hours=12) + MINUTE)
    assert portal.get("/people").status_code == 200
    later(MINUTE)
    assert "You logged in 12 hours ago" in text(portal.get("/people", follow=True))


def test_use_is_written_once_a_minute_and_never_by_asking_how_long_it_is(
    portal: CheckingClient, later: LATER
) -> None:
    began = row().last_seen_at
    portal.get("/people")
    assert row().last_seen_at == began
    later(10 * MINUTE)
    before = row().last_seen_at
    assert portal.get("/session", headers=A_FETCH).json()["left"][0] in (599, 600)
    assert row().last_seen_at == before
    assert portal.post("/session", headers=A_FETCH).json()["left"][0] in (1199, 1200)
    assert row().last_seen_at > before


def test_a_session_that_is_over_has_nothing_left_and_cannot_be_prolonged(
    portal: CheckingClient, later: LATER
) -> None:
    later(20 * MINUTE)
    assert portal.post("/session", headers=A_FETCH).json()["left"] == [0, 0]
    assert portal.get("/people")["Location"].startswith("/logged-out")


def test_a_busy_database_does_not_keep_a_page_from_being_shown(
    portal: CheckingClient, later: LATER, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(10 * MINUTE)

    def busy(*args: Any, **kwargs: Any) -> int:
        raise OperationalError("database is locked")

    monkeypatch.setattr(QuerySet, "update", busy)
    assert portal.get("/people").status_code == 200


def test_the_page_tells_its_script_how_long_there_is(portal: CheckingClient, later: LATER) -> None:
    UserSession.objects.update(last_seen_at=timezone.now() - 19 * MINUTE / 20)
    found = re.search(r'data-session="(\d+) (\d+) /session"', portal.get("/people").content.decode())
    assert found
    assert int(found[1]) in (1142, 1143)
    assert int(found[2]) in (43_199, 43_200)


def test_logging_in_begins_a_session_with_the_words_of_the_browser(hr: Membership) -> None:
    client = CheckingClient(
        headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36"}
    )
    log_in(hr, client)
    assert (row().user, row().device, row().network_address) == (hr.user, "Chrome on Windows", "127.0.0.1")
    assert client.get("/people").status_code == 200
    client.post("/log-out")
    assert row().ended_because == Because.LOGGED_OUT
    assert client.get("/people")["Location"] == "/log-in?next=/people"


# ── What was typed ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_form_that_comes_too_late_is_there_again_after_log_in(
    hr: Membership, visitor: CheckingClient, later: LATER
) -> None:
    secret = with_authenticator(hr.user)
    log_in(hr, visitor, secret)
    later(20 * MINUTE)
    answer = visitor.post("/people/invite/one", PERSON)
    assert answer["Location"].startswith("/logged-out?next=/people/invite/one/")
    page = visitor.get(answer["Location"])
    assert "It is kept until you log in again" in text(page)
    assert "Grace" not in page.content.decode()
    assert not StaffPassport.everywhere.exists()
    back_to = re.search(r'href="(/log-in\?next=([^"]+))"', page.content.decode())
    assert back_to
    log_in_once_more(visitor, hr, secret)
    form = visitor.get(back_to[2].replace("%3F", "?")).content.decode()
    assert 'value="grace@example.com"' in form


def test_what_waited_to_be_confirmed_waits_on(hr: Membership, visitor: CheckingClient, later: LATER) -> None:
    secret = with_authenticator(hr.user)
    log_in(hr, visitor, secret)
    check = visitor.post("/people/invite/one", PERSON)["Location"]
    later(20 * MINUTE)
    assert "Nothing of it was saved or carried out" in text(
        visitor.post(check, {"create": "yes"}, follow=True)
    )
    log_in_once_more(visitor, hr, secret)
    assert "grace@example.com" in text(visitor.get(check))
    assert not StaffPassport.everywhere.exists()


def test_somebody_else_in_the_same_browser_gets_nothing_of_it(
    hr: Membership, trust: Organisation, visitor: CheckingClient, later: LATER
) -> None:
    log_in(hr, visitor)
    back_to = visitor.post("/people/invite/one", PERSON)["Location"]
    later(20 * MINUTE)
    visitor.get("/people")
    log_in(making.member(trust, Role.HR_USER), visitor)
    assert "What you typed is no longer here" in text(visitor.get(back_to, follow=True))
    assert "grace@example.com" not in str(dict(visitor.session))


def test_what_a_script_sends_at_the_end_is_kept_and_not_carried_out(
    hr: Membership, portal: CheckingClient, trust: Organisation
) -> None:
    passport = making.passport(trust)
    answer = portal.post(
        f"/people/{passport.pk}/edit", {"first_name": "Somebody", "last_name": "Else", "keep-only": "yes"}
    )
    passport.refresh_from_db()
    assert passport.first_name == "Grace"
    assert 'value="Somebody"' in portal.get(answer["Location"]).content.decode()


def log_in_once_more(client: CheckingClient, member: Membership, secret: str) -> None:
    """With the code before: the app's present one has been used."""
    give_password(client, member.user.email)
    client.post("/log-in/code", {"code": code_of(secret, periods_ago=1)})
    assert client.get("/people").status_code == 200


# ── Ending others ───────────────────────────────────────────────────────────────────────────────────────────


def going_on(*clients: Client) -> list[bool]:
    return [client.get("/people").status_code == 200 for client in clients]


def test_a_person_sees_and_ends_their_sessions_and_nobody_elses(hr: Membership, trust: Organisation) -> None:
    here, there, third = (making.logged_in(hr) for _ in range(3))
    elses = making.logged_in(making.member(trust, Role.HR_USER))
    page = here.get("/your-account/sessions").content.decode()
    others = re.findall(r'name="session" value="([0-9a-f-]{36})"', page)
    assert len(others) == 2
    assert page.count("This device") == 1
    not_mine = str(
        UserSession.objects.get(user__in=[Membership.everywhere.exclude(pk=hr.pk).get().user_id]).pk
    )
    for made_up in (not_mine, "nonsense", ""):
        told = text(here.post("/your-account/sessions", {"session": made_up}, follow=True))
        assert "You are not logged in there any more" in told
    assert going_on(here, there, third, elses) == [True] * 4
    here.post("/your-account/sessions", {"session": str(there.session["user_session"])})
    assert going_on(here, there, third, elses) == [True, False, True, True]
    assert "You were logged out from another device" in text(there.get("/people", follow=True))
    said = text(here.post("/your-account/sessions", {"session": "all"}, follow=True))
    assert "You are logged out on this device and on every other one." in said
    assert going_on(here, third, elses) == [False, False, True]


def test_a_new_password_ends_every_session(hr: Membership) -> None:
    here, there = making.logged_in(hr), making.logged_in(hr)
    set_password(user=hr.user, password="another long password", network_address=None)
    assert going_on(here, there) == [False, False]
    assert not UserSession.objects.filter(ended_at=None).exists()


def test_disabling_ends_every_session_in_the_trust(hr: Membership) -> None:
    clients = [making.logged_in(hr) for _ in range(2)]
    for client in clients:
        session = client.session
        session["entered"] = [str(hr.pk), hr.entry_number]
        session.save()
    assert going_on(*clients) == [True, True]
    sessions.end_all_in(hr)
    assert going_on(*clients) == [False, False]


def test_what_is_known_of_old_sessions_is_forgotten(portal: CheckingClient, later: LATER) -> None:
    later(timedelta(hours=18))
    sessions.clear_ended()
    assert UserSession.objects.exists()
    later(timedelta(hours=18))
    sessions.clear_ended()
    assert not UserSession.objects.exists()
