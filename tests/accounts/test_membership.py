"""For which trust somebody is asking."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.utils import timezone

from staffpassport.accounts import managing
from staffpassport.accounts.actions import AlreadyAMemberError, create_portal_user
from staffpassport.accounts.models import Membership, User
from staffpassport.audit.models import Event, Kind
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from tests import making
from tests.checking import CheckingClient
from tests.invitations.test_pages import ANSWERS as ONE_PERSON
from tests.reading import error_sentences, rows, text

pytestmark = pytest.mark.django_db


def end(membership: Membership) -> None:
    Membership.everywhere.filter(pk=membership.pk).update(ended_at=timezone.now())


def also_in(trust: Organisation, member: Membership, role: Role = Role.HR_USER) -> Membership:
    """The same person in another trust."""
    made: Membership = Membership.everywhere.create(
        organisation=trust, user=member.user, name="Lex", role=role
    )
    return made


def enter(client: CheckingClient, membership: Membership) -> None:
    assert client.post("/log-in/trust", {"trust": membership.pk}).status_code == 302


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
    there = also_in(other_trust, hr, Role.READ_ONLY)
    enter(portal, there)
    assert rows(portal.get("/people")) == ["There Okafor"]
    assert portal.get("/people/invite").status_code == 403, "the role is that of the chosen trust"
    assert other_trust.name in text(portal.get("/"))
    enter(portal, hr)
    assert rows(portal.get("/people")) == ["Here Okafor"]


def test_whoever_works_for_two_trusts_is_asked_before_any_page(
    portal: CheckingClient, hr: Membership, other_trust: Organisation
) -> None:
    there = also_in(other_trust, hr)
    asked = portal.get("/people?q=grace", follow=True)
    assert asked.redirect_chain == [("/log-in/trust?next=%2Fpeople%3Fq%3Dgrace", 302)]
    assert portal.post("/people/invite/one", {"first_name": "Grace"}).status_code == 302
    assert all(str(one) in text(asked) for one in (hr.organisation, other_trust))
    assert "Select a trust" in error_sentences(portal.post("/log-in/trust", {}))
    answer = portal.post("/log-in/trust?next=%2Fpeople%3Fq%3Dgrace", {"trust": there.pk})
    assert answer["Location"] == "/people?q=grace"
    page = text(portal.get("/people"))
    assert other_trust.name in page
    assert "Change trust" in page
    event = Event.objects.get(kind=Kind.TRUST_ENTERED)
    assert (event.organisation_id, event.subject) == (other_trust.pk, str(hr.user_id))
    assert Membership.everywhere.get(pk=there.pk).last_seen_at
    assert Membership.everywhere.get(pk=hr.pk).last_seen_at is None


def test_nobody_enters_a_trust_that_is_not_theirs(
    portal: CheckingClient, hr: Membership, other_trust: Organisation
) -> None:
    third = making.organisation("Eastvale", "RZ3")
    also_in(other_trust, hr)
    theirs = making.member(third, Role.SENIOR_ADMINISTRATOR)
    assert error_sentences(portal.post("/log-in/trust", {"trust": theirs.pk}))
    left = Membership.everywhere.create(
        organisation=third, user=hr.user, name="x", role=Role.HR_USER, ended_at=timezone.now()
    )
    assert error_sentences(portal.post("/log-in/trust", {"trust": left.pk}))
    assert third.name not in text(portal.get("/log-in/trust"))


@pytest.mark.parametrize("where", ["//evil.example", "https://evil.example/", "javascript:alert(1)"])
def test_choosing_leads_to_pages_of_the_portal_alone(
    portal: CheckingClient, hr: Membership, other_trust: Organisation, where: str
) -> None:
    there = also_in(other_trust, hr)
    assert portal.post(f"/log-in/trust?next={where}", {"trust": there.pk})["Location"] == "/"


def test_whoever_works_for_one_trust_is_not_asked(portal: CheckingClient) -> None:
    assert portal.get("/log-in/trust")["Location"] == "/"
    assert "Change trust" not in text(portal.get("/"))


def test_what_was_typed_in_one_trusts_portal_is_not_taken_to_another(
    portal: CheckingClient, hr: Membership, other_trust: Organisation
) -> None:
    there = also_in(other_trust, hr)
    enter(portal, hr)
    typed = portal.post("/people/invite/one", ONE_PERSON)["Location"]
    assert portal.get(typed).status_code == 200
    enter(portal, there)
    assert portal.get(typed).status_code == 302
    assert portal.post(typed, {"create": "yes"}).status_code == 302
    assert StaffPassport.objects.of(other_trust).count() == 0
    enter(portal, hr)
    assert portal.get(typed).status_code == 302


@pytest.mark.parametrize("what", ["disabled", "another role"])
def test_a_session_ends_at_once_with_the_account_or_the_role_and_others_stay(
    portal: CheckingClient, hr: Membership, other_trust: Organisation, what: str
) -> None:
    senior = making.member(hr.organisation, Role.SENIOR_ADMINISTRATOR)
    there = also_in(other_trust, hr)
    elsewhere = making.logged_in(hr)
    enter(portal, hr)
    enter(elsewhere, there)
    if what == "disabled":
        managing.disable_user(membership=hr.pk, by=senior, network_address=None)
    else:
        managing.change_user(
            membership=hr.pk,
            name=hr.name,
            role=Role.READ_ONLY,
            seen=managing.version_of(hr),
            by=senior,
            network_address=None,
        )
    assert portal.get("/people")["Location"].startswith("/logged-out?next=")
    assert "_auth_user_id" not in portal.session
    assert elsewhere.get("/people").status_code == 200


def test_whoever_is_enabled_again_does_not_find_the_old_session(
    portal: CheckingClient, hr: Membership, other_trust: Organisation
) -> None:
    senior = making.member(hr.organisation, Role.SENIOR_ADMINISTRATOR)
    also_in(other_trust, hr)
    enter(portal, hr)
    managing.disable_user(membership=hr.pk, by=senior, network_address=None)
    managing.enable_user(membership=hr.pk, by=senior, network_address=None)
    assert portal.get("/people")["Location"].startswith("/logged-out?next=")


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
    back = Membership.objects.of(hr.organisation).get()
    assert (back.ended_at, back.role) == (None, Role.READ_ONLY)


def test_a_refusal_is_an_event_that_names_the_page_and_not_the_person_looked_for(
    trust: Organisation,
) -> None:
    reader = making.member(trust, Role.READ_ONLY)
    making.logged_in(reader).get("/people/invite/one?q=grace")
    event = Event.objects.get(kind=Kind.ACCESS_REFUSED)
    assert (event.actor, event.subject) == (f"user:{reader.user.pk}", "invite-one")
    assert event.organisation_id == trust.pk
