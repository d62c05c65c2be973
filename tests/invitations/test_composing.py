"""From an invitation to the words that a provider gets, and from a message's fate back to the passport."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from staffpassport.audit.models import Event, Kind
from staffpassport.invitations import links
from staffpassport.invitations.composing import compose, preview
from staffpassport.invitations.listening import messages_changed
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.composers import Content, NoLongerWanted, ToCompose
from staffpassport.messaging.listeners import Change
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel, State
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from tests import making

pytestmark = pytest.mark.django_db


def to_compose(message: Message) -> ToCompose:
    return ToCompose(
        id=message.id,
        organisation_id=message.organisation_id,
        about=message.about,
        purpose=message.purpose,
        channel=Channel(message.channel),
        created_at=message.created_at,
    )


def waiting(trust: Organisation) -> list[ToCompose]:
    return [to_compose(message) for message in Message.objects.of(trust).order_by("id")]


def test_what_is_sent_is_what_the_check_page_showed_but_for_the_link(
    trust: Organisation, settings: LazySettings
) -> None:
    making.passport(trust, first_name="Zoë")
    invitation = Invitation.objects.of(trust).get()
    shown = preview(trust, "Zoë", invitation.expires_at, making.COHORT)
    sent = compose(waiting(trust))
    for message in waiting(trust):
        content = sent[message.id]
        assert isinstance(content, Content)
        token = links.token(bytes(invitation.link_id), message.channel)
        assert token in content.body
        assert content.body.replace(token, "•" * 26) == shown[message.channel].body
        assert content.subject == shown[message.channel].subject


def test_email_and_text_of_one_invitation_have_different_links(trust: Organisation) -> None:
    making.passport(trust)
    link_id = bytes(Invitation.objects.of(trust).get().link_id)
    assert links.token(link_id, Channel.EMAIL) != links.token(link_id, Channel.TEXT)


def test_a_batch_takes_two_queries_however_large(
    trust: Organisation, other_trust: Organisation, django_assert_num_queries: Any
) -> None:
    for _ in range(10):
        making.passport(trust)
        making.passport(other_trust)
    messages = waiting(trust) + waiting(other_trust)
    with django_assert_num_queries(2):
        assert len(compose(messages)) == 40


@pytest.mark.parametrize(
    "change",
    [
        {"ended_at": timezone.now(), "ended_reason": Invitation.EndedReason.WITHDRAWN},
        {"accepted_at": timezone.now()},
        {"expires_at": timezone.now() - timedelta(seconds=1)},
    ],
    ids=["withdrawn", "accepted", "expired"],
)
def test_an_invitation_that_is_over_is_not_sent(trust: Organisation, change: dict[str, Any]) -> None:
    making.passport(trust)
    Invitation.objects.of(trust).update(**change)
    assert {type(said) for said in compose(waiting(trust)).values()} == {NoLongerWanted}


def test_an_invitation_of_a_deleted_passport_is_not_sent(trust: Organisation) -> None:
    making.passport(trust)
    StaffPassport.objects.of(trust).delete()
    assert {type(said) for said in compose(waiting(trust)).values()} == {NoLongerWanted}


def changed(message: ToCompose, new: State) -> Change:
    return Change(
        message_id=message.id,
        organisation_id=message.organisation_id,
        about=message.about,
        purpose=message.purpose,
        channel=message.channel,
        old=State.QUEUED,
        new=new,
        failure="no-such-address" if new is State.FAILED else "",
    )


def test_the_fate_of_each_message_stands_on_the_passport_and_in_its_history(trust: Organisation) -> None:
    passport = making.passport(trust)
    email, text = waiting(trust)
    messages_changed([changed(email, State.FAILED), changed(text, State.DELIVERED)])
    passport.refresh_from_db()
    assert (passport.email_state, passport.text_state) == (State.FAILED, State.DELIVERED)
    told = Event.objects.filter(subject=str(passport.pk)).values_list("kind", "detail")
    assert {(Kind.MESSAGE_FAILED, "Email"), (Kind.MESSAGE_DELIVERED, "Text message")} <= set(told)


def test_news_of_an_invitation_that_was_replaced_changes_no_state(trust: Organisation) -> None:
    passport = making.passport(trust)
    Invitation.objects.of(trust).update(ended_at=timezone.now(), ended_reason=Invitation.EndedReason.REPLACED)
    email, _ = waiting(trust)
    messages_changed([changed(email, State.FAILED)])
    passport.refresh_from_db()
    assert passport.email_state == State.QUEUED


def test_events_of_messages_name_nobody(trust: Organisation) -> None:
    passport = making.passport(trust, email="grace.o@example.com")
    email, text = waiting(trust)
    messages_changed([changed(email, State.SENT), changed(text, State.SENT)])
    for event in Event.objects.filter(subject=str(passport.pk)):
        written = " ".join(str(value) for value in vars(event).values())
        assert not any(personal in written for personal in ("Grace", "Okafor", "grace.o", passport.phone))
