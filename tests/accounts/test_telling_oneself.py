"""Whoever logs in hears of each change of how they do: HR by their trust, staff members by that of their passport."""

from __future__ import annotations

import pytest

from staffpassport.accounts import factor_notices, own_notices
from staffpassport.accounts.models import Membership, User
from staffpassport.accounts.oneself import mail_oneself
from staffpassport.audit.models import Kind
from staffpassport.audit.record import event, write
from staffpassport.messaging import composers
from staffpassport.messaging.composers import Content, NoLongerWanted
from staffpassport.messaging.models import Message
from staffpassport.organisations.models import Organisation
from tests import making
from tests.accounts.holding import holder

pytestmark = pytest.mark.django_db


def new_device(user: User) -> None:
    happened = event(
        Kind.NEW_DEVICE, actor=making.BY, organisation_id=None, subject=user.pk, detail="Firefox"
    )
    write([happened])
    mail_oneself(user, purpose=own_notices.NEW_DEVICE, about=happened.pk)


def said(message: Message) -> str:
    content = composers.compose([message])[message.pk]
    assert isinstance(content, Content)
    return content.body


def test_a_staff_member_who_works_in_no_portal_hears_of_it_from_the_trust_of_the_passport(
    trust: Organisation,
) -> None:
    user = holder(trust, first_name="Zebedee")
    Message.everywhere.all().delete()
    new_device(user)
    factor_notices.record_and_tell(Kind.PASSWORD_CHANGED, user, by=making.BY)
    messages = list(Message.everywhere.order_by("pk"))
    assert [(message.organisation, message.recipient) for message in messages] == [(trust, user.email)] * 2
    assert f"tell the HR team of {trust}" in said(messages[0])
    assert "Hello Zebedee Okafor" in said(messages[1])
    assert trust.hr_email in said(messages[1])


def test_a_portal_user_hears_of_it_from_their_trust_by_the_name_that_it_gave_them(hr: Membership) -> None:
    Membership.everywhere.filter(pk=hr.pk).update(name="Alex of HR")
    new_device(hr.user)
    (message,) = Message.everywhere.filter(purpose=own_notices.NEW_DEVICE)
    assert "Hello Alex of HR" in said(message)
    assert "a senior portal administrator of your trust" in said(message)


def test_whoever_no_trust_knows_any_more_gets_none(db: None) -> None:
    new_device(User.objects.create_user(email="nobody@example.com", name="Nobody"))
    assert not Message.everywhere.exists()


def test_whoever_was_disabled_before_it_went_out_gets_none(hr: Membership) -> None:
    new_device(hr.user)
    User.objects.filter(pk=hr.user_id).update(is_active=False)
    (message,) = Message.everywhere.filter(purpose=own_notices.NEW_DEVICE)
    assert composers.compose([message])[message.pk] == NoLongerWanted("user-gone")
