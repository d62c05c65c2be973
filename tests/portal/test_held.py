"""Everything that is held about a person: all of it, of nobody else, and recorded when it is taken away."""

from __future__ import annotations

import csv
import dataclasses
import io

import pytest
from django.urls import reverse

from staffpassport.accounts.models import Membership
from staffpassport.audit.models import Event, Kind
from staffpassport.batches.kinds import Kind as Batches
from staffpassport.identity.answering import decline_access, reconsider
from staffpassport.identity.models import Reason
from staffpassport.invitations.resending import resend
from staffpassport.organisations.models import Organisation
from staffpassport.passports.editing import Profile, edit, profile_of, version_of
from staffpassport.passports.models import StaffPassport
from staffpassport.portal import held
from staffpassport.portal.held_rows import LEFT_OUT
from tests import making
from tests.batches import batches
from tests.checking import CheckingClient
from tests.identity.answering import confirmed, signed_up
from tests.reading import text
from tests.uploads import lists

pytestmark = pytest.mark.django_db


def taken(portal: CheckingClient, person: StaffPassport) -> list[dict[str, str]]:
    answer = portal.post(reverse("held", args=[person.pk]), {"format": "csv"})
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"), newline="")))


def test_each_part_has_what_is_there_and_nothing_of_anybody_else(
    portal: CheckingClient, trust: Organisation
) -> None:
    row, other = lists.person(), lists.person()
    lists.done(trust, lists.as_csv([row, other]))
    person = StaffPassport.objects.of(trust).get(email=row[3])
    resend(organisation=trust, passports=[person.pk], by=making.BY)
    batches.chosen(trust, Batches.RESEND, [person.pk])
    rows = taken(portal, person)
    assert {one["Part"] for one in rows} == set(held.PARTS)
    assert [one["What"] for one in rows if one["Part"] == "Lists uploaded"] == ["Row 2 of starters.csv"]
    assert len([one for one in rows if one["Part"] == "Messages"]) == 4
    everything = str(rows)
    assert row[3] in everything
    assert other[3] not in everything


def test_a_longer_address_with_the_persons_own_in_it_is_somebody_elses(
    portal: CheckingClient, trust: Organisation
) -> None:
    """Rows that could not be read keep their cells: they are looked for in text."""
    person = making.passport(trust, email="lee@example.com")
    own, other = lists.person(), lists.person()
    own[3:5], other[3:5] = ["Lee <LEE@example.com>", "no number"], ["ashlee@example.com", "no number"]
    lists.checked(trust, lists.as_csv([own, other]))
    rows = [one for one in taken(portal, person) if one["Part"] == "Lists uploaded"]
    assert [one["What"] for one in rows] == ["Row 2 of starters.csv"]
    assert "ashlee" not in str(rows)


def rows_told(portal: CheckingClient, person: StaffPassport) -> list[str]:
    # A cell that begins with + is written so that no spreadsheet takes it for a formula.
    told = [one["Held"] for one in taken(portal, person) if one["Part"] == "Lists uploaded"]
    return [one.removeprefix("'") for one in told]


def test_people_who_share_a_phone_or_a_mailbox_read_nothing_of_each_other(
    portal: CheckingClient, trust: Organisation
) -> None:
    phone, email = "+447946000111", "ward5@example.com"
    ann = making.passport(trust, first_name="Ann", last_name="Quill", phone=phone, email=email)
    for row in (
        lists.person(first_name="Ermintrude", last_name="Quill", phone=phone, oriel_pin="PIN1"),
        lists.person(first_name="Ermintrude", last_name="Drake", email=email),
        lists.person(first_name="Ann", last_name="Quill", phone=phone, date_of_birth="2/2/1972"),
        lists.person(first_name="Ermintrude", phone="07946 000111", email="no address"),
    ):
        lists.checked(trust, [row])
    told = rows_told(portal, ann)
    assert told == [f"{key}; {LEFT_OUT}" for key in (phone, email, phone, "07946 000111")]


def test_the_persons_own_row_is_told_whole_by_what_they_were_called_before_too(
    portal: CheckingClient, trust: Organisation
) -> None:
    row = lists.person(first_name="ANN", last_name="Quíll", oriel_pin="PIN1")
    broken = lists.person(first_name="Ann", last_name="Quill", phone=row[4], email="ann@@", date_of_birth="")
    lists.done(trust, lists.as_csv([row]))
    lists.checked(trust, [broken])
    person = StaffPassport.objects.of(trust).get(email=row[3])
    details = dataclasses.replace(
        profile_of(person).details, last_name="Drake", email="drake@example.com", phone="+447946000222"
    )
    edit(
        organisation=trust,
        passport=person.pk,
        profile=Profile(details),
        seen=version_of(person),
        by=making.BY,
    )
    own, with_mistakes = rows_told(portal, person)
    assert own == f"ANN, Quíll, 15/03/1984, {row[3]}, +44{row[4][1:]}, PIN1"
    assert with_mistakes == f"Ann, Quill, ann@@, {row[4]}"


def test_a_part_with_nothing_says_so(portal: CheckingClient, trust: Organisation) -> None:
    page = text(portal.get(reverse("held", args=[making.passport(trust).pk])))
    assert "Changes of details" in page
    assert "Nothing" in page


def test_taking_it_away_is_recorded_about_the_person(
    portal: CheckingClient, hr: Membership, trust: Organisation
) -> None:
    person = making.passport(trust)
    portal.get(reverse("held", args=[person.pk]))
    assert not Event.objects.filter(kind=Kind.HELD_DOWNLOADED).exists()
    taken(portal, person)
    event = Event.objects.get(kind=Kind.HELD_DOWNLOADED)
    assert (event.subject, event.actor) == (str(person.pk), f"user:{hr.user_id}")
    assert event.detail == "CSV"


def test_what_hr_has_answered_is_told(portal: CheckingClient, trust: Organisation) -> None:
    person = signed_up(trust)
    decline_access(
        organisation=trust, passport=person.pk, reason=Reason.OTHER, words="You start in May", by=making.BY
    )
    reconsider(organisation=trust, passport=person.pk, by=making.BY)
    confirmed(person)
    told = [row["Held"] for row in taken(portal, person) if row["Part"] == "Identity"]
    assert told[0].endswith("by Sam Reed, in person. Seen: Passport.")
    assert told[1:] == ["You start in May", "Taken back"]
