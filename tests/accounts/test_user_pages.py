"""User management: the pages of senior portal administrators."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from staffpassport.accounts import mails, managing
from staffpassport.accounts.models import Membership, User
from staffpassport.messaging.models import Message
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from tests import making
from tests.accounts.signing_in import FRESH_CODE, give_fresh_code
from tests.checking import CheckingClient
from tests.reading import error_sentences, filled_in, link, plain, rows, text

pytestmark = pytest.mark.django_db

SAM = {"name": "Sam Reed", "email": "sam@example.com", "role": "hr-user"}


@pytest.fixture
def senior(trust: Organisation) -> Membership:
    return making.member(trust, Role.SENIOR_ADMINISTRATOR)


@pytest.fixture
def desk(senior: Membership) -> CheckingClient:
    """The browser of a senior administrator who has not given a fresh code yet."""
    return making.logged_in(senior)


def now(member: Membership) -> Membership:
    found: Membership = Membership.everywhere.get(pk=member.pk)
    return found


def to_check(client: CheckingClient, path: str = "/users/new", **answers: str) -> str:
    response = client.post(path, answers or SAM)
    assert response.status_code == 302, error_sentences(response)
    return str(response["Location"])


def main_of(response: Any) -> str:
    """The words of a page without its frame, in which notices come and go."""
    return plain(response.content.decode().partition("<main")[2])


def asked_for_a_code(response: Any) -> bool:
    return bool(response.status_code == 302 and response["Location"].startswith(FRESH_CODE))


def test_from_the_form_to_the_list_with_a_code_in_between(
    desk: CheckingClient, senior: Membership, trust: Organisation
) -> None:
    check = to_check(desk)
    page = text(desk.get(check))
    assert "Sam Reed" in page
    assert "you are asked for a security code" in page
    assert asked_for_a_code(desk.post(check))
    assert Membership.objects.of(trust).count() == 1, "nothing is done without the code"
    give_fresh_code(desk, senior.user)
    done = desk.post(check, follow=True)
    assert done.redirect_chain == [("/users", 302)]
    assert "Sam Reed has an account now" in text(done)
    assert rows(done) == ["Sam Reed", "Alex Morgan"]
    assert "Invitation pending" in text(done)
    again = text(desk.post(check, follow=True))
    assert "saved already" in again
    assert Message.everywhere.filter(purpose=mails.WELCOME).count() == 1


def test_the_answers_can_be_changed_before_they_are_saved(desk: CheckingClient, senior: Membership) -> None:
    give_fresh_code(desk, senior.user)
    change = link(desk.get(to_check(desk)), "Change Role").partition("#")[0]
    typed = filled_in(desk.get(change))
    assert (typed["name"], typed["email"], typed["role"]) == ("Sam Reed", "sam@example.com", "hr-user")
    desk.post(to_check(desk, change, **{**SAM, "role": "read-only"}))
    assert Membership.objects.of(senior.organisation).get(name="Sam Reed").role == Role.READ_ONLY


def test_known_and_unknown_addresses_get_the_same_pages(
    desk: CheckingClient, senior: Membership, other_trust: Organisation
) -> None:
    """Another trust's administrator, somebody who was invited there and has never logged in, and a stranger."""
    there = making.member(other_trust, Role.SENIOR_ADMINISTRATOR, email="known1@example.com")
    Membership.everywhere.filter(pk=there.pk).update(last_seen_at=timezone.now())
    User.objects.create_user(email="known2@example.com", name="Somebody else")
    give_fresh_code(desk, senior.user)
    assert "Your security code is right" in text(desk.get("/users"))
    seen = []
    for email in ("known1@example.com", "known2@example.com", "known3@example.com"):
        check = to_check(desk, **{**SAM, "email": email})
        pages = [main_of(desk.get(check)), main_of(desk.post(check, follow=True))]
        made = Membership.objects.of(senior.organisation).get(user__email=email)
        pages += [main_of(desk.get(f"/users/{made.pk}{page}")) for page in ("", "/send-link")]
        pages.append(main_of(desk.post(f"/users/{made.pk}/send-link", follow=True)))
        seen.append([page.replace(email, "known") for page in pages])
        Membership.everywhere.filter(pk=made.pk).delete()
    assert seen[0] == seen[1] == seen[2]
    assert "Invitation pending" in seen[0][1]


def test_somebody_of_this_trust_is_named_with_a_link(desk: CheckingClient, trust: Organisation) -> None:
    there = making.member(trust, Role.HR_USER, email="sam@example.com")
    page = desk.post("/users/new", SAM)
    assert error_sentences(page) == ["This person has an account already. Open the account of Alex Morgan"]
    assert f'href="/users/{there.pk}"' in page.content.decode()
    Membership.everywhere.filter(pk=there.pk).update(ended_at=timezone.now())
    assert "an account that is disabled" in error_sentences(desk.post("/users/new", SAM))[0]


