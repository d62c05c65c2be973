"""Wrong tries are limited per account and per network address, over all processes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.core.management import call_command
from django.db import connection

from staffpassport.accounts.adapters import TRY_LATER
from staffpassport.accounts.models import Membership
from staffpassport.audit.models import Event, Kind
from tests.accounts.signing_in import CODE, LOG_IN, SET_UP, code_of, give_password, with_authenticator
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
    return page.status_code == 200 and error_sentences(page) == [TRY_LATER]


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


def test_the_counters_stand_in_the_database_with_room_for_an_attack() -> None:
    """In memory each process would count for itself; with Django's 300 entries a few hundred made-up addresses
    would push a victim's counter out.
    """
    from staffpassport import settings as product

    counters = product.CACHES["default"]
    assert counters["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    assert counters["OPTIONS"]["MAX_ENTRIES"] >= 100_000  # type: ignore[index]


def test_the_limit_holds_in_a_cache_in_the_database(hr: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("createcachetable", "counters_under_test", verbosity=0)
    in_database = DatabaseCache("counters_under_test", {})
    monkeypatch.setattr(caches._connections, "default", in_database, raising=False)  # type: ignore[attr-defined]
    wrong(hr.user.email, times=TRIES)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM counters_under_test")
        assert cursor.fetchone()[0], "the counters must stand there, or this test shows nothing"
    assert locked_out(hr.user.email)
    in_database.clear()
    assert not locked_out(hr.user.email)
