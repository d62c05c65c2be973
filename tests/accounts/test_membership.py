"""For which trust somebody is asking."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.utils import timezone

from staffpassport.accounts.actions import AlreadyAMemberError, create_portal_user
from staffpassport.accounts.models import Membership, User
from staffpassport.audit.models import Event, Kind
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.checking import CheckingClient
from tests.reading import rows, text

pytestmark = pytest.mark.django_db


def end(membership: Membership) -> None:
    Membership.everywhere.filter(pk=membership.pk).update(ended_at=timezone.now())


def test_an_ended_membership_closes_the_portal_at_the_next_request(
    portal: CheckingClient, hr: Membership
) -> None:
    assert portal.get("/people").status_code == 200
    end(hr)
    assert portal.get("/people").status_code == 403
    assert portal.get("/").status_code == 403


def test_a_changed_role_counts_at_the_next_request(portal: CheckingClient, hr: Membership) -> None:
    assert portal.get("/people/invite").status_code == 200
    Membership.everywhere.filter(pk=hr.pk).update(role=Role.READ_ONLY)
    assert portal.get("/people/invite").status_code == 403


def test_whoever_works_for_two_trusts_sees_one_at_a_time(
    portal: CheckingClient, hr: Membership, trust: Organisation, other_trust: Organisation
) -> None:
    making.passport(trust, first_name="Here")
    making.passport(other_trust, first_name="There")
    create_portal_user(
        organisation=other_trust, email=hr.user.email, name="ignored", role=Role.READ_ONLY, by=making.BY
    )
    assert rows(portal.get("/people")) == ["Here Okafor"]
    session = portal.session
    session["organisation"] = str(other_trust.pk)
    session.save()
    assert rows(portal.get("/people")) == ["There Okafor"]
    assert portal.get("/people/invite").status_code == 403, "the role is that of the chosen trust"
    assert other_trust.name in text(portal.get("/"))


def test_a_chosen_trust_that_is_not_ones_own_is_ignored(
    portal: CheckingClient, trust: Organisation, other_trust: Organisation
) -> None:
    making.passport(other_trust)
    session = portal.session
    session["organisation"] = str(other_trust.pk)
    session.save()
    assert rows(portal.get("/people")) == []
    assert trust.name in text(portal.get("/"))


def test_a_trust_that_was_left_is_not_entered_by_an_old_session(
    portal: CheckingClient, hr: Membership, other_trust: Organisation
) -> None:
    create_portal_user(
        organisation=other_trust, email=hr.user.email, name="x", role=Role.HR_USER, by=making.BY
    )
    session = portal.session
    session["organisation"] = str(hr.organisation_id)
    session.save()
    end(hr)
    assert other_trust.name in text(portal.get("/"))


def test_a_person_known_from_another_trust_keeps_one_account(
    hr: Membership, other_trust: Organisation
) -> None:
    user = create_portal_user(
        organisation=other_trust, email=hr.user.email.upper(), name="x", role=Role.HR_USER, by=making.BY
    )
    assert user == hr.user
    assert User.objects.count() == 1


def test_nobody_is_a_member_of_a_trust_twice(hr: Membership) -> None:
    with pytest.raises(AlreadyAMemberError):
        create_portal_user(
            organisation=hr.organisation, email=hr.user.email, name="x", role=Role.READ_ONLY, by=making.BY
        )
    assert Membership.objects.of(hr.organisation).get().role == Role.HR_USER
    with pytest.raises(IntegrityError):
        Membership.everywhere.create(organisation=hr.organisation, user=hr.user, role=Role.READ_ONLY)


def test_whoever_left_may_come_back(hr: Membership) -> None:
    end(hr)
    create_portal_user(
        organisation=hr.organisation, email=hr.user.email, name="x", role=Role.READ_ONLY, by=making.BY
    )
    assert Membership.objects.of(hr.organisation).count() == 2


def test_a_refusal_is_an_event_that_names_the_page_and_not_the_person_looked_for(
    trust: Organisation,
) -> None:
    reader = making.member(trust, Role.READ_ONLY)
    making.logged_in(reader).get("/people/invite/one?q=grace")
    event = Event.objects.get(kind=Kind.ACCESS_REFUSED)
    assert (event.actor, event.subject) == (f"user:{reader.user.pk}", "invite-one")
    assert event.organisation_id == trust.pk
