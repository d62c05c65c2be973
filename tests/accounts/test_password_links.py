"""One-time links to choose a password."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from staffpassport.accounts import links, mails
from staffpassport.accounts.models import Membership, User
from staffpassport.audit.models import Event, Kind
from staffpassport.messaging.composers import Content, NoLongerWanted, ToCompose
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.accounts.signing_in import give_password
from tests.checking import CheckingClient
from tests.reading import error_sentences, text

PASSWORD = "three random words here"


@pytest.fixture
def new_user(trust: Organisation) -> User:
    """Somebody who has not chosen a password yet."""
    user: User = making.member(trust, Role.HR_USER).user
    user.set_unusable_password()
    user.save()
    return user


def path_of(user: User, lives: timedelta = links.PRINTED_LIVES) -> str:
    address = urlsplit(links.password_link(user, lives=lives))
    assert f"{address.scheme}://{address.netloc}" == settings.BASE_URL
    return address.path


def test_a_link_sets_the_password_once(visitor: CheckingClient, new_user: User) -> None:
    path = path_of(new_user)
    assert new_user.email in text(visitor.get(path))
    assert visitor.post(path, {"password": PASSWORD})["Location"] == "/log-in"
    assert "Your password is saved" in text(visitor.get("/log-in"))
    assert visitor.get(path).status_code == 410
    assert visitor.post(path, {"password": "somebody else chooses"}).status_code == 410
    assert give_password(CheckingClient(), new_user.email, PASSWORD).status_code == 302


def test_looking_at_a_link_again_and_again_does_not_use_it_up(
    visitor: CheckingClient, new_user: User
) -> None:
    path = path_of(new_user)
    for _ in range(100):
        assert visitor.get(path).status_code == 200
        assert visitor.head(path).status_code == 200
    assert visitor.post(path, {"password": PASSWORD}).status_code == 302


def test_all_links_end_when_one_is_used(visitor: CheckingClient, new_user: User) -> None:
    first, second = path_of(new_user), path_of(new_user, links.MAILED_LIVES)
    visitor.post(second, {"password": PASSWORD})
    assert visitor.get(first).status_code == 410


@pytest.mark.parametrize("lives", [links.PRINTED_LIVES, links.MAILED_LIVES])
def test_a_link_ends_with_its_time(visitor: CheckingClient, new_user: User, lives: timedelta) -> None:
    with time_machine.travel("2026-11-02 12:00:00+00:00", tick=False) as clock:
        path = path_of(new_user, lives)
        clock.shift(lives - timedelta(seconds=1))
        assert visitor.get(path).status_code == 200
        clock.shift(timedelta(seconds=2))
        assert visitor.get(path).status_code == 410
        assert visitor.post(path, {"password": PASSWORD}).status_code == 410


def test_a_disabled_users_link_is_dead(visitor: CheckingClient, new_user: User) -> None:
    path = path_of(new_user)
    User.objects.filter(pk=new_user.pk).update(is_active=False)
    assert visitor.get(path).status_code == 410


def test_a_link_is_for_its_own_user(new_user: User, trust: Organisation) -> None:
    other = making.member(trust, Role.HR_USER).user
    found = links.user_of(path_of(new_user).rpartition("/")[2])
    assert found == new_user != other


def test_a_changed_character_makes_a_link_worthless(new_user: User) -> None:
    token = path_of(new_user).rpartition("/")[2]
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        # The last character of a signature has bits to spare.
        assert links.user_of(changed) is None or place == len(token) - 1, place


class AnyToken(TestCase):
    @given(st.text())
    def test_any_text_is_a_link_of_nobody(self, token: str) -> None:
        assert links.user_of(token) is None


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("", "Enter a new password"),
        ("short", "at least 12 characters"),
        ("password1234", "one that many people use"),
        ("alex.morgan.1", "not be like your name or your email address"),
    ],
)
def test_a_weak_password_is_refused_with_a_sentence(
    visitor: CheckingClient, new_user: User, password: str, sentence: str
) -> None:
    path = path_of(new_user)
    page = visitor.post(path, {"password": password})
    assert any(sentence in found for found in error_sentences(page)), error_sentences(page)
    assert visitor.get(path).status_code == 200, "the link is not used up by it"


def test_a_password_is_taken_as_typed(visitor: CheckingClient, new_user: User) -> None:
    typed = "  Grüße — mit Leerzeichen  "
    visitor.post(path_of(new_user), {"password": typed})
    assert give_password(CheckingClient(), new_user.email, typed).status_code == 302
    assert give_password(CheckingClient(), new_user.email, typed.strip()).status_code == 200


def test_choosing_a_password_logs_nobody_in_and_spares_nobody_the_second_factor(
    visitor: CheckingClient, new_user: User
) -> None:
    visitor.post(path_of(new_user), {"password": PASSWORD})
    assert visitor.get("/people")["Location"].startswith("/log-in")


def test_a_password_set_is_an_event(visitor: CheckingClient, new_user: User) -> None:
    visitor.post(path_of(new_user), {"password": PASSWORD})
    event = Event.objects.get(kind=Kind.PASSWORD_SET)
    assert (event.actor, event.subject) == (f"user:{new_user.pk}", str(new_user.pk))
    assert event.network_address == "127.0.0.1"


@pytest.mark.django_db
def test_the_mail_holds_a_link_that_works_and_the_outbox_none(hr: Membership) -> None:
    mails.mail_password_link(hr.user, hr.organisation)
    message = Message.everywhere.get(purpose=mails.PURPOSE)
    assert "choose-password/" not in str(vars(message)), "the link is made when it is sent"
    wanted = ToCompose(
        id=message.pk,
        organisation_id=hr.organisation_id,
        about=message.about,
        purpose=message.purpose,
        channel=Channel.EMAIL,
        created_at=message.created_at,
    )
    content = mails.compose([wanted])[message.pk]
    assert isinstance(content, Content)
    token = content.body.partition("/choose-password/")[2].split()[0]
    assert links.user_of(token) == hr.user
    User.objects.filter(pk=hr.user.pk).update(is_active=False)
    assert isinstance(mails.compose([wanted])[message.pk], NoLongerWanted)
