"""The pages by which HR confirms an identity, declines access and takes that back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from staffpassport.identity.models import MOST_WORDS, Decline, IdentityCheck
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from tests import making
from tests.checking import CheckingClient
from tests.identity.answering import confirmed, signed_up, typed
from tests.reading import error_sentences, filled_in, link, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace(trust: Organisation) -> StaffPassport:
    return signed_up(trust, email="grace@example.com")


def at(passport: StaffPassport, page: str = "") -> str:
    return f"/people/{passport.pk}{page and '/' + page}"


def form(portal: CheckingClient, person: StaffPassport, **given: Any) -> dict[str, Any]:
    """The form filled in, with what goes along unseen."""
    return filled_in(portal.get(at(person, "identity"))) | typed(**given)


def check_page(portal: CheckingClient, person: StaffPassport, **given: Any) -> str:
    answer = portal.post(at(person, "identity"), form(portal, person, **given))
    assert answer.status_code == 302, error_sentences(answer)
    return str(answer["Location"])


def test_hr_confirms_an_identity_from_the_record(portal: CheckingClient, grace: StaffPassport) -> None:
    where = link(portal.get(at(grace)), "Confirm identity")
    page = portal.get(where)
    assert "Date of birth 15/03/1984" in text(page)
    assert filled_in(page)["checked_by"] == "Alex Morgan"
    check = portal.post(where, filled_in(page) | typed(), follow=True)
    assert "Checked Passport, Seaman’s book" in text(check)
    assert "has confirmed your identity" in text(check)
    done = portal.post(check.redirect_chain[-1][0], follow=True)
    assert "The identity of Grace Okafor is confirmed. They are told by email." in text(done)
    today = f"{timezone.localdate():%d/%m/%Y}"
    record = text(portal.get(at(grace)))
    assert (
        f"Identity confirmed on {today} by Sam Reed, by video call. Seen: Passport, Seaman’s book." in record
    )
    assert "Credentials pending" in record
    assert "Identity confirmed" in record.partition("History")[2]
    assert "Decline access" not in record


def test_a_second_click_says_the_same_and_confirms_nothing_twice(
    portal: CheckingClient, grace: StaffPassport
) -> None:
    where = check_page(portal, grace)
    first = portal.post(where, follow=True)
    assert "is confirmed. They are told by email." in text(first)
    for again in (portal.post(where, follow=True), portal.get(where, follow=True)):
        assert "is confirmed. They are told by email." in text(again)
        assert again.redirect_chain == [(at(grace), 302)]
    assert IdentityCheck.everywhere.count() == 1


def test_a_page_that_a_colleague_has_overtaken_says_so(
    portal: CheckingClient, trust: Organisation, grace: StaffPassport
) -> None:
    where = check_page(portal, grace)
    confirmed(grace)
    for late in (portal.post(where, follow=True), portal.get(where, follow=True)):
        assert "The identity of Grace Okafor was confirmed on" in text(late)
    assert "by Alex Morgan" in text(late)
    declined = portal.post(at(grace, "decline"), {"reason": "not-confirmed"}, follow=True)
    assert "was confirmed on" in text(declined)
    assert "Nothing was changed." in text(declined)
    assert not Decline.everywhere.exists()


def test_a_changed_profile_has_to_be_compared_again(
    portal: CheckingClient, trust: Organisation, grace: StaffPassport
) -> None:
    where = check_page(portal, grace)
    StaffPassport.objects.of(trust).filter(pk=grace.pk).update(last_name="Smith")
    for late in (portal.post(where, follow=True), portal.get(where, follow=True)):
        assert "The profile has been changed since you opened the page" in text(late)
        assert "Last name Smith" in text(late)
    assert not IdentityCheck.everywhere.exists()
    again = portal.post(at(grace, "identity"), filled_in(late) | typed(), follow=True)
    assert "is confirmed" in text(portal.post(again.redirect_chain[-1][0], follow=True))


def test_a_draft_confirms_nobody_else(
    portal: CheckingClient, trust: Organisation, grace: StaffPassport
) -> None:
    tom = signed_up(trust, first_name="Tom")
    draft = check_page(portal, grace).rpartition("/")[2]
    assert "Compare the documents" in text(portal.post(at(tom, f"identity/{draft}"), follow=True))
    assert not IdentityCheck.everywhere.exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"documents": []}, "Select what was checked"),
        ({"documents": ["library-card"]}, "Choose one of the options offered"),
        ({"other_document": ""}, "Enter what the other document is"),
        ({"documents": ["passport"]}, "Select “Another document”, or delete what you wrote about it"),
        ({"other_document": "x" * 101}, "What the other document is must be 100 characters or less"),
        ({"how": ""}, "Select how the person was seen"),
        ({"checked_by": " "}, "Enter who checked it"),
        ({"checked_by": "x" * 201}, "Who checked it must be 200 characters or less"),
        ({"checked_on-day": "31", "checked_on-month": "2"}, "Date of the check must be a real date"),
        ({"checked_on-month": ""}, "Date of the check must include a month"),
    ],
)
def test_a_mistake_gets_its_sentence(
    portal: CheckingClient, grace: StaffPassport, given: dict[str, Any], sentence: str
) -> None:
    answer = portal.post(at(grace, "identity"), form(portal, grace, **given))
    assert error_sentences(answer) == [sentence]


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (1, "The date of the check must be today or in the past"),
        (-366, "The date of the check must be within the last 12 months"),
    ],
)
def test_a_check_is_of_the_last_twelve_months(
    portal: CheckingClient, grace: StaffPassport, days: int, sentence: str
) -> None:
    on = timezone.localdate() + timedelta(days=days)
    given = {f"checked_on-{part}": str(getattr(on, part)) for part in ("day", "month", "year")}
    answer = portal.post(at(grace, "identity"), form(portal, grace, **given))
    assert error_sentences(answer) == [sentence]


def test_hr_declines_access_in_its_own_words_and_takes_it_back(
    portal: CheckingClient, grace: StaffPassport
) -> None:
    where = link(portal.get(at(grace)), "Decline access")
    assert "The person reads these words" in text(portal.get(where))
    done = portal.post(where, {"reason": "other", "words": "You start\r\nin May."}, follow=True)
    assert "Access of Grace Okafor is declined. They are told by email." in text(done)
    record = portal.get(at(grace))
    assert "by Alex Morgan: You start in May." in text(record)
    assert "Access declined: Other" in text(record).partition("History")[2]
    assert "You start" not in text(record).partition("History")[2]

    where = link(record, "Reconsider")
    assert "has taken that back" in text(portal.get(where))
    assert portal.post(where, {"reconsider": "no"})["Location"] == at(grace)
    done = portal.post(where, {"reconsider": "yes"}, follow=True)
    assert "needs an appointment for the identity check again" in text(done)
    again = portal.post(where, {"reconsider": "yes"}, follow=True)
    assert "is waiting for the identity check already. Nothing was changed." in text(again)
    assert "Confirm identity" in text(again)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Select why you decline access"),
        ({"reason": "other", "words": " "}, "Enter the reason in your words"),
        (
            {"reason": "not-confirmed", "words": "more"},
            "Select “Other”, or delete the reason in your words",
        ),
        (
            {"reason": "other", "words": "x" * (MOST_WORDS + 1)},
            f"The reason in your words must be {MOST_WORDS} characters or less",
        ),
    ],
)
def test_a_decline_needs_its_reason(
    portal: CheckingClient, grace: StaffPassport, given: dict[str, str], sentence: str
) -> None:
    assert error_sentences(portal.post(at(grace, "decline"), given)) == [sentence]
    assert not Decline.everywhere.exists()


@pytest.mark.parametrize("status", Status)
def test_a_record_offers_what_can_be_done_and_to_whoever_may(
    portal: CheckingClient, trust: Organisation, status: Status
) -> None:
    person = signed_up(trust, status)
    reader = making.logged_in(making.member(trust, Role.READ_ONLY))
    record, to_answer = text(portal.get(at(person))), status in ("appointment-needed", "identity-shared")
    assert ("Confirm identity" in record) is to_answer
    assert ("Decline access" in record) is to_answer
    assert ("Reconsider" in record) is (status == Status.ACCESS_DECLINED)
    assert ("Re-send an invitation" in record) is (status == Status.INVITATION_SENT)
    read = text(reader.get(at(person)))
    assert not [words for words in ("Confirm identity", "Decline access", "Reconsider") if words in read]
    for page in ("identity", "decline"):
        assert ("Go back to the record" in text(portal.get(at(person, page)))) is not to_answer


def test_home_and_the_list_count_who_waits_for_an_answer(
    portal: CheckingClient, trust: Organisation, grace: StaffPassport
) -> None:
    signed_up(trust, Status.IDENTITY_SHARED, first_name="Tom")
    home = portal.get("/")
    assert "1 identity to verify" in text(home)
    assert "1 identity check appointment to complete" in text(home)
    listed = portal.get(link(home, "1 identity check appointment to complete"))
    assert "Grace Okafor" in text(listed)
    assert "Tom Okafor" not in text(listed)
    confirmed(grace)
    assert "0 identity check appointments to complete" in text(portal.get("/"))
    assert "Grace Okafor" in text(portal.get("/people?status=credentials-pending"))
