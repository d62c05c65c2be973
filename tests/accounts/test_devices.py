"""That somebody is told of a log-in on a device that is new to them, and how devices are called."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from staffpassport.accounts import own_notices, sessions, user_agents
from staffpassport.accounts.browsers import COOKIE
from staffpassport.accounts.links import PRINTED_LIVES, password_link
from staffpassport.accounts.models import KnownDevice, Membership
from staffpassport.audit.models import Event, Kind
from staffpassport.messaging import composers
from staffpassport.messaging.composers import Content
from staffpassport.messaging.models import Message
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.accounts.signing_in import give_password
from tests.checking import CheckingClient

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"


def browser() -> CheckingClient:
    return CheckingClient(headers={"user-agent": FIREFOX})


def told() -> list[str]:
    messages = list(Message.everywhere.filter(purpose=own_notices.NEW_DEVICE))
    said = composers.compose(messages)
    bodies = [said[message.pk] for message in messages]
    return [content.body for content in bodies if isinstance(content, Content)]


def test_a_second_device_is_told_of_once_and_the_first_is_not(hr: Membership) -> None:
    first, second = browser(), browser()
    give_password(first, hr.user.email)
    assert told() == []
    give_password(second, hr.user.email)
    assert [("Firefox on Linux" in body, "127.0.0.1" in body) for body in told()] == [(True, True)]
    assert "/your-account/sessions" in told()[0]
    for client in (first, second):
        client.post("/log-out")
        give_password(client, hr.user.email)
    assert len(told()) == 1
    assert Event.objects.filter(kind=Kind.NEW_DEVICE, subject=hr.user_id).count() == 1


def test_a_device_that_two_people_share_is_new_to_each(hr: Membership, trust: Organisation) -> None:
    other = making.member(trust, Role.HR_USER)
    shared = browser()
    give_password(browser(), other.user.email)
    give_password(shared, hr.user.email)
    shared.post("/log-out")
    give_password(shared, other.user.email)
    assert len(told()) == 1
    digests = KnownDevice.objects.values_list("digest", flat=True)
    assert len({bytes(digest) for digest in digests}) == 3


def test_a_cookie_that_is_not_from_us_makes_no_device_known(hr: Membership) -> None:
    first, forged = browser(), browser()
    give_password(first, hr.user.email)
    forged.cookies[COOKIE] = first.cookies[COOKIE].value[:-3] + "AAA"
    give_password(forged, hr.user.email)
    assert len(told()) == 1


def test_a_password_chosen_by_a_link_makes_no_device_known(hr: Membership) -> None:
    """The limits know the browser from then on; but whoever reads the mailbox is not to log in unseen."""
    give_password(browser(), hr.user.email)
    thief = browser()
    thief.post(
        password_link(hr.user, lives=PRINTED_LIVES), {"password": "another long password of the tests"}
    )
    assert COOKIE in thief.cookies
    give_password(thief, hr.user.email, "another long password of the tests")
    assert len(told()) == 1


def test_a_device_that_no_browser_knows_any_more_is_forgotten(hr: Membership) -> None:
    now = timezone.now()
    for days in (399, 401):
        KnownDevice.objects.create(
            user=hr.user, digest=str(days).encode(), last_used_at=now - timedelta(days=days)
        )
    sessions.clear_ended()
    assert [bytes(one.digest) for one in KnownDevice.objects.all()] == [b"399"]


def test_the_cookie_is_set_at_log_in_only_and_out_of_reach_of_scripts(
    hr: Membership, visitor: CheckingClient
) -> None:
    visitor.get("/log-in")
    assert COOKIE not in visitor.cookies
    give_password(visitor, hr.user.email)
    cookie = visitor.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 Version/17.4 Safari/605.1",
            "Safari on a Mac",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) CriOS/130.0 Mobile Safari/604.1",
            "Chrome on an iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 SamsungBrowser/26.0 Chrome/122.0 Safari/537.36",
            "Samsung Internet on Android",
        ),
        ("", "A browser on an unknown system"),
    ],
)
def test_devices_are_called_by_what_their_browser_says(user_agent: str, words: str) -> None:
    assert user_agents.in_words(user_agent) == words
