"""What a trust tells of an account that is the person's own, and what only they are told."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from staffpassport.accounts.models import User, UserSession
from staffpassport.accounts.network import A_STAFF_MEMBER, by_themselves
from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import Actor, record
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.portal.held_account import ELSEWHERE, account_of
from tests import making
from tests.signup.holders import owned

pytestmark = pytest.mark.django_db

NETWORK = "192.0.2.44"


def somebody(trust: Organisation) -> User:
    """With an account that was made for another trust's passport, and logs in by what was proved there."""
    user: User = User.objects.create_user(email="at.home@example.com", name="Grace Adeyemi")
    user.phone = "+447946000333"
    user.save()
    now = timezone.now()
    UserSession.objects.create(
        user=user, device="Firefox on Linux", network_address=NETWORK, began_at=now, last_seen_at=now
    )
    by = Actor.person(user.pk, "A staff member", NETWORK)
    record(Kind.LOGGED_IN, actor=by, organisation_id=None, subject=user.pk)
    record(
        Kind.USER_DISABLED, actor=making.BY, organisation_id=trust.pk, subject=user.pk, detail="of a trust"
    )
    other = Actor("task:log-in", "Somebody", "198.51.100.9")
    record(Kind.LOG_IN_REFUSED, actor=other, organisation_id=None, subject=user.pk, detail="password")
    return user


def told_by_command(email: str) -> list[list[str]]:
    out = io.StringIO()
    call_command("held_of_account", email, stdout=out)
    return list(csv.reader(io.StringIO(out.getvalue())))


def test_a_trust_tells_nothing_that_only_another_trust_knows(
    trust: Organisation, other_trust: Organisation
) -> None:
    user = somebody(other_trust)
    told = list(account_of(owned(trust, user, email="grace@example.com")))
    assert [what for what, held, *_ in told if held == ELSEWHERE] == [
        "Name of the account",
        "Logs in as",
        "Gets codes at",
    ]
    for secret in ("at.home", "Adeyemi", "946000333", NETWORK, "198.51.100.9", "of a trust"):
        assert secret not in str(told)
    assert {"Firefox on Linux"} <= {held for _, held, *_ in told}
    assert {"Logged in", "Log in refused"} <= {what for what, *_ in told}


def test_a_name_in_another_trusts_portal_is_not_told(trust: Organisation, other_trust: Organisation) -> None:
    user = making.member(other_trust, Role.HR_USER).user
    own = owned(trust, user, first_name="Grace", last_name="Okafor")
    record(Kind.LOGGED_IN, actor=by_themselves(user, NETWORK), organisation_id=None, subject=user.pk)
    told = list(account_of(own))
    assert user.name not in str(told)
    assert ("Logged in", A_STAFF_MEMBER) in {(what, by) for what, _held, _at, by in told}


def test_what_the_trust_knows_itself_is_told(trust: Organisation) -> None:
    own = owned(trust, email="grace@example.com", first_name="Grace", last_name="Okafor")
    told = dict(row[:2] for row in account_of(own))
    assert (told["Name of the account"], told["Logs in as"]) == ("Grace Okafor", "grace@example.com")
    assert list(account_of(making.passport(trust))) == []


def test_the_person_gets_all_of_it_from_whoever_runs_the_portal(
    trust: Organisation, other_trust: Organisation
) -> None:
    user = somebody(other_trust)
    owned(trust, user)
    rows = told_by_command("At.Home@example.com")
    told = {(what, held) for what, held, *_ in rows}
    assert ("Logs in as", "at.home@example.com") in told
    assert ("Logged in", f"Firefox on Linux, {NETWORK}") in told
    assert ("Logged in", NETWORK) in told, "the event"
    assert "198.51.100.9" not in str(rows), "that is of somebody else"
    assert Event.objects.get(kind=Kind.HELD_DOWNLOADED).subject == str(user.pk)
    with pytest.raises(CommandError, match="no account"):
        told_by_command("nobody@example.com")
