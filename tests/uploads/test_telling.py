"""Every bulk invitation is told to the trust's senior administrators."""

from __future__ import annotations

import pytest
from django.utils import timezone

from staffpassport.accounts.models import Membership
from staffpassport.audit.record import Actor
from staffpassport.messaging import composers
from staffpassport.messaging.composers import Content
from staffpassport.messaging.models import Message
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.uploads import actions, telling
from tests import making
from tests.uploads import lists

pytestmark = pytest.mark.django_db


def told() -> list[Message]:
    return list(Message.everywhere.filter(purpose=telling.PURPOSE).order_by("recipient"))


def test_a_confirmed_upload_is_told_to_each_senior_administrator_once(
    trust: Organisation, other_trust: Organisation
) -> None:
    seniors = [making.member(trust, Role.SENIOR_ADMINISTRATOR) for _ in range(3)]
    making.member(trust, Role.HR_USER)
    making.member(other_trust, Role.SENIOR_ADMINISTRATOR)
    Membership.everywhere.filter(pk=seniors[2].pk).update(ended_at=timezone.now())
    jo = Actor.person(seniors[0].user_id, "Jo Hill")
    upload = lists.checked(trust, lists.people(3), name="Amara Nwosu.csv")
    assert told() == []
    assert actions.confirm(upload, plan_hash=upload.plan_hash, by=jo)
    assert not actions.confirm(upload, plan_hash=upload.plan_hash, by=jo), "a second click"
    assert [message.recipient for message in told()] == sorted(one.user.email for one in seniors[:2])
    content = composers.compose(told())[told()[0].pk]
    assert isinstance(content, Content)
    assert content.subject == f"3 people invited with a list by {trust}"
    assert "Jo Hill confirmed a list" in content.body
    assert f"/people/uploads/{upload.pk}\n" in content.body
    for name in ("Amara", "Nwosu", "listed"):
        assert name not in content.subject + content.body


def test_another_plan_than_the_one_shown_is_told_to_nobody(trust: Organisation) -> None:
    making.member(trust, Role.SENIOR_ADMINISTRATOR)
    upload = lists.checked(trust, lists.people(1))
    assert not actions.confirm(upload, plan_hash="another", by=making.BY)
    assert told() == []
