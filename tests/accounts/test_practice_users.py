"""Practice users, whose password everybody knows: good in practice mode, and a bar to a start in earnest."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError

from staffpassport.accounts import practice
from staffpassport.accounts.models import Membership, User
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.accounts.signing_in import CODE, give_password
from tests.checking import CheckingClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def alex(trust: Organisation) -> User:
    user: User = making.member(trust, Role.SENIOR_ADMINISTRATOR).user
    user.practice = True
    user.save()
    practice.make_ready(user)
    return user


def test_the_printed_password_and_code_log_in(visitor: CheckingClient, alex: User) -> None:
    assert give_password(visitor, alex.email, practice.PASSWORD)["Location"] == CODE
    code, seconds = practice.code_now()
    assert visitor.post(CODE, {"code": code})["Location"] == "/"
    assert visitor.get("/").status_code == 200
    assert 1 <= seconds <= 30


def test_making_ready_twice_makes_one_factor(alex: User) -> None:
    practice.make_ready(alex)
    assert alex.authenticator_set.count() == 1  # type: ignore[attr-defined]


def test_the_start_in_earnest_is_refused_with_practice_users(alex: User, settings: Any) -> None:
    practice.refuse_practice_users()
    settings.PRACTICE_MODE = False
    with pytest.raises(ImproperlyConfigured, match="practice users"):
        practice.refuse_practice_users()


def test_a_worker_in_earnest_is_refused_with_practice_users_too(alex: User, settings: Any) -> None:
    settings.PRACTICE_MODE = False
    with pytest.raises(ImproperlyConfigured, match="practice users"):
        call_command("work")


def test_the_start_in_earnest_goes_on_with_others(hr: Membership, settings: Any) -> None:
    settings.PRACTICE_MODE = False
    practice.refuse_practice_users()


def test_in_earnest_practice_users_neither_log_in_nor_stay(alex: User, settings: Any) -> None:
    """The check at the start passes where the database does not answer yet."""
    inside = making.logged_in(Membership.everywhere.get(user=alex))
    assert inside.get("/people").status_code == 200
    settings.PRACTICE_MODE = False
    assert inside.get("/people")["Location"].startswith("/log-in")
    assert give_password(CheckingClient(), alex.email, practice.PASSWORD).status_code == 200


def test_before_the_first_migration_there_is_nobody_to_refuse(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_table(**_: object) -> None:
        raise DatabaseError("no such table")

    settings.PRACTICE_MODE = False
    monkeypatch.setattr(User.objects, "filter", no_table)
    practice.refuse_practice_users()
