"""Wrong tries are limited per account and per network address, over all processes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.core.cache import caches
from django.db import connection

from staffpassport.accounts import browsers, limits
from staffpassport.accounts.models import Membership, Tries
from staffpassport.audit.models import Event, Kind
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.accounts.signing_in import (
    CODE,
    LOG_IN,
    SET_UP,
    TRY_LATER,
    code_of,
    give_password,
    with_authenticator,
)
from tests.checking import CheckingClient
from tests.reading import error_sentences, text

pytestmark = pytest.mark.django_db

TRIES = 5


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-11-02 12:00:00+00:00", tick=False) as clock:
        yield clock


def wrong(email: str, *, times: int = 1, **more: Any) -> Any:
    for _ in range(times):
        page = give_password(CheckingClient(), email, "wrong", **more)
    return page


def locked_out(email: str, **more: Any) -> bool:
    page = give_password(CheckingClient(), email, **more)
    return page.status_code == 200 and error_sentences(page)[0].startswith("You have tried too many times")


@pytest.mark.parametrize("known", [True, False])
def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(hr: Membership, known: bool) -> None:
    email = hr.user.email if known else "nobody@example.com"
    assert error_sentences(wrong(email, times=TRIES)) != [TRY_LATER]
    assert locked_out(email)


def test_the_wait_is_five_minutes(hr: Membership, still_clock: time_machine.Traveller) -> None:
    wrong(hr.user.email, times=TRIES)
    still_clock.shift(299)
    assert locked_out(hr.user.email)
    still_clock.shift(2)
    assert not locked_out(hr.user.email)


def test_tries_count_for_the_account_wherever_they_come_from(hr: Membership) -> None:
    for number in range(TRIES):
        wrong(hr.user.email, REMOTE_ADDR=f"192.0.2.{number}")
    assert locked_out(hr.user.email, REMOTE_ADDR="192.0.2.99")


def test_tries_count_for_the_account_however_its_address_and_the_portals_are_written(hr: Membership) -> None:
    """The Host header is the client's: a made-up port must not give five tries more."""
    for number in range(TRIES):
        wrong(
            hr.user.email.upper() if number % 2 else f" {hr.user.email}",
            HTTP_HOST=f"localhost:{8000 + number}",
        )
    assert locked_out(hr.user.email, HTTP_HOST="localhost:9000")


def test_one_account_locked_leaves_the_others_open(hr: Membership) -> None:
    wrong("nobody@example.com", times=TRIES)
    assert not locked_out(hr.user.email)


def test_twenty_wrong_tries_of_one_address_a_minute_and_no_more(
    hr: Membership, still_clock: time_machine.Traveller
) -> None:
    for number in range(20):
        wrong(f"made-up-{number}@example.com")
    assert locked_out(hr.user.email)
    assert not locked_out(hr.user.email, REMOTE_ADDR="192.0.2.1")
    still_clock.shift(61)
    assert not locked_out(hr.user.email)


def test_right_passwords_do_not_use_up_the_tries(hr: Membership) -> None:
    for _ in range(25):
        assert not locked_out(hr.user.email)


def test_a_flood_of_forms_gets_a_page_of_ours(visitor: CheckingClient, hr: Membership) -> None:
    for _ in range(120):
        visitor.post(LOG_IN, {})
    page = give_password(visitor, hr.user.email)
    assert page.status_code == 429
    assert "Wait 1 minute" in text(page)


