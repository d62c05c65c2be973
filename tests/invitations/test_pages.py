"""One person by a form: details, check, create; and that the last step makes one passport however often it comes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from staffpassport.invitations.actions import DuplicateError
from staffpassport.invitations.views import inviting
from staffpassport.messaging.models import Message
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.create import Clash
from staffpassport.passports.models import StaffPassport
from staffpassport.roster import sentences
from tests import making
from tests.checking import CheckingClient
from tests.reading import error_sentences, link, rows, text

pytestmark = pytest.mark.django_db

ANSWERS = {
    "first_name": " Zoë ",
    "last_name": "Ångström",
    "date_of_birth-day": "15",
    "date_of_birth-month": "3",
    "date_of_birth-year": "1984",
    "email": "zoe.a@example.com",
    "phone": "07946 000777",
    "staff_group": "medical-and-dental",
    "job_role": "",
    "employment_type": "permanent-or-fixed-term",
    "employment_status": "new-starter",
    "oriel_pin": "",
    "esr_assignment_number": "20123456-2",
}
ONE = "/people/invite/one"


def to_check_page(portal: Client, **changed: str) -> str:
    """Fills the form in; the address of the check page."""
    response = portal.post(ONE, {**ANSWERS, **changed})
    assert response.status_code == 302, error_sentences(response)
    return str(response.headers["Location"])


def test_from_the_form_to_the_list_with_a_success_banner(portal: CheckingClient, trust: Organisation) -> None:
    check = to_check_page(portal)
    done = portal.post(check, {"create": "yes"}, follow=True)
    assert done.redirect_chain == [("/people", 302)]
    assert "You have invited Zoë Ångström" in text(done)
    assert rows(done)[0] == "Zoë Ångström"
    assert "Invitation sent Invited" in text(done)
    person = StaffPassport.objects.of(trust).get()
    assert (person.phone, person.esr_assignment_number) == ("+447946000777", "20123456-2")
    assert person.oriel_pin is None


def test_the_check_page_reads_every_answer_back_and_shows_both_messages(portal: CheckingClient) -> None:
    page = portal.get(to_check_page(portal))
    for said in (
        "First name Zoë",
        "Date of birth 15/03/1984",
        "Telephone number 07946 000777",
        "Staff group Medical and Dental",
        "Job role Not provided",
        "Oriel PIN Not provided",
        "ESR assignment number 20123456-2",
        "Hello Zoë,",
        "Fairdale Teaching Hospitals: sign up for a Digital Staff Passport",
        "Create passport?",
    ):
        assert said in text(page)
    assert link(page, "Change email address").endswith("#id_email")


def test_the_check_page_shows_the_reminder_that_follows_where_the_trust_reminds(
    portal: CheckingClient, trust: Organisation
) -> None:
    check = to_check_page(portal)
    shown = text(portal.get(check))
    assert "Whoever has not signed up gets a reminder 1, 2 and 3 days later." in shown
    assert "Fairdale Teaching Hospitals reminder: get a Digital Staff Passport" in shown
    Organisation.objects.filter(pk=trust.pk).update(reminder_days=[])
    assert "reminder" not in text(portal.get(check))


def test_nobody_is_invited_before_the_last_step(portal: CheckingClient, trust: Organisation) -> None:
    portal.get(to_check_page(portal))
    assert not StaffPassport.objects.of(trust).exists()


def test_the_last_step_again_makes_nothing_more(portal: CheckingClient, trust: Organisation) -> None:
    check = to_check_page(portal)
    portal.post(check, {"create": "yes"})
    again = portal.post(check, {"create": "yes"}, follow=True)
    assert "has been invited already" in text(again)
    assert "has been invited already" in text(portal.get(check, follow=True))
    assert StaffPassport.objects.of(trust).count() == 1
    assert Message.objects.of(trust).count() == 2


def test_no_goes_back_with_everything_as_it_was_typed(portal: CheckingClient) -> None:
    check = to_check_page(portal)
    form = portal.post(check, {"create": "no"}, follow=True)
    page = form.content.decode()
    for typed in (
        'value=" Zoë "',
        'value="07946 000777"',
        'value="1984"',
        'value="medical-and-dental" selected',
    ):
        assert typed in page


def test_a_change_is_what_is_created(portal: CheckingClient, trust: Organisation) -> None:
    change = to_check_page(portal).removesuffix("/check")
    assert portal.post(change, {**ANSWERS, "last_name": "Berg"}).headers["Location"] == f"{change}/check"
    portal.post(f"{change}/check", {"create": "yes"})
    assert StaffPassport.objects.of(trust).get().last_name == "Berg"


def test_neither_yes_nor_no_is_asked_again(portal: CheckingClient, trust: Organisation) -> None:
    page = portal.post(to_check_page(portal), {})
    assert error_sentences(page) == ["Select yes if you want to create this passport"]
    assert not StaffPassport.objects.of(trust).exists()


def test_an_empty_form_says_all_that_is_missing(portal: CheckingClient) -> None:
    page = portal.post(ONE, {})
    assert error_sentences(page) == [
        "Enter a first name",
        "Enter a last name",
        "Enter an email address",
        "Enter a telephone number",
        "Select a staff group",
        "Select an employment type",
        "Select an employment status",
    ]
    assert "<title>Error: Create single staff passport" in page.content.decode()


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("phone", "0113 496 0100", sentences.PHONE_LANDLINE),
        ("phone", "4.47E+11", sentences.PHONE_DIGITS_LOST),
        ("email", "zoe.example.com", sentences.EMAIL_WITHOUT_AT),
        ("date_of_birth-month", "", "Date of birth must include a month"),
        ("date_of_birth-year", "2020", sentences.DATE_TOO_YOUNG),
        ("first_name", "a" * 101, "First name must be 100 characters or less"),
        ("esr_assignment_number", "123", sentences.ESR_FORMAT),
        ("oriel_pin", "a-b", sentences.ORIEL_CHARACTERS),
        ("job_role", "R7140", sentences.JOB_ROLE_OF_ANOTHER_GROUP),
        ("staff_group", "made-up", "Choose one of the options offered"),
    ],
)
def test_a_wrong_value_gets_the_sentence_that_a_file_would_get(
    portal: CheckingClient, field: str, typed: str, sentence: str
) -> None:
    assert error_sentences(portal.post(ONE, {**ANSWERS, field: typed})) == [sentence]


@pytest.mark.parametrize(
    ("same", "sentence"),
    [
        (
            {"email": "ZOE.A@example.com"},
            "This email address already stands on the staff passport of Grace Okafor",
        ),
        (
            {"phone": "+44 7946 000777"},
            "This telephone number already stands on the staff passport of Grace Okafor",
        ),
    ],
)
def test_a_duplicate_is_an_error_on_the_field_that_links_to_the_record(
    portal: CheckingClient, trust: Organisation, same: dict[str, str], sentence: str
) -> None:
    known = making.passport(trust, email="zoe.a@example.com", phone="+447946000777")
    other = {"email": "other@example.com", "phone": "07946 000778"}
    page = portal.post(ONE, {**ANSWERS, **other, **same})
    assert error_sentences(page) == [sentence]
    assert f'href="/people/{known.pk}"' in page.content.decode()


def test_a_duplicate_in_another_trust_is_neither_an_error_nor_hinted_at(
    portal: CheckingClient, other_trust: Organisation
) -> None:
    making.passport(other_trust, email="zoe.a@example.com", phone="+447946000777")
    assert portal.get(to_check_page(portal)).status_code == 200


def test_whoever_was_quicker_is_named_at_the_last_step(
    portal: CheckingClient, trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = to_check_page(portal)
    known = making.passport(trust, email="zoe.a@example.com")

    def overtaken(**given: Any) -> None:
        (person,) = given["people"]
        raise DuplicateError([Clash(person, "email", known)])

    monkeypatch.setattr(inviting, "invite", overtaken)
    page = portal.post(check, {"create": "yes"})
    assert error_sentences(page) == [
        "This email address already stands on the staff passport of Grace Okafor"
    ]
    assert 'value="Ångström"' in page.content.decode()


def test_somebody_elses_draft_is_not_there(portal: CheckingClient, trust: Organisation) -> None:
    check = to_check_page(portal)
    colleague = making.logged_in(making.member(trust, Role.HR_USER))
    page = colleague.get(check, follow=True)
    assert "What you typed is no longer here" in text(page)


def test_an_id_that_was_made_up_becomes_nobodys_passport(
    portal: CheckingClient, trust: Organisation, other_trust: Organisation
) -> None:
    stranger = making.passport(other_trust)
    known = making.passport(trust)
    for id_, answer in (
        (stranger.pk, "What you typed is no longer here"),
        (known.pk, "has been invited already"),
    ):
        assert answer in text(portal.post(f"{ONE}/{id_}", ANSWERS, follow=True))
        assert answer in text(portal.post(f"{ONE}/{id_}/check", {"create": "yes"}, follow=True))
    assert StaffPassport.objects.of(trust).count() == 1


def test_a_name_that_looks_like_html_stays_a_name(portal: CheckingClient, trust: Organisation) -> None:
    making.passport(trust, first_name="<b>Bold</b>", email="zoe.a@example.com")
    page = portal.post(ONE, ANSWERS)
    assert "<b>Bold" not in page.content.decode()


def test_the_question_page_needs_an_answer(portal: CheckingClient) -> None:
    assert error_sentences(portal.post("/people/invite", {})) == ["Select how you want to create passports"]
    assert portal.post("/people/invite", {"how_many": "one"}).headers["Location"] == ONE
