"""Mail scanners open links, and some submit the first form that they find. Neither changes anything."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from staffpassport.audit.models import Event
from staffpassport.codes.models import SecurityCode
from staffpassport.invitations import links
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.signup.models import Application, NewInvitationRequest
from tests import making
from tests.checking import CheckingClient
from tests.reading import filled_in
from tests.signup.person import Person, invitation_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace(trust: Organisation) -> StaffPassport:
    return making.passport(trust)


def state() -> list[Any]:
    """All that there is of invitations, people and messages."""
    tables = (Invitation, StaffPassport, Message, Application, NewInvitationRequest)
    rows = [list(table.everywhere.order_by("pk").values()) for table in tables]
    return [*rows, Event.objects.count(), SecurityCode.objects.count()]


def scan(client: CheckingClient, path: str) -> list[str]:
    """Opens a link and submits the first form of each page, as it stands, wherever it leads. Returns the pages."""
    page = client.get(path, follow=True)
    pages = []
    for _ in range(10):
        forms = re.findall(r'<form method="post"\s+action="([^"]*)"', page.content.decode())
        pages.append(str(page.request["PATH_INFO"]))
        if not forms:
            break
        page = client.post(forms[0], filled_in(page), follow=True)
    return pages


@pytest.mark.parametrize("by", Channel)
@pytest.mark.parametrize("life", ["open", "expired", "replaced", "withdrawn"])
def test_a_scanner_that_submits_forms_changes_nothing(grace: StaffPassport, by: Channel, life: str) -> None:
    sent, now = invitation_of(grace), timezone.now()
    changes: dict[str, Any] = {"ended_at": now, "ended_reason": life}
    if life in ("open", "expired"):
        changes = {"expires_at": now + timedelta(days=1 if life == "open" else -1)}
    Invitation.everywhere.filter(pk=sent.pk).update(**changes)
    before = state()
    pages = scan(CheckingClient(), f"/i/{links.token(bytes(sent.link_id), by)}")
    assert state() == before
    if life == "open":
        assert pages[-1] == "/sign-up/another"


@pytest.mark.parametrize("path", ["/invitation/new", "/invitation/not-me"])
def test_nor_does_one_that_follows_links_to_forms(grace: StaffPassport, path: str) -> None:
    sent = invitation_of(grace)
    if path.endswith("new"):
        Invitation.everywhere.filter(pk=sent.pk).update(expires_at=timezone.now())
    person = Person(grace)
    person.open()
    before = state()
    assert scan(person.browser, path)[-1] == path
    assert state() == before


def test_a_link_works_after_a_thousand_looks(grace: StaffPassport) -> None:
    person = Person(grace)
    token = links.token(bytes(invitation_of(grace).link_id), Channel.EMAIL)
    for _ in range(250):
        for path in (f"/i/{token}", "/invitation"):
            person.browser.get(path)
            person.browser.head(path)
    assert "Details received" in person.sign_up().content.decode()


def test_the_token_is_on_no_page_and_in_no_address_of_the_journey(grace: StaffPassport) -> None:
    token = links.token(bytes(invitation_of(grace).link_id), Channel.EMAIL)
    person = Person(grace)
    pages = [person.start(), person.answer_questions(), person.give_code(), person.give_details()]
    for page in pages:
        assert token not in page.content.decode()
        assert all(token not in address for address, _ in page.redirect_chain)
        assert page["Referrer-Policy"] == "strict-origin"
    assert token not in str(dict(person.browser.session.items()))
