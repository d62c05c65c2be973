"""`manage.py create_portal_user`: whatever is typed, an account or a sentence."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from staffpassport.accounts import links
from staffpassport.accounts.models import Membership, User
from staffpassport.audit.models import Event, Kind
from staffpassport.messaging.models import Message
from staffpassport.organisations.models import Organisation

pytestmark = pytest.mark.django_db


def run(**given: str) -> str:
    options = {"organisation": "RZ1", "email": "jo.hill@example.com", "name": "Jo Hill", "role": "hr-user"}
    out = io.StringIO()
    told = [f"--{name}={value}" for name, value in {**options, **given}.items()]
    call_command("create_portal_user", *told, stdout=out)
    return out.getvalue()


@pytest.fixture
def no_provider(settings: Any) -> None:
    settings.MESSAGE_PROVIDER = "none"


@pytest.mark.usefixtures("no_provider")
def test_without_a_provider_a_link_for_one_hour_is_printed(trust: Organisation) -> None:
    said = run(email=" Jo.Hill@Example.COM ", name="  Jo   Hill ")
    assert "Created Jo Hill, jo.hill@example.com, HR user of Fairdale Teaching Hospitals" in said
    assert "works once and for one hour" in said
    user = User.objects.get(email="jo.hill@example.com")
    assert links.user_of(said.split()[-1].rpartition("/")[2]) == user
    assert not user.has_usable_password()
    assert Membership.objects.of(trust).get().role == "hr-user"
    event = Event.objects.get(kind=Kind.USER_CREATED)
    assert (event.actor, event.subject) == ("task:create_portal_user", str(user.pk))


def test_with_a_provider_the_link_is_mailed_and_not_printed(trust: Organisation) -> None:
    said = run()
    assert "on its way to jo.hill@example.com" in said
    assert "choose-password" not in said
    assert Message.everywhere.get().recipient == "jo.hill@example.com"


@pytest.mark.usefixtures("no_provider")
def test_run_again_it_gives_a_new_link_and_changes_nothing(trust: Organisation) -> None:
    run()
    said = run(name="Somebody Else", role="senior-administrator")
    assert "is already a portal user" in said
    assert links.user_of(said.split()[-1].rpartition("/")[2])
    assert User.objects.get().name == "Jo Hill"
    assert Membership.objects.of(trust).get().role == "hr-user"


def test_somebody_of_another_trust_is_not_said_to_be_created(
    trust: Organisation, other_trust: Organisation
) -> None:
    run()
    said = run(organisation="rz2", name="Other Name", role="read-only")
    assert "Jo Hill, jo.hill@example.com, has an account already" in said
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"organisation": "XXX"}, "--organisation: there is no organisation XXX"),
        ({"organisation": ""}, "--organisation: there is no organisation"),
        ({"email": "jo"}, "--email: Email address must include an @ symbol"),
        ({"email": ""}, "--email: Enter an email address"),
        ({"email": "jo@localhost"}, "--email: "),
        ({"name": "  "}, "--name: enter the person's first and last name"),
        ({"name": "x" * 201}, "--name: "),
        ({"name": "Jo\x00Hill"}, "--name: "),
        ({"role": "boss"}, "invalid choice: 'boss'"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_nothing_is_made(
    trust: Organisation, wrong: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CommandError) as refused:
        run(**wrong)
    assert sentence in str(refused.value)
    assert not User.objects.exists()


def test_a_disabled_user_gets_no_link_that_would_not_work(trust: Organisation) -> None:
    run()
    User.objects.update(is_active=False)
    with pytest.raises(CommandError, match="has been disabled"):
        run()
