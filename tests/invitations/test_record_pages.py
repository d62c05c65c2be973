"""What a record leads to: resend, withdraw, edit, delete, each with its question, and safe to click twice."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest

from staffpassport.audit.models import Event, Kind
from staffpassport.invitations.composing import compose
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.resending import resend
from staffpassport.messaging.composers import NoLongerWanted, ToCompose
from staffpassport.messaging.models import Message, PracticeMessage
from staffpassport.messaging.states import Channel, State
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport, Status
from tests import making
from tests.checking import CheckingClient
from tests.messaging.outbox import deliver_now
from tests.reading import error_sentences, filled_in, link, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace(trust: Organisation) -> StaffPassport:
    return making.passport(trust, email="grace@example.com", phone="+447946000777")


def at(passport: StaffPassport, page: str = "") -> str:
    return f"/people/{passport.pk}{page and '/' + page}"


# ── Resend ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_invitation_is_sent_again_from_the_record(portal: CheckingClient, grace: StaffPassport) -> None:
    where = link(portal.get(at(grace)), "Re-send an invitation")
    page = portal.get(where)
    assert "Do you want to resend the invitation?" in text(page)
    assert "Yes, send the invitation" in text(page)
    assert "No, go back" in text(page)
    done = portal.post(where, filled_in(page) | {"resend": "yes"}, follow=True)
    assert "Invitation sent A new invitation has been sent to Grace Okafor." in text(done)
    assert Invitation.everywhere.count() == 2
    assert "Invitation re-sent" in text(portal.get(at(grace))).partition("History")[2]


def test_a_second_click_is_told_that_nothing_was_sent_twice(
    portal: CheckingClient, grace: StaffPassport
) -> None:
    seen = filled_in(portal.get(at(grace, "resend")))
    portal.post(at(grace, "resend"), seen | {"resend": "yes"})
    again = portal.post(at(grace, "resend"), seen | {"resend": "yes"}, follow=True)
    assert again.redirect_chain == [(at(grace), 302)]
    assert "Nothing was sent twice" in text(again)
    assert Invitation.everywhere.count() == 2


def test_no_and_no_answer_send_nothing(portal: CheckingClient, grace: StaffPassport) -> None:
    back = portal.post(at(grace, "resend"), {"resend": "no"})
    assert back["Location"] == at(grace)
    asked = portal.post(at(grace, "resend"), {})
    assert error_sentences(asked) == ["Select yes if you want to resend the invitation"]
    assert Invitation.everywhere.count() == 1


def test_after_three_a_day_the_page_says_when_the_next_can_be_sent(
    portal: CheckingClient, grace: StaffPassport
) -> None:
    for _ in range(3):
        resend(organisation=grace.organisation, passports=[grace.pk], by=making.BY)
    assert "You can send another one from" in text(portal.get(at(grace, "resend")))
    refused = portal.post(at(grace, "resend"), {"resend": "yes"}, follow=True)
    assert "3 times in 24 hours at most" in text(refused)
    assert Invitation.everywhere.count() == 4


def test_whoever_has_answered_is_not_asked_again(portal: CheckingClient, grace: StaffPassport) -> None:
    StaffPassport.everywhere.update(status=Status.APPOINTMENT_NEEDED)
    assert "Re-send" not in text(portal.get(at(grace)))
    assert "no longer waiting to answer" in text(portal.get(at(grace, "resend")))
    refused = portal.post(at(grace, "resend"), {"resend": "yes"}, follow=True)
    assert "no longer waiting for an answer" in text(refused)
    assert Invitation.everywhere.count() == 1


def test_sent_is_said_only_while_it_is_true(portal: CheckingClient, grace: StaffPassport) -> None:
    assert portal.get(at(grace, "resent"))["Location"] == at(grace)


# ── Withdraw ────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_invitation_is_withdrawn_and_can_be_sent_again(
    portal: CheckingClient, grace: StaffPassport
) -> None:
    where = link(portal.get(at(grace)), "Withdraw the invitation")
    assert "Do you want to withdraw the invitation?" in text(portal.get(where))
    assert portal.post(where, {"withdraw": "no"})["Location"] == at(grace)
    assert not Invitation.everywhere.exclude(ended_at=None).exists()
    page = portal.post(where, {"withdraw": "yes"}, follow=True)
    assert "The invitation of Grace Okafor has been withdrawn." in text(page)
    assert "It can no longer be answered" in text(page)
    assert "Withdraw the invitation" not in text(page).partition("Why might I")[0]
    assert link(page, "Re-send an invitation") == at(grace, "resend")
    twice = portal.post(where, {"withdraw": "yes"}, follow=True)
    assert "no invitation that could be withdrawn" in text(twice)
    assert "no invitation that could be withdrawn" in text(portal.get(where))


# ── Edit ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_profile_is_changed_and_the_record_tells_of_it(
    portal: CheckingClient, grace: StaffPassport
) -> None:
    form = portal.get(link(portal.get(at(grace)), "Edit profile"))
    changed = filled_in(form) | {
        "first_name": "Gracia",
        "preferred_name": "Gray",
        "registration_number": "12A3456E",
    }
    page = portal.post(at(grace, "edit"), changed, follow=True)
    assert page.redirect_chain == [(at(grace), 302)]
    assert "The profile has been changed." in text(page)
    assert "advise" not in text(page)
    assert "Identity and access: Gracia Okafor" in text(page)
    assert "Registration number 12A3456E" in text(page)
    assert "Profile changed: First name, Preferred name, Registration number" in text(page)
    assert "First name Grace Gracia" in text(page)
    assert Message.everywhere.filter(state=State.QUEUED).count() == 2


def test_the_same_answers_change_nothing(portal: CheckingClient, grace: StaffPassport) -> None:
    page = portal.post(at(grace, "edit"), filled_in(portal.get(at(grace, "edit"))), follow=True)
    assert "Nothing was changed" in text(page)
    assert not Event.objects.filter(kind=Kind.PROFILE_CHANGED).exists()


def test_what_waits_for_an_old_address_does_not_go_out_and_re_sending_is_advised(
    portal: CheckingClient, grace: StaffPassport
) -> None:
    changed = filled_in(portal.get(at(grace, "edit"))) | {"email": "gracia@example.org"}
    page = portal.post(at(grace, "edit"), changed, follow=True)
    assert "We advise you to re-send the invitation" in text(page)
    assert "what waited for the old one was cancelled" in text(page)
    assert "Not sent to gracia@example.org" in text(page)
    deliver_now()
    assert list(PracticeMessage.everywhere.values_list("recipient", flat=True)) == ["+447946000777"]
    assert "Email: Not sent to the new address Text: Delivered" in text(portal.get("/people"))


def test_a_message_in_hand_is_not_composed_for_an_old_address_and_its_news_are_not_of_the_new(
    portal: CheckingClient, grace: StaffPassport
) -> None:
    email = Message.everywhere.get(channel=Channel.EMAIL)
    deliver_now()
    portal.post(at(grace, "edit"), filled_in(portal.get(at(grace, "edit"))) | {"email": "gracia@example.org"})
    wanted = ToCompose(
        email.pk, email.organisation_id, email.about, email.purpose, Channel.EMAIL, email.created_at
    )
    assert compose([wanted]) == {email.pk: NoLongerWanted("address-changed")}
    assert StaffPassport.everywhere.get().email_state is None
    deliver_now()
    assert StaffPassport.everywhere.get().email_state is None


def test_an_address_is_changed_and_sent_again_in_one_go(portal: CheckingClient, grace: StaffPassport) -> None:
    form = portal.get(at(grace, "edit"))
    changed = filled_in(form) | {"email": "gracia@example.org", "then": "resend"}
    done = portal.post(at(grace, "edit"), changed, follow=True)
    assert "A new invitation has been sent to Grace Okafor." in text(done)
    assert "The profile has been changed." in text(done)
    twice = portal.post(at(grace, "edit"), changed, follow=True)
    assert "Nothing was sent twice" in text(twice)
    deliver_now()
    sent = PracticeMessage.everywhere.values_list("recipient", flat=True)
    assert sorted(sent) == ["+447946000777", "gracia@example.org"]
    assert Invitation.everywhere.count() == 2
    person = StaffPassport.everywhere.get()
    assert (person.email_state, person.text_state) == (State.DELIVERED, State.DELIVERED)


def test_a_change_stands_though_nothing_more_can_be_sent_today(
    portal: CheckingClient, grace: StaffPassport
) -> None:
    for _ in range(3):
        resend(organisation=grace.organisation, passports=[grace.pk], by=making.BY)
    changed = filled_in(portal.get(at(grace, "edit"))) | {"email": "gracia@example.org", "then": "resend"}
    page = text(portal.post(at(grace, "edit"), changed, follow=True))
    assert "The profile has been changed." in page
    assert "3 times in 24 hours at most" in page
    assert StaffPassport.everywhere.get().email == "gracia@example.org"


def test_somebody_elses_address_is_named_with_a_link_to_the_record(
    portal: CheckingClient, grace: StaffPassport, trust: Organisation
) -> None:
    other = making.passport(trust, first_name="Ann", email="ann@example.com")
    page = portal.post(
        at(grace, "edit"),
        filled_in(portal.get(at(grace, "edit"))) | {"email": "ann@example.com"},
        follow=True,
    )
    assert error_sentences(page) == ["This email address already stands on the staff passport of Ann Okafor"]
    assert f'href="{at(other)}"' in page.content.decode()


def test_a_colleagues_change_is_told_at_its_field_and_can_be_overwritten_knowingly(
    portal: CheckingClient, grace: StaffPassport, trust: Organisation
) -> None:
    mine = filled_in(portal.get(at(grace, "edit"))) | {"first_name": "Gracia"}
    colleague = making.logged_in(making.member(trust, Role.HR_USER))
    colleague.post(at(grace, "edit"), filled_in(colleague.get(at(grace, "edit"))) | {"last_name": "Adeyemi"})
    page = portal.post(at(grace, "edit"), mine)
    assert error_sentences(page) == [
        "Alex Morgan has changed this to “Adeyemi” since you opened this page. Check it, and save again"
    ]
    assert 'value="Gracia"' in page.content.decode()
    assert StaffPassport.everywhere.get().full_name == "Grace Adeyemi"
    portal.post(at(grace, "edit"), filled_in(page))
    assert StaffPassport.everywhere.get().full_name == "Gracia Okafor"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("email", "nobody", "Email address must include an @ symbol, like name@example.com"),
        ("registration_number", "12*34", "Registration number must only include letters, numbers,"),
        ("registration_number", "1" * 31, "Registration number must be 30 characters or less"),
        ("professional_body", "x" * 101, "Professional body must be 100 characters or less"),
        ("preferred_name", "R2D2", "Preferred name must not include numbers"),
    ],
)
def test_wrong_answers_are_told_and_nothing_is_written(
    portal: CheckingClient, grace: StaffPassport, field: str, typed: str, sentence: str
) -> None:
    page = portal.post(at(grace, "edit"), filled_in(portal.get(at(grace, "edit"))) | {field: typed})
    (found,) = error_sentences(page)
    assert found.startswith(sentence)
    assert not Event.objects.filter(kind=Kind.PROFILE_CHANGED).exists()


def test_whatever_the_hidden_fields_hold_is_no_error_of_ours(
    portal: CheckingClient, grace: StaffPassport
) -> None:
    odd = {"seen": "zz\x00", "newest": "not an id"}
    changed = filled_in(portal.get(at(grace, "edit"))) | {"first_name": "Gracia", "then": "resend"} | odd
    assert portal.post(at(grace, "edit"), changed).status_code == 200
    assert portal.post(at(grace, "resend"), {"resend": "yes", "invitation": "x"}).status_code == 302


# ── Delete ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_passport_is_deleted_from_the_records(portal: CheckingClient, grace: StaffPassport) -> None:
    deliver_now()
    where = link(portal.get(at(grace)), "Delete passport from records")
    page = text(portal.get(where))
    for words in (
        "Deleting is irreversible.",
        "the same email address or telephone number counts as a duplicate",
        "Why might I want to delete this passport?",
        "Do you want to delete this staff passport from records?",
        "Yes, delete staff passport from records",
        "No, go back and keep this record",
    ):
        assert words in page, words
    assert portal.post(where, {"delete": "no"})["Location"] == at(grace)
    assert error_sentences(portal.post(where, {})) == [
        "Select yes if you want to delete this staff passport from records"
    ]
    assert StaffPassport.everywhere.exists()
    done = portal.post(where, {"delete": "yes"}, follow=True)
    assert done.redirect_chain == [("/people", 302)]
    assert "The staff passport of Grace Okafor has been deleted from the records." in text(done)
    assert "told by email" in text(done)
    assert portal.get(at(grace)).status_code == 404
    assert portal.get(where).status_code == 404
    twice = portal.post(where, {"delete": "yes"}, follow=True)
    assert "has been deleted from the records already" in text(twice)


def test_a_deletion_elsewhere_is_not_hinted_at(portal: CheckingClient, other_trust: Organisation) -> None:
    theirs = making.passport(other_trust)
    colleague = making.logged_in(making.member(other_trust, Role.HR_USER))
    colleague.post(at(theirs, "delete"), {"delete": "yes"})
    assert portal.post(at(theirs, "delete"), {"delete": "yes"}).status_code == 404
    nobody: UUID = uuid4()
    assert portal.post(f"/people/{nobody}/delete", {"delete": "yes"}).status_code == 404


# ── Who may ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_read_only_user_sees_how_it_stands_and_is_offered_nothing(
    trust: Organisation, grace: StaffPassport
) -> None:
    StaffPassport.everywhere.update(email_state=State.FAILED)
    Message.everywhere.filter(channel=Channel.EMAIL).update(
        state=State.FAILED, failure="no-such-address", recipient=None
    )
    reader = making.logged_in(making.member(trust, Role.READ_ONLY))
    page = reader.get(at(grace)).content.decode()
    assert "This email address does not exist." in page
    assert not re.findall(rf'href="{at(grace)}/', page)
