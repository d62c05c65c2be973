"""System management: the settings of a trust, changed by a form and a check page."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from pytest_django import Settings

from staffpassport.audit.models import Event, Kind
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.accounts.signing_in import give_fresh_code
from tests.checking import CheckingClient
from tests.messaging.mailing import FROM
from tests.reading import error_sentences, filled_in, link, plain, text

pytestmark = pytest.mark.django_db

AN_ID = "8e222534-7f05-4972-86e3-17c5d9f894e2"


@pytest.fixture
def desk(trust: Organisation) -> CheckingClient:
    """Of a senior administrator who has just given a code."""
    senior = making.member(trust, Role.SENIOR_ADMINISTRATOR)
    client = making.logged_in(senior)
    give_fresh_code(client, senior.user)
    return client


def to_check(client: CheckingClient, path: str, **answers: str) -> str:
    """Changes some answers of a form; the address of the check page."""
    response = client.post(path, {**filled_in(client.get(path)), **answers})
    assert response.status_code == 302, error_sentences(response)
    return str(response["Location"])


def mistakes(client: CheckingClient, path: str, **answers: str) -> list[str]:
    return error_sentences(client.post(path, {**filled_in(client.get(path)), **answers}))


def now(trust: Organisation) -> Organisation:
    found: Organisation = Organisation.objects.get(pk=trust.pk)
    return found


def told(trust: Organisation) -> list[str]:
    """What the events say of changed settings."""
    events = Event.objects.filter(kind=Kind.SETTINGS_CHANGED, organisation_id=trust.pk, subject=str(trust.pk))
    return list(events.order_by("pk").values_list("detail", flat=True))


def table_of(response: Any) -> str:
    return plain(response.content.decode().partition("<tbody>")[2].partition("</tbody>")[0])


def test_contacts_are_changed_by_a_check_page_and_recorded(
    desk: CheckingClient, trust: Organisation, other_trust: Organisation
) -> None:
    check = to_check(desk, "/system/contacts", hr_email="people@fairdale.example.com")
    assert table_of(desk.get(check)) == (
        "HR email address hr@rz1.example.com people@fairdale.example.com Change HR email address"
    )
    assert now(trust).hr_email == "hr@rz1.example.com", "not before it is confirmed"
    done = desk.post(check, follow=True)
    assert done.redirect_chain == [("/system", 302)]
    assert "the change is saved" in text(done)
    assert now(trust).hr_email == "people@fairdale.example.com"
    assert told(trust) == ["HR email address: hr@rz1.example.com → people@fairdale.example.com"]
    assert "saved already" in text(desk.post(check, follow=True))
    assert len(told(trust)) == 1
    assert now(other_trust).hr_email == "hr@rz2.example.com"


def test_an_answer_can_be_changed_on_the_way(desk: CheckingClient, trust: Organisation) -> None:
    check = to_check(desk, "/system/contacts", hr_phone="0113 496 0199")
    again = link(desk.get(check), "Change HR telephone number").partition("#")[0]
    assert filled_in(desk.get(again))["hr_phone"] == "0113 496 0199"
    desk.post(to_check(desk, again, hr_phone="0113 496 0100 ext 12"))
    assert now(trust).hr_phone == "0113 496 0100 ext 12"


def test_lifetime_and_reminders_count_from_then_on(desk: CheckingClient, trust: Organisation) -> None:
    desk.post(to_check(desk, "/system/invitations", invitation_days="30", reminder_days="14, 2 and 7"))
    assert (now(trust).invitation_days, now(trust).reminder_days) == (30, [2, 7, 14])
    assert told(trust) == [
        "Invitations work for: 14 days → 30 days",
        "Reminders: On day 1, 2, 3 after the invitation → On day 2, 7, 14 after the invitation",
    ]
    desk.post(to_check(desk, "/system/invitations", reminder_days=""))
    assert now(trust).reminder_days == []
    assert told(trust)[-1] == "Reminders: On day 2, 7, 14 after the invitation → None"
    assert "does not send reminders" in text(desk.get("/system/wording"))


def test_senders_are_set_and_taken_away(desk: CheckingClient, trust: Organisation) -> None:
    desk.post(to_check(desk, "/system/senders", notify_reply_to_id=AN_ID.upper()))
    assert str(now(trust).notify_reply_to_id) == AN_ID
    assert now(trust).notify_text_sender_id is None
    desk.post(to_check(desk, "/system/senders", notify_reply_to_id=""))
    assert now(trust).notify_reply_to_id is None
    assert told(trust)[-1] == f"Reply-to address of emails: {AN_ID} → The usual one of the service"


@pytest.mark.parametrize(
    ("path", "answer", "sentence"),
    [
        ("contacts", {"hr_email": ""}, "Enter an email address"),
        ("contacts", {"hr_email": "hr"}, "Email address must include an @ symbol, like name@example.com"),
        ("contacts", {"hr_phone": ""}, "Enter a telephone number"),
        ("contacts", {"hr_phone": "12"}, "Enter a telephone number, like 0113 496 0100 or"),
        ("contacts", {"hr_phone": "ask at the desk"}, "Enter a telephone number, like 0113 496 0100 or"),
        ("contacts", {"hr_phone": "call 0113 496 0100 now"}, "Enter a telephone number, like"),
        ("contacts", {"hr_phone": "0113 496 0100 " + "1" * 20}, "Telephone number must be 30 characters"),
        ("invitations", {"invitation_days": "0"}, "Enter a whole number of days from 1 to 90"),
        ("invitations", {"invitation_days": "91"}, "Enter a whole number of days from 1 to 90"),
        ("invitations", {"invitation_days": "1.5"}, "Enter a whole number of days from 1 to 90"),
        ("invitations", {"invitation_days": "٣"}, "Enter a whole number of days from 1 to 90"),
        ("invitations", {"reminder_days": "1, 1"}, "Enter each day only once"),
        ("invitations", {"reminder_days": "0"}, "Enter days as whole numbers"),
        ("invitations", {"reminder_days": "-1"}, "Enter days as whole numbers"),
        ("invitations", {"reminder_days": "daily"}, "Enter days as whole numbers"),
        (
            "invitations",
            {"reminder_days": "15"},
            "Invitations work for 14 days, so nobody can be reminded on",
        ),
        (
            "invitations",
            {"invitation_days": "2"},
            "Invitations work for 2 days, so nobody can be reminded on",
        ),
        ("invitations", {"reminder_days": "1 2 3 4 5 6 7 8 9 10 11"}, "Enter 10 days or fewer"),
        ("senders", {"notify_reply_to_id": "hr@example.com"}, "Enter an id as GOV.UK Notify shows it"),
        ("senders", {"notify_text_sender_id": f"{{{AN_ID}}}"}, "Enter an id as GOV.UK Notify shows it"),
    ],
)
def test_a_wrong_answer_has_its_sentence(
    desk: CheckingClient, path: str, answer: dict[str, str], sentence: str
) -> None:
    found = mistakes(desk, f"/system/{path}", **answer)
    assert len(found) == 1
    assert found[0].startswith(sentence)


def test_the_longest_lifetime_and_a_reminder_on_its_last_day(
    desk: CheckingClient, trust: Organisation
) -> None:
    desk.post(to_check(desk, "/system/invitations", invitation_days="90", reminder_days="1, 90"))
    assert (now(trust).invitation_days, now(trust).reminder_days) == (90, [1, 90])


@pytest.mark.parametrize("when", ["before the check page", "on the check page"])
def test_what_a_colleague_has_changed_meanwhile_is_not_overwritten(
    desk: CheckingClient, trust: Organisation, when: str
) -> None:
    check = to_check(desk, "/system/contacts", hr_email="mine@example.com")
    Organisation.objects.filter(pk=trust.pk).update(hr_email="theirs@example.com")
    said = desk.get(check, follow=True) if when.startswith("before") else desk.post(check, follow=True)
    assert "Somebody else has changed these settings" in text(said)
    assert filled_in(said)["hr_email"] == "theirs@example.com"
    assert now(trust).hr_email == "theirs@example.com"
    assert told(trust) == []


def test_a_change_of_other_settings_meanwhile_is_none_of_these(
    desk: CheckingClient, trust: Organisation
) -> None:
    check = to_check(desk, "/system/contacts", hr_email="mine@example.com")
    Organisation.objects.filter(pk=trust.pk).update(invitation_days=30)
    desk.post(check)
    assert (now(trust).hr_email, now(trust).invitation_days) == ("mine@example.com", 30)


def test_the_same_answers_change_nothing(desk: CheckingClient, trust: Organisation) -> None:
    page = desk.post("/system/invitations", filled_in(desk.get("/system/invitations")), follow=True)
    assert "Nothing was changed" in text(page)
    assert told(trust) == []


def test_the_page_shows_what_is_set(desk: CheckingClient, trust: Organisation) -> None:
    page = text(desk.get("/system"))
    for words in (
        "Fairdale Teaching Hospitals",
        "RZ1",
        trust.hr_email,
        trust.hr_phone,
        "Invitations work for 14 days",
        "On day 1, 2, 3 after the invitation",
        "The usual one of the service",
    ):
        assert words in page


def test_the_wording_shows_every_kind_with_its_reminder(desk: CheckingClient, trust: Organisation) -> None:
    page = desk.get("/system/wording")
    headings = [plain(part.partition("</h2>")[0]) for part in page.content.decode().split('heading-m">')[1:]]
    assert headings == [
        "Permanent or fixed term, current employee or leaver",
        "Permanent or fixed term, new starter",
        "Temporary mover, current employee or leaver",
        "Temporary mover, new starter",
    ]
    words = text(page)
    assert words.count("This is a reminder.") == 4
    assert words.count("Fairdale Teaching Hospitals reminder: get a Digital Staff Passport") == 4
    assert words.count("Please sign up before you arrive.") == 2
    assert words.count(trust.hr_phone) == 8


@pytest.mark.parametrize("role", [Role.HR_USER, Role.READ_ONLY])
def test_others_do_not_see_system_management(trust: Organisation, role: Role) -> None:
    client = making.logged_in(making.member(trust, role))
    assert "System management" not in text(client.get("/"))
    assert client.get("/system").status_code == 403


def test_the_areas_stand_in_their_order(desk: CheckingClient) -> None:
    navigation = text(desk.get("/"))
    places = [
        navigation.index(area) for area in ("Identity and access", "User management", "System management")
    ]
    assert places == sorted(places)


def test_the_wording_shows_no_text_message_where_none_is_sent(
    desk: CheckingClient, settings: LazySettings
) -> None:
    settings.MESSAGE_PROVIDER = "smtp"
    page = text(desk.get("/system/wording"))
    assert page.count("This is a reminder.") == 4
    assert "Text message" not in page
    assert "text message" not in page


def test_a_mail_server_needs_no_senders_and_says_so(desk: CheckingClient, settings: Settings) -> None:
    settings.MESSAGE_PROVIDER, settings.SMTP_FROM = "smtp", FROM
    page = text(desk.get("/system/senders"))
    assert "Not used now: this service sends by a mail server" in page
    assert "Not used now: this service sends no text messages" in page
