"""Changing a profile: what is written, what is kept of before, and who is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from uuid_utils.compat import uuid7

from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import Actor
from staffpassport.messaging.states import Channel, State
from staffpassport.organisations.models import Organisation
from staffpassport.passports.editing import (
    LABELS,
    ChangedMeanwhileError,
    ClashError,
    Edited,
    Profile,
    edit,
    version_of,
)
from staffpassport.passports.models import ProfileChange, StaffPassport
from staffpassport.passports.search import search
from staffpassport.passports.words import shown
from staffpassport.roster.cohort import Cohort, EmploymentStatus, EmploymentType, StaffGroup, job_roles_of
from staffpassport.roster.people import StaffDetails
from tests import making

pytestmark = pytest.mark.django_db

BY = Actor.person(UUID(int=7), "Alex Morgan", "192.0.2.1")
GRACE = making.details(email="grace@example.com", phone="+447946000777")


@pytest.fixture
def grace(trust: Organisation) -> StaffPassport:
    return making.passport(trust, email=GRACE.email, phone=GRACE.phone)


def changed(person: StaffPassport, **answers: Any) -> Profile:
    """Her profile with other answers."""
    more = {
        name: answers.pop(name) for name in ("professional_body", "registration_number") if name in answers
    }
    return Profile(replace(GRACE, **answers), **more)


def edited(person: StaffPassport, profile: Profile, seen: str | None = None) -> Edited:
    return edit(
        organisation=person.organisation,
        passport=person.pk,
        profile=profile,
        seen=version_of(person) if seen is None else seen,
        by=BY,
    )


def now(person: StaffPassport) -> StaffPassport:
    found: StaffPassport = StaffPassport.everywhere.get(pk=person.pk)
    return found


def test_every_answer_can_be_changed_and_what_it_was_is_kept(grace: StaffPassport) -> None:
    group = StaffGroup.ALLIED_HEALTH_PROFESSIONALS
    role = job_roles_of(group)[0]
    everything = Profile(
        StaffDetails(
            first_name="Gracia",
            last_name="O’Kafor",
            email="gracia@example.org",
            phone="+447946000778",
            cohort=Cohort(
                group, role, EmploymentType.TEMPORARY_MOVER, EmploymentStatus.CURRENT_EMPLOYEE_OR_LEAVER
            ),
            date_of_birth=date(1984, 3, 16),
            oriel_pin="A1",
            esr_assignment_number="20123456-2",
            preferred_name="Gray",
        ),
        professional_body="Health and Care Professions Council",
        registration_number="PA12345",
    )
    assert edited(grace, everything).columns == list(LABELS)
    person = now(grace)
    assert {column: getattr(person, column) for column in LABELS} == everything.columns()
    changes = ProfileChange.objects.of(grace.organisation)
    assert {change.field: (change.old, change.new) for change in changes} == {
        "first_name": ("Grace", "Gracia"),
        "last_name": ("Okafor", "O’Kafor"),
        "preferred_name": (None, "Gray"),
        "date_of_birth": ("1984-03-15", "1984-03-16"),
        "email": ("grace@example.com", "gracia@example.org"),
        "phone": ("+447946000777", "+447946000778"),
        "staff_group": ("medical-and-dental", group.value),
        "job_role_key": (None, role.key),
        "employment_type": ("permanent-or-fixed-term", "temporary-mover"),
        "employment_status": ("new-starter", "current-employee-or-leaver"),
        "oriel_pin": (None, "A1"),
        "esr_assignment_number": (None, "20123456-2"),
        "professional_body": (None, "Health and Care Professions Council"),
        "registration_number": (None, "PA12345"),
    }
    assert set(changes.values_list("by", "by_name", "passport")) == {(BY.key, "Alex Morgan", grace.pk)}
    assert shown(person, "job_role_key") == role.name
    assert shown(person, "date_of_birth") == "16/03/1984"


def test_the_event_names_the_answers_and_no_values(grace: StaffPassport) -> None:
    edited(grace, changed(grace, first_name="Gracia", email="gracia@example.org"))
    event = Event.objects.get(kind=Kind.PROFILE_CHANGED)
    assert (event.subject, event.actor, event.detail) == (str(grace.pk), BY.key, "First name, Email address")


def test_keys_for_searching_and_for_duplicates_are_kept_in_step(grace: StaffPassport) -> None:
    edited(
        grace,
        changed(
            grace, last_name="Ångström", preferred_name="Zoë", email="Zoë.A@Example.com".replace("ë", "e")
        ),
    )
    assert now(grace).email_key == "zoe.a@example.com"
    people = StaffPassport.objects.of(grace.organisation)
    for found in ("angstrom", "zoe", "zoe.a@", "07946 000 777"):
        assert list(search(people, found).passports) == [grace], found
    assert not search(people, "okafor").passports


def test_another_address_takes_away_what_was_known_of_the_old_one(grace: StaffPassport) -> None:
    StaffPassport.everywhere.update(email_state=State.FAILED, text_state=State.DELIVERED)
    assert edited(grace, changed(grace, email="gracia@example.org")).channels == [Channel.EMAIL]
    person = now(grace)
    assert (person.email_state, person.text_state) == (None, State.DELIVERED)
    assert person.email_since is not None
    assert person.phone_since is None
    assert edited(person, changed(person, email="gracia@example.org", phone="+447946000778")).channels == [
        Channel.TEXT
    ]
    assert now(grace).text_state is None


def test_capital_letters_make_no_other_address(grace: StaffPassport) -> None:
    assert edited(grace, changed(grace, email="Grace@Example.com")) == Edited(["email"], [])
    assert now(grace).email == "Grace@Example.com"
    assert now(grace).email_state == State.QUEUED


def test_a_second_click_writes_nothing_and_is_not_refused(grace: StaffPassport) -> None:
    profile = changed(grace, first_name="Gracia")
    seen = version_of(grace)
    edited(grace, profile, seen)
    assert edited(grace, profile, seen) == Edited()
    assert ProfileChange.everywhere.count() == 1
    assert Event.objects.filter(kind=Kind.PROFILE_CHANGED).count() == 1


def test_whoever_has_not_seen_a_colleagues_change_is_refused(grace: StaffPassport) -> None:
    seen = version_of(grace)
    edited(grace, changed(grace, last_name="Adeyemi"), seen)
    with pytest.raises(ChangedMeanwhileError) as refused:
        edited(grace, changed(grace, first_name="Gracia"), seen)
    assert refused.value.columns == ["last_name"]
    assert now(grace).full_name == "Grace Adeyemi"
    for made_up in ("", "nonsense", "0" * 200):
        with pytest.raises(ChangedMeanwhileError):
            edited(grace, changed(grace, first_name="Gracia"), made_up)


def test_somebody_elses_email_or_phone_is_refused(grace: StaffPassport, trust: Organisation) -> None:
    other = making.passport(trust, email="ann@example.com", phone="+447946000999")
    with pytest.raises(ClashError) as refused:
        edited(grace, changed(grace, email="ANN@example.com", phone="+447946000999"))
    assert [(clash.field, clash.passport) for clash in refused.value.clashes] == [
        ("email", other),
        ("phone", other),
    ]
    assert now(grace).email == "grace@example.com"
    assert not ProfileChange.everywhere.exists()


def test_another_trusts_people_are_out_of_reach(grace: StaffPassport, other_trust: Organisation) -> None:
    for passport in (grace.pk, uuid7()):
        with pytest.raises(StaffPassport.DoesNotExist):
            edit(
                organisation=other_trust,
                passport=passport,
                profile=changed(grace, first_name="Gracia"),
                seen=version_of(grace),
                by=BY,
            )
    # The same address may stand on a passport of each trust.
    theirs = making.passport(other_trust)
    theirs.organisation = other_trust
    edited(theirs, changed(theirs))
    assert now(theirs).email == now(grace).email


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_the_same_profile_at_the_same_moment_one_is_refused() -> None:
    grace = making.passport(making.organisation(), email=GRACE.email, phone=GRACE.phone)
    meeting = threading.Barrier(2, timeout=10)
    outcomes: list[str] = []

    def one(change: Callable[[], Edited]) -> None:
        try:
            meeting.wait()
            change()
            outcomes.append("written")
        except ChangedMeanwhileError:
            outcomes.append("refused")
        finally:
            connections.close_all()

    seen = version_of(grace)
    changes = [
        lambda: edited(grace, changed(grace, first_name="Gracia"), seen),
        lambda: edited(grace, changed(grace, last_name="Adeyemi"), seen),
    ]
    threads = [threading.Thread(target=one, args=(change,)) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["refused", "written"]
    assert ProfileChange.everywhere.count() == 1