def test_a_forwarded_address_is_not_believed_without_a_proxy(hr: Membership) -> None:
    for number in range(20):
        wrong(f"made-up-{number}@example.com", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
    assert locked_out(hr.user.email, HTTP_X_FORWARDED_FOR="192.0.2.99")


def test_behind_a_proxy_only_the_address_that_it_added_counts(hr: Membership, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    wrong(hr.user.email, HTTP_X_FORWARDED_FOR="203.0.113.9, 192.0.2.7")
    assert Event.objects.get(kind=Kind.LOG_IN_REFUSED).network_address == "192.0.2.7"


def test_five_wrong_codes_lock_the_second_factor(hr: Membership, still_clock: time_machine.Traveller) -> None:
    secret = with_authenticator(hr.user)
    client = CheckingClient()
    give_password(client, hr.user.email)
    for _ in range(TRIES):
        assert "Code is not right" in text(client.post(CODE, {"code": "000000"}))
    assert TRY_LATER in text(client.post(CODE, {"code": code_of(secret)}))

    fresh = CheckingClient()
    give_password(fresh, hr.user.email)
    assert TRY_LATER in text(fresh.post(CODE, {"code": code_of(secret)})), "a new session has no new tries"
    still_clock.shift(301)
    assert client.post(CODE, {"code": code_of(secret)})["Location"] == "/"


def test_five_wrong_codes_lock_the_set_up(visitor: CheckingClient, hr: Membership) -> None:
    give_password(visitor, hr.user.email)
    for _ in range(TRIES):
        visitor.post(SET_UP, {"code": "000000"})
    assert TRY_LATER in text(visitor.post(SET_UP, {"code": "000000"}))


def test_what_a_code_is_used_up_by_stands_in_the_database_with_room_for_an_attack() -> None:
    """In memory each process would know its own; with Django's 300 entries an attack would push others out."""
    from staffpassport import settings as product

    kept = product.CACHES["default"]
    assert kept["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    assert kept["OPTIONS"]["MAX_ENTRIES"] >= 100_000  # type: ignore[index]


def test_the_counts_stand_in_the_database_and_name_nobody(hr: Membership) -> None:
    """In memory each process would count for itself; in a cache made-up addresses could push a victim's count out."""
    wrong(hr.user.email, times=TRIES)
    caches["default"].clear()
    assert locked_out(hr.user.email)
    assert not Tries.objects.filter(what__icontains="user").exists()
    Tries.objects.all().delete()
    assert not locked_out(hr.user.email)


def test_each_further_wait_is_twice_as_long_and_an_hour_at_most(
    hr: Membership, still_clock: time_machine.Traveller
) -> None:
    for minutes in (5, 10, 20, 40, 60, 60):
        page = wrong(hr.user.email, times=TRIES + 1)
        assert error_sentences(page) == [TRY_LATER.replace("5", str(minutes))]
        still_clock.shift(minutes * 60 - 1)
        assert locked_out(hr.user.email)
        still_clock.shift(1)
        assert not locked_out(hr.user.email)


def test_after_a_day_of_peace_the_wait_is_short_again(
    hr: Membership, still_clock: time_machine.Traveller
) -> None:
    wrong(hr.user.email, times=TRIES)
    still_clock.shift(timedelta(days=1))
    assert error_sentences(wrong(hr.user.email, times=TRIES + 1)) == [TRY_LATER]


def test_four_mistakes_an_hour_have_no_consequence(
    hr: Membership, still_clock: time_machine.Traveller
) -> None:
    for _ in range(3):
        wrong(hr.user.email, times=TRIES - 1)
        assert not locked_out(hr.user.email)
        still_clock.shift(timedelta(hours=1))


def at_home_of(member: Membership) -> CheckingClient:
    """A browser in which this person has logged in before, and out again."""
    client = CheckingClient()
    give_password(client, member.user.email)
    client.post("/log-out")
    return client


def tries_wrong(client: CheckingClient, email: str, *, times: int = TRIES) -> Any:
    for _ in range(times):
        page = give_password(client, email, "wrong")
    return page


def test_strangers_do_not_keep_somebody_out_of_their_own_browser(hr: Membership) -> None:
    home = at_home_of(hr)
    for number in range(30):
        wrong(hr.user.email, REMOTE_ADDR=f"192.0.2.{number}")
        wrong(
            f"made-up-{number}@example.com"
        )  # and somebody in the same building uses up its network's tries
    assert locked_out(hr.user.email)
    assert give_password(home, hr.user.email).status_code == 302


def test_a_known_browser_has_five_tries_too_and_uses_up_nobody_elses(hr: Membership) -> None:
    home = at_home_of(hr)
    tries_wrong(home, hr.user.email)
    assert error_sentences(give_password(home, hr.user.email)) == [TRY_LATER]
    assert not locked_out(hr.user.email)


def test_a_browser_is_known_for_the_accounts_that_logged_in_there_and_no_other(
    hr: Membership, trust: Organisation
) -> None:
    home, other = at_home_of(hr), making.member(trust, Role.HR_USER)
    wrong(other.user.email, times=TRIES)
    assert error_sentences(give_password(home, other.user.email)) == [TRY_LATER]


def test_nobody_makes_a_browser_known_by_writing_its_cookie(hr: Membership) -> None:
    home = at_home_of(hr)
    wrong(hr.user.email, times=TRIES)
    forged = CheckingClient()
    forged.cookies[browsers.COOKIE] = home.cookies[browsers.COOKIE].value[:-3] + "AAA"
    assert error_sentences(give_password(forged, hr.user.email)) == [TRY_LATER]


def test_a_wrong_password_makes_no_browser_known(hr: Membership) -> None:
    client = CheckingClient()
    tries_wrong(client, hr.user.email, times=1)
    assert browsers.COOKIE not in client.cookies


def test_the_cookie_of_a_known_browser_names_nobody_and_no_script_reads_it(hr: Membership) -> None:
    cookie = at_home_of(hr).cookies[browsers.COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert hr.user.email not in str(signing.loads(cookie.value, salt="known browser"))


def test_strangers_with_the_password_do_not_keep_somebody_from_their_second_factor(hr: Membership) -> None:
    home, secret = at_home_of(hr), with_authenticator(hr.user)
    thief = CheckingClient()
    give_password(thief, hr.user.email)
    for _ in range(TRIES):
        thief.post(CODE, {"code": "000000"})
    assert TRY_LATER in text(thief.post(CODE, {"code": code_of(secret)}))
    give_password(home, hr.user.email)
    assert home.post(CODE, {"code": code_of(secret)})["Location"] == "/"


def test_neighbours_of_one_ipv6_network_share_its_tries(hr: Membership) -> None:
    for number in range(20):
        wrong(f"made-up-{number}@example.com", REMOTE_ADDR=f"2001:db8:1:2::{number:x}")
    assert locked_out(hr.user.email, REMOTE_ADDR="2001:db8:1:2:ffff::1")
    assert not locked_out(hr.user.email, REMOTE_ADDR="2001:db8:1:3::1")


def test_old_counts_are_cleared_away(hr: Membership, still_clock: time_machine.Traveller) -> None:
    wrong(hr.user.email)
    still_clock.shift(timedelta(hours=23))
    limits.clear_old()
    assert Tries.objects.exists()
    still_clock.shift(timedelta(hours=2))
    limits.clear_old()
    assert not Tries.objects.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_many_tries_at_the_same_moment_five_are_looked_at() -> None:
    taken: list[bool] = []

    def one() -> None:
        try:
            limits.take([(limits.PASSWORD, "somebody"), (limits.NETWORK, "192.0.2.1")])
        except limits.TooManyTriesError:
            taken.append(False)
        else:
            taken.append(True)
        connection.close()

    threads = [Thread(target=one) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 7 + [True] * TRIES