def test_somebody_added_meanwhile_is_named_on_the_last_step(
    desk: CheckingClient, senior: Membership, trust: Organisation
) -> None:
    give_fresh_code(desk, senior.user)
    check = to_check(desk)
    making.member(trust, Role.HR_USER, email="sam@example.com")
    assert "has an account already" in error_sentences(desk.post(check))[0]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"name": ""}, "Enter the person’s first and last name"),
        ({"name": "sam@example.com"}, "Name must be a name, not an email address"),
        ({"name": "<b>Sam</b>"}, "Name must not include the symbol <"),
        ({"email": "sam"}, "Email address must include an @ symbol, like name@example.com"),
        ({"role": ""}, "Select a role"),
        ({"role": "root"}, "Choose one of the options offered"),
    ],
)
def test_a_wrong_answer_has_its_sentence(desk: CheckingClient, answer: dict[str, str], sentence: str) -> None:
    assert error_sentences(desk.post("/users/new", {**SAM, **answer})) == [sentence]


def test_a_role_is_changed_with_a_code_and_a_name_without(
    desk: CheckingClient, senior: Membership, hr: Membership
) -> None:
    edit = f"/users/{hr.pk}"
    typed = filled_in(desk.get(edit))
    check = to_check(desk, edit, **{**typed, "name": "Lex Morgan"})
    assert "Alex Morgan Lex Morgan" in text(desk.get(check))
    assert "has been changed" in text(desk.post(check, follow=True))
    assert now(hr).name == "Lex Morgan"

    typed = filled_in(desk.get(edit))
    check = to_check(desk, edit, **{**typed, "role": "senior-administrator"})
    assert "HR user Senior portal administrator" in text(desk.get(check))
    assert asked_for_a_code(desk.post(check))
    assert now(hr).role == Role.HR_USER
    give_fresh_code(desk, senior.user)
    desk.post(check)
    assert now(hr).role == Role.SENIOR_ADMINISTRATOR


def test_an_answer_that_stood_there_changes_nothing(desk: CheckingClient, hr: Membership) -> None:
    edit = f"/users/{hr.pk}"
    assert "Nothing was changed" in text(desk.post(edit, filled_in(desk.get(edit)), follow=True))


def test_a_change_by_a_colleague_meanwhile_is_said(
    desk: CheckingClient, senior: Membership, hr: Membership
) -> None:
    give_fresh_code(desk, senior.user)
    edit = f"/users/{hr.pk}"
    check = to_check(desk, edit, **{**filled_in(desk.get(edit)), "role": "senior-administrator"})
    Membership.everywhere.filter(pk=hr.pk).update(role=Role.READ_ONLY)
    said = desk.post(check, follow=True)
    assert said.redirect_chain == [(edit, 302)]
    assert managing.CHANGED_MEANWHILE in text(said)
    assert now(hr).role == Role.READ_ONLY


def test_the_email_address_cannot_be_changed(desk: CheckingClient, hr: Membership) -> None:
    edit = f"/users/{hr.pk}"
    typed = filled_in(desk.get(edit))
    assert "email" not in typed
    desk.post(to_check(desk, edit, **{**typed, "name": "Lex", "email": "other@example.com"}))
    assert now(hr).user.email == hr.user.email


def test_ones_own_role_is_not_asked_and_not_taken(desk: CheckingClient, senior: Membership) -> None:
    give_fresh_code(desk, senior.user)
    edit = f"/users/{senior.pk}"
    page = desk.get(edit)
    assert "You cannot change your own role" in text(page)
    assert "Disable this account" not in text(page)
    typed = filled_in(page)
    assert "role" not in typed
    desk.post(to_check(desk, edit, **{**typed, "name": "Lex", "role": "read-only"}))
    assert (now(senior).name, now(senior).role) == ("Lex", Role.SENIOR_ADMINISTRATOR)
    assert managing.ONESELF in text(desk.post(f"{edit}/disable", follow=True))


def test_an_account_is_disabled_and_enabled_with_a_code(
    desk: CheckingClient, senior: Membership, hr: Membership
) -> None:
    portal = making.logged_in(hr)
    assert portal.get("/").status_code == 200
    edit = f"/users/{hr.pk}"
    disable = link(desk.get(edit), "Disable this account")
    assert asked_for_a_code(desk.post(disable))
    give_fresh_code(desk, senior.user)
    done = text(desk.post(disable, follow=True))
    assert "Alex Morgan is disabled" in done
    assert portal.get("/").status_code == 403
    assert "was disabled already" in text(desk.post(disable, follow=True))
    enable = link(desk.get(edit), "Enable this account")
    assert "is enabled" in text(desk.post(enable, follow=True))
    assert now(hr).ended_at is None


def test_the_list_says_when_somebody_logged_in_last(desk: CheckingClient, hr: Membership) -> None:
    Membership.everywhere.filter(pk=hr.pk).update(last_seen_at="2026-11-22T18:14:00Z")
    assert "22 November 2026 at 6:14pm" in text(desk.get("/users"))
    assert "has logged in already" in text(desk.get(f"/users/{hr.pk}/send-link"))


def test_another_trusts_users_are_not_listed(desk: CheckingClient, other_trust: Organisation) -> None:
    making.member(other_trust, Role.HR_USER, email="theirs@example.com")
    assert "theirs@example.com" not in text(desk.get("/users"))


@pytest.mark.parametrize("role", [Role.HR_USER, Role.READ_ONLY])
def test_others_do_not_see_user_management(trust: Organisation, role: Role) -> None:
    client = making.logged_in(making.member(trust, role))
    assert "User management" not in text(client.get("/"))
    assert client.get("/users").status_code == 403


def test_senior_administrators_find_it_in_the_navigation(desk: CheckingClient) -> None:
    assert link(desk.get("/"), "User management") == "/users"
