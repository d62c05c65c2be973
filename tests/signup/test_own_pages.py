"""Coming back: a staff member sees their own passports, and nobody else's."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import connections, transaction
from uuid_utils.compat import uuid7

from staffpassport.accounts.models import Membership, User
from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record
from staffpassport.identity.answering import decline_access
from staffpassport.identity.models import Reason
from staffpassport.invitations.correcting import correct
from staffpassport.invitations.deleting import delete
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.editing import Profile, version_of
from staffpassport.passports.models import StaffPassport, Status
from tests import making
from tests.checking import CheckingClient
from tests.identity.answering import confirmed
from tests.locks import somebody_waits_for_this_connection
from tests.reading import link, text
from tests.signup.holders import browser_of, owned

pytestmark = pytest.mark.django_db

LIST = "/my-staff-passports"


@pytest.fixture
def grace(trust: Organisation) -> StaffPassport:
    return owned(trust, email="grace@example.com", phone="+447946000777")


def at(passport: StaffPassport, page: str = "") -> str:
    return f"{LIST}/{passport.pk}{page and '/' + page}"


def words(passport: StaffPassport) -> str:
    return text(browser_of(passport.holder).get(at(passport)))


def test_somebody_with_one_passport_lands_on_it_after_logging_in(grace: StaffPassport) -> None:
    page = browser_of(grace.holder).get("/", follow=True)
    assert [address for address, _ in page.redirect_chain] == [LIST, at(grace)]
    assert "Your staff passport with Fairdale Teaching Hospitals" in text(page)
    for portal_only in ("Identity and access", "User management", "Go to the portal"):
        assert portal_only not in text(page)
    assert "Log out" in text(page)


def test_several_passports_are_listed_by_trust(grace: StaffPassport, other_trust: Organisation) -> None:
    other = owned(other_trust, grace.holder, status=Status.ACTIVE)
    page = browser_of(grace.holder).get("/", follow=True)
    assert link(page, "Northmoor Community Health NHS Foundation Trust") == at(other)
    assert link(page, "Fairdale Teaching Hospitals NHS Foundation Trust") == at(grace)
    own = browser_of(grace.holder).get(at(other))
    assert "Northmoor Community Health" in text(own)
    assert "Fairdale" not in text(own)
    assert link(own, "Back") == LIST


def test_somebody_of_hr_lands_in_the_portal_and_has_links_both_ways(
    trust: Organisation, other_trust: Organisation
) -> None:
    member = making.member(trust, Role.HR_USER)
    browser = making.logged_in(member)
    assert "My staff passport" not in text(browser.get("/"))
    own = owned(other_trust, member.user)
    home = browser.get("/")
    assert home.status_code == 200
    page = browser.get(link(home, "My staff passport"), follow=True)
    assert page.redirect_chain[-1][0] == at(own)
    assert link(page, "Go to the portal") == "/"
    assert "Identity and access" not in text(page)
    assert "Fairdale" not in text(page)


def test_the_portal_stays_closed_to_whoever_holds_a_passport(
    grace: StaffPassport, trust: Organisation
) -> None:
    browser = browser_of(grace.holder)
    for where in ("/people", f"/people/{grace.pk}", f"/people/{grace.pk}/identity", "/users", "/reports"):
        assert browser.get(where).status_code == 403


def test_whoever_holds_nothing_finds_nothing(trust: Organisation, portal: CheckingClient) -> None:
    assert portal.get(LIST).status_code == 404
    nobody = browser_of(User.objects.create_user(email="nobody@example.com", name="Nobody"))
    assert nobody.get("/").status_code == 403
    assert nobody.get(LIST).status_code == 404


def test_somebody_elses_passport_is_as_one_that_does_not_exist(
    grace: StaffPassport, trust: Organisation, portal: CheckingClient
) -> None:
    tom = owned(trust, first_name="Tom")
    unheld = making.passport(trust)
    for browser in (browser_of(tom.holder), portal):
        for page in ("", "email", "text", "email/code"):
            for person in (grace, unheld):
                answer = browser.get(at(person, page))
                assert answer.status_code == 404
                assert "Grace" not in text(answer)
            assert browser.post(at(grace, page or "email"), {"value": "x@example.com"}).status_code == 404
    assert browser_of(tom.holder).get(f"{LIST}/{uuid7()}").status_code == 404


def test_a_password_alone_shows_nothing(grace: StaffPassport) -> None:
    browser = CheckingClient()
    assert grace.holder
    browser.force_login(grace.holder)
    assert browser.get(at(grace)).status_code == 302


def test_the_page_shows_all_that_is_held_and_whom_to_ask(trust: Organisation) -> None:
    person = owned(
        trust, email="grace@example.com", phone="+447946000777", oriel_pin="AB12", preferred_name="Gigi"
    )
    said = words(person)
    for held in (
        "First name Grace",
        "Last name Okafor",
        "Preferred name Gigi",
        "Date of birth 15/03/1984",
        "Email address grace@example.com Change Email address",
        "Telephone number 07946 000777 Change Telephone number",
        "Staff group Medical and Dental",
        "Job role Not provided",
        "Employment type Permanent or fixed term",
        "Employment status New starter",
        "Oriel PIN AB12",
        "ESR assignment number Not provided",
        "Professional body Not provided",
        "Registration number Not provided",
        "You log in with the email address grace@example.com",
    ):
        assert held in said
    assert trust.hr_email in said
    assert trust.hr_phone in said


@pytest.mark.parametrize(
    ("status", "now", "next_"),
    [
        (Status.APPOINTMENT_NEEDED, "has to confirm your identity", "arrange an appointment"),
        (Status.IDENTITY_SHARED, "shared your identity", "tells you by email"),
        (Status.CREDENTIALS_PENDING, "has confirmed your identity", "if it needs anything more"),
        (Status.ACTIVE, "Your passport is active", "do not need to do anything now"),
        (Status.ACCESS_DECLINED, "has declined your access", "ask the HR team"),
        (Status.DISABLED, "is disabled", "ask the HR team"),
        (Status.INVITATION_SENT, "not finished signing up", "link of your invitation"),
    ],
)
def test_each_state_is_said_with_what_happens_next(
    trust: Organisation, status: Status, now: str, next_: str
) -> None:
    before, _, after = words(owned(trust, status=status)).partition("What happens next")
    assert now in before
    assert next_ in after.partition("holds about you")[0]


def test_the_person_reads_what_hr_has_answered_and_nothing_of_its_inner_events(
    grace: StaffPassport, trust: Organisation
) -> None:
    by = Actor.person(uuid7(), "Alex Morgan")
    record(Kind.PASSPORT_VIEWED, actor=by, organisation_id=trust.pk, subject=grace.pk)
    details = making.details(email=grace.email, phone=grace.phone, last_name="Smith", oriel_pin="AB12")
    correct(
        organisation=trust,
        passport=grace.pk,
        profile=Profile(details),
        seen=version_of(grace),
        by=by,
    )
    grace.refresh_from_db()
    confirmed(grace)
    said = words(grace)
    assert "Identity check Passport. Checked on" in said
    happened = said.partition("What has happened")[2]
    for line in (
        "Fairdale Teaching Hospitals invited you",
        "Fairdale Teaching Hospitals changed: Last name, Oriel PIN",
        "Fairdale Teaching Hospitals confirmed your identity",
    ):
        assert line in happened
    assert "viewed" not in happened
    assert "Alex Morgan" not in said


def test_the_person_reads_why_access_was_declined(grace: StaffPassport, trust: Organisation) -> None:
    decline_access(
        organisation=trust, passport=grace.pk, reason=Reason.OTHER, words="You start in May.", by=making.BY
    )
    assert "The reason: You start in May." in words(grace)


# ── Deleting ────────────────────────────────────────────────────────────────────────────────────────────────


def deleted(*passports: StaffPassport) -> None:
    for passport in passports:
        delete(organisation=passport.organisation, passports=[passport.pk], by=making.BY)


def test_the_account_goes_with_the_last_passport(grace: StaffPassport, other_trust: Organisation) -> None:
    other = owned(other_trust, grace.holder)
    browser = browser_of(grace.holder)
    deleted(grace)
    assert browser.get(at(grace)).status_code == 404
    assert browser.get(LIST, follow=True).redirect_chain[-1][0] == at(other)
    deleted(other)
    assert not User.objects.filter(email="grace@example.com").exists()
    assert browser.get(LIST)["Location"].startswith("/log-in")


@pytest.mark.parametrize("disabled", [True, False])
def test_the_account_of_somebody_of_hr_stays(trust: Organisation, disabled: bool) -> None:
    member = making.member(trust, Role.HR_USER)
    own = owned(trust, member.user)
    if disabled:
        Membership.everywhere.filter(pk=member.pk).update(ended_at=own.created_at)
    deleted(own)
    assert User.objects.filter(pk=member.user_id).exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_trusts_that_delete_the_last_passports_at_once_leave_no_account() -> None:
    """On PostgreSQL: each would still see the other's passport, and the account would stay for ever."""
    first = owned(making.organisation())
    second = owned(making.organisation(name="Northmoor", ods_code="RZ2"), first.holder)

    def delete_second() -> None:
        try:
            deleted(second)
        finally:
            connections.close_all()

    rival = Thread(target=delete_second)
    with transaction.atomic():
        deleted(first)
        rival.start()
        while not somebody_waits_for_this_connection():
            assert rival.is_alive(), "it did not wait for the account"
    rival.join(30)
    assert not StaffPassport.everywhere.exists()
    assert not User.objects.exists()
