"""Second factors at rest: encrypted, and readable through a change of keys."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.contrib.sessions.models import Session
from hypothesis import given
from hypothesis import strategies as st

from staffpassport.accounts import factors
from staffpassport.accounts.models import Membership
from tests.accounts.signing_in import (
    CODE,
    SET_UP,
    code_of,
    give_password,
    key_on,
    stored_secret,
    with_authenticator,
    with_recovery_codes,
)
from tests.checking import CheckingClient

OLD, NEW = "an old key of the tests 0123456789abcdef", "a new key of the tests 0123456789abcdef"


@given(st.text())
def test_what_was_encrypted_can_be_read_again(text: str) -> None:
    assert factors.decrypt(factors.encrypt(text)) == text


def test_the_same_secret_never_looks_the_same() -> None:
    assert factors.encrypt("secret") != factors.encrypt("secret")


@pytest.mark.django_db
def test_no_secret_stands_in_the_database_as_it_is(visitor: CheckingClient, hr: Membership) -> None:
    give_password(visitor, hr.user.email)
    key = key_on(visitor.get(SET_UP))
    waiting = Session.objects.get(session_key=visitor.session.session_key).get_decoded()
    assert key not in str(waiting), "not even while it is being set up"
    visitor.post(SET_UP, {"code": code_of(key)})
    assert factors.decrypt(stored_secret(hr.user)) == key
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert key not in kept
    assert not any(code in kept for code in with_recovery_codes(hr.user))
    assert key not in str(visitor.session.items())


@pytest.mark.django_db
def test_a_change_of_keys_keeps_old_factors_good(hr: Membership, settings: Any) -> None:
    settings.FACTOR_KEYS = [OLD]
    secret = with_authenticator(hr.user)
    settings.FACTOR_KEYS = [NEW, OLD]
    client = CheckingClient()
    give_password(client, hr.user.email)
    assert client.post(CODE, {"code": code_of(secret)})["Location"] == "/"


def test_new_secrets_are_encrypted_with_the_newest_key(settings: Any) -> None:
    settings.FACTOR_KEYS = [NEW, OLD]
    written = factors.encrypt("secret")
    settings.FACTOR_KEYS = [NEW]
    assert factors.decrypt(written) == "secret"
    settings.FACTOR_KEYS = [OLD]
    with pytest.raises(InvalidToken):
        factors.decrypt(written)


@pytest.mark.django_db
def test_a_key_lost_while_setting_up_makes_a_new_secret(
    visitor: CheckingClient, hr: Membership, settings: Any
) -> None:
    give_password(visitor, hr.user.email)
    before = key_on(visitor.get(SET_UP))
    settings.FACTOR_KEYS = [NEW]
    after = key_on(visitor.get(SET_UP))
    assert after != before
    assert visitor.post(SET_UP, {"code": code_of(after)}).status_code == 302


@pytest.mark.django_db
def test_recovery_codes_alone_are_no_factor(hr: Membership) -> None:
    with_recovery_codes(hr.user)
    assert not factors.has_one(hr.user)
