"""Passkeys at log-in, after a password, and once more before what matters."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from staffpassport.accounts.models import Membership, User
from staffpassport.audit.models import Event, Kind
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.accounts.security_key import SecurityKey
from tests.accounts.signing_in import (
    CODE,
    FRESH_CODE,
    LOG_IN,
    RECOVERY_CODES,
    SET_UP,
    code_of,
    codes_on,
    give_password,
    with_authenticator,
    with_recovery_codes,
)
from tests.checking import CheckingClient
from tests.reading import error_sentences, text

pytestmark = pytest.mark.django_db

ALONE = "/log-in/passkey"


@pytest.fixture
def key(hr: Membership) -> SecurityKey:
    """The passkey of the HR user."""
    return set_up(hr.user)


def set_up(user: User) -> SecurityKey:
    """Goes through the first log-in with a passkey."""
    key, client = SecurityKey(), CheckingClient()
    give_password(client, user.email)
    options = client.post(f"{SET_UP}/passkey").json()
    assert client.post(SET_UP, {"passkey": key.make(options)})["Location"] == RECOVERY_CODES
    client.post(RECOVERY_CODES)
    return key


def show(client: CheckingClient, key: SecurityKey, begin: str, where: str, **more: Any) -> Any:
    return client.post(where, {"passkey": key.give(client.post(begin).json()), **more})


def alone(client: CheckingClient, key: SecurityKey, **more: Any) -> Any:
    return show(client, key, f"{ALONE}/begin", ALONE, **more)


def details(kind: Kind) -> list[tuple[str, str]]:
    return list(Event.objects.filter(kind=kind).order_by("id").values_list("subject", "detail"))


def test_the_first_log_in_may_set_up_a_passkey(visitor: CheckingClient, hr: Membership) -> None:
    give_password(visitor, hr.user.email)
    options = visitor.post(f"{SET_UP}/passkey").json()
    answer = SecurityKey().make(options)
    assert visitor.post(SET_UP, {"passkey": answer})["Location"] == RECOVERY_CODES
    assert len(codes_on(visitor.get(RECOVERY_CODES))) == 10
    visitor.post(RECOVERY_CODES)
    assert visitor.get("/people").status_code == 200
    assert details(Kind.FACTOR_ADDED) == [(str(hr.user.pk), "passkey")]


def test_a_password_alone_adds_no_passkey_to_those_there_are(hr: Membership) -> None:
    """Two browsers begin the first log-in: the second to end must not add a key to the account of the first."""
    first, second = CheckingClient(), CheckingClient()
    answers = []
    for client in (first, second):
        give_password(client, hr.user.email)
        answers.append(SecurityKey().make(client.post(f"{SET_UP}/passkey").json()))
    first.post(SET_UP, {"passkey": answers[0]})
    second.post(SET_UP, {"passkey": answers[1]})
    assert second.get("/people")["Location"].startswith(LOG_IN)
    assert Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).count() == 1


def test_a_passkey_logs_in_alone_and_leads_to_the_page_that_was_wanted(
    visitor: CheckingClient, hr: Membership, key: SecurityKey
) -> None:
    assert alone(visitor, key, next="/people?status=active")["Location"] == "/people?status=active"
    assert visitor.get("/people").status_code == 200
    assert details(Kind.LOGGED_IN)[-1] == (str(hr.user.pk), "")
    assert Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).last_used_at
    assert visitor.post(ALONE, {})["Location"] == "/", "whoever is inside stays inside"


def test_it_leads_to_no_other_site(visitor: CheckingClient, key: SecurityKey) -> None:
    assert alone(visitor, key, next="https://evil.example/")["Location"] == "/"


def test_log_in_by_passkey_is_not_fresh(visitor: CheckingClient, key: SecurityKey) -> None:
    alone(visitor, key)
    assert visitor.get(FRESH_CODE).status_code == 200


def test_what_is_wrong_is_said_on_the_log_in_page_and_written_down(
    visitor: CheckingClient, hr: Membership, key: SecurityKey
) -> None:
    key.count = 0
    answer = alone(visitor, key, next="/people")
    assert answer["Location"] == "/log-in?next=%2Fpeople"
    assert "seems to have been copied" in text(visitor.get(answer["Location"]))
    for sent in ("{", "[]", "null", ""):
        visitor.post(f"{ALONE}/begin")
        assert visitor.post(ALONE, {"passkey": sent})["Location"] == LOG_IN
        assert "Important" in text(visitor.get(LOG_IN))
    assert visitor.get("/people")["Location"].startswith(LOG_IN)
    assert details(Kind.LOG_IN_REFUSED) == [
        (str(hr.user.pk), "passkey that seems to be copied"),
        ("unknown", "passkey"),
        ("unknown", "passkey"),
        ("unknown", "passkey"),
    ], "nothing shown is no try"


def test_asking_for_a_passkey_is_limited_by_address(visitor: CheckingClient) -> None:
    answers = [visitor.post(f"{ALONE}/begin").status_code for _ in range(121)]
    assert answers == [200] * 120 + [429]


def test_somebody_who_is_disabled_does_not_get_in(visitor: CheckingClient, key: SecurityKey) -> None:
    User.objects.update(is_active=False)
    assert alone(visitor, key)["Location"] == LOG_IN
    assert "not known here" in text(visitor.get(LOG_IN))


def test_after_a_password_the_page_offers_what_the_person_has(
    visitor: CheckingClient, hr: Membership, key: SecurityKey
) -> None:
    give_password(visitor, hr.user.email)
    page = visitor.get(CODE)
    assert "Use your passkey" in text(page)
    assert "Recovery code" in text(page)
    assert "authenticator app" not in text(page)
    with_authenticator(hr.user)
    page = visitor.get(CODE)
    assert "Enter your security code" in text(page)
    assert "Use a passkey or security key" in text(page)


def test_a_passkey_is_the_second_factor_after_a_password(
    visitor: CheckingClient, hr: Membership, key: SecurityKey
) -> None:
    key.verifies = False  # the password was the other factor
    give_password(visitor, hr.user.email)
    assert show(visitor, key, f"{CODE}/passkey", CODE)["Location"] == "/"
    assert visitor.get("/people").status_code == 200


def test_somebody_elses_passkey_is_no_second_factor(
    visitor: CheckingClient, hr: Membership, key: SecurityKey, trust: Organisation
) -> None:
    colleague = making.member(trust, Role.HR_USER).user
    with_authenticator(colleague)
    give_password(visitor, colleague.email)
    assert visitor.post(f"{CODE}/passkey").status_code == 400, "there is none to ask for"
    begun = visitor.post(f"{ALONE}/begin").json()
    assert visitor.post(CODE, {"passkey": key.give(begun)})["Location"] == CODE
    assert visitor.get("/people")["Location"].startswith(LOG_IN)


def test_a_recovery_code_stands_in_for_a_lost_passkey(
    visitor: CheckingClient, hr: Membership, key: SecurityKey
) -> None:
    code = with_recovery_codes(hr.user)[0]
    give_password(visitor, hr.user.email)
    assert error_sentences(visitor.post(CODE, {"code": "000000"})) == [
        "Recovery code is not right, or was used already. Check it, or type another one"
    ]
    assert visitor.post(CODE, {"code": code})["Location"] == "/"


def test_a_passkey_is_fresh_as_a_code_is(visitor: CheckingClient, hr: Membership, key: SecurityKey) -> None:
    alone(visitor, key)
    where = f"{FRESH_CODE}?next=/users"
    assert show(visitor, SecurityKey(), f"{FRESH_CODE}/passkey", where)["Location"].startswith(FRESH_CODE)
    assert visitor.get(where).status_code == 200
    assert show(visitor, key, f"{FRESH_CODE}/passkey", where)["Location"] == "/users"
    assert visitor.get(where)["Location"] == "/users"
    assert details(Kind.CODE_REFUSED) == [(str(hr.user.pk), "passkey")]
    assert details(Kind.CODE_GIVEN) == [(str(hr.user.pk), "passkey")]


def test_a_stolen_session_key_does_not_share_what_a_passkey_opened(
    visitor: CheckingClient, key: SecurityKey
) -> None:
    alone(visitor, key)
    stolen = visitor.session.session_key
    show(visitor, key, f"{FRESH_CODE}/passkey", FRESH_CODE)
    assert visitor.session.session_key != stolen


def test_a_code_still_does_where_there_is_a_passkey_too(
    visitor: CheckingClient, hr: Membership, key: SecurityKey
) -> None:
    secret = with_authenticator(hr.user)
    give_password(visitor, hr.user.email)
    assert visitor.post(CODE, {"code": code_of(secret)})["Location"] == "/"


def test_the_steps_of_others_are_not_open_without_their_password(visitor: CheckingClient) -> None:
    assert visitor.get(CODE)["Location"] == LOG_IN
    assert visitor.post(f"{CODE}/passkey")["Location"] == LOG_IN
    assert visitor.get(f"{ALONE}/begin").status_code == 405
