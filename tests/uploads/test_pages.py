"""The pages of inviting many, as HR meets them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from staffpassport.accounts import fresh
from staffpassport.accounts.models import Membership
from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import Actor
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.uploads import actions, inviting, tables
from staffpassport.uploads.checking import check
from staffpassport.uploads.models import Upload
from staffpassport.uploads.states import State
from staffpassport.work import pauses
from tests import making
from tests.accounts.signing_in import give_fresh_code
from tests.checking import CheckingClient
from tests.making import BY
from tests.messaging.outbox import deliver_now
from tests.reading import error_sentences, link, rows, text
from tests.uploads.lists import HEADINGS, as_csv, checked, confirmed, done, people, person, work

pytestmark = pytest.mark.django_db

COHORT_ANSWERS = {
    "staff_group": "medical-and-dental",
    "job_role": "",
    "employment_type": "permanent-or-fixed-term",
    "employment_status": "new-starter",
}
FILE = (
    "/people/invite/many/file?staff_group=medical-and-dental&job_role=&employment_type=permanent-or-fixed-term"
    "&employment_status=new-starter"
)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "ON_SQLITE", 0)


def at(upload: Upload, page: str = "upload-state", **query: Any) -> str:
    tail = "&".join(f"{name}={value}" for name, value in query.items())
    return reverse(page, args=[upload.pk]) + (f"?{tail}" if tail else "")


def send(portal: CheckingClient, content: bytes, name: str = "list.csv") -> Any:
    return portal.post(FILE, {"list_file": SimpleUploadedFile(name, content)})


def yes(portal: CheckingClient, upload: Upload, answer: str = "yes") -> Any:
    answers = {"plan": upload.plan_hash, "upload": answer}
    return portal.post(at(upload, "upload-confirm"), answers)


# ── The way to a file ───────────────────────────────────────────────────────────────────────────────────────


def test_the_question_leads_to_one_or_to_many(portal: CheckingClient) -> None:
    assert error_sentences(portal.post("/people/invite", {})) == ["Select how you want to create passports"]
    assert portal.post("/people/invite", {"how_many": "one"})["Location"] == "/people/invite/one"
    assert portal.post("/people/invite", {"how_many": "many"})["Location"] == "/people/invite/many"


def test_the_cohort_has_nothing_chosen_and_asks_for_three_of_four(portal: CheckingClient) -> None:
    page = portal.get("/people/invite/many")
    assert " selected" not in re.sub(r'<option value="" selected>', "", page.content.decode())
    assert error_sentences(portal.post("/people/invite/many", {})) == [
        "Select a staff group",
        "Select an employment type",
        "Select an employment status",
    ]
    assert portal.post("/people/invite/many", COHORT_ANSWERS)["Location"] == FILE


def test_a_job_role_of_another_staff_group_is_refused_here_too(portal: CheckingClient) -> None:
    from staffpassport.roster.cohort import StaffGroup, job_roles_of

    role = job_roles_of(StaffGroup.STUDENTS_NON_MEDICAL)[0]
    page = portal.post("/people/invite/many", {**COHORT_ANSWERS, "job_role": role.key})
    assert error_sentences(page) == ["Choose a job role from the same staff group"]


@pytest.mark.parametrize("query", ["", "?staff_group=nobody", "?staff_group=medical-and-dental"])
def test_without_a_cohort_nothing_is_uploaded(portal: CheckingClient, query: str) -> None:
    answer = portal.post(f"/people/invite/many/file{query}", {"list_file": SimpleUploadedFile("l.csv", b"x")})
    assert answer["Location"] == "/people/invite/many"
    assert not Upload.everywhere.exists()


def test_no_file_is_an_error_at_the_control(portal: CheckingClient) -> None:
    assert error_sentences(portal.post(FILE, {})) == ["Choose a file to upload"]


def test_a_file_is_taken_and_its_page_says_that_it_is_checked(
    portal: CheckingClient, trust: Organisation
) -> None:
    answer = send(portal, as_csv(people(1)), name="Starters – March.csv")
    upload = Upload.objects.of(trust).get()
    assert answer["Location"] == at(upload)
    page = portal.get(at(upload))
    assert "Checking your file" in text(page)
    assert "Starters – March.csv" in text(page)
    check(upload)
    assert portal.get(at(upload))["Location"] == at(upload, "upload-confirm")


def test_a_file_that_is_too_big_is_refused_at_the_control(portal: CheckingClient) -> None:
    page = send(portal, b"x" * (20 * 1024 * 1024 + 1))
    assert error_sentences(page) == ["The file must be smaller than 20MB"]
    assert not Upload.everywhere.exists()


def test_who_may_not_invite_sees_uploads_and_sends_none(trust: Organisation) -> None:
    reader = making.logged_in(making.member(trust, Role.READ_ONLY))
    upload = checked(trust, people(1))
    assert send(reader, as_csv(people(1))).status_code == 403
    assert "waits for somebody who may invite" in text(reader.get(at(upload)))
    assert rows(reader.get("/people/uploads")) != []
    assert reader.get(at(upload, "upload-confirm")).status_code == 403


# ── The review ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_refused_file_says_why_and_takes_another(portal: CheckingClient, trust: Organisation) -> None:
    upload = checked(trust, b"%PDF-1.7")
    page = portal.get(at(upload))
    assert error_sentences(page) == [upload.sentence]
    assert FILE.replace("&", "&amp;") in page.content.decode()


def test_the_review_begins_with_what_is_wrong_then_duplicates_then_the_question(
    portal: CheckingClient, trust: Organisation
) -> None:
    making.passport(trust, email="known@example.com")
    upload = checked(trust, [person(), person(email="wrong"), person(email="known@example.com")])
    assert portal.get(at(upload))["Location"] == at(upload, "upload-problems")
    problems = portal.get(at(upload, "upload-problems"))
    after = link(problems, "Continue without this row")
    assert after == at(upload, "upload-duplicates")
    assert link(portal.get(after), "Continue without duplicates") == at(upload, "upload-confirm")


def test_problems_are_shown_by_row_and_column_with_the_value_and_the_sentence(
    portal: CheckingClient, trust: Organisation
) -> None:
    upload = checked(trust, [person(), person(email="zoe at example.com", phone="0207 946 0000")])
    words = text(portal.get(at(upload, "upload-problems")))
    assert "1 row has a problem" in words
    assert "3 D, Email address zoe at example.com Email address must" in words
    assert "3 E, Telephone number 0207 946 0000 Telephone number must be a mobile, not a landline" in words


def test_a_value_of_a_list_is_never_markup(portal: CheckingClient, trust: Organisation) -> None:
    upload = checked(trust, [person(email="<script>alert(1)</script>")], name="<b>list</b>.csv")
    page = portal.get(at(upload, "upload-problems")).content.decode()
    assert "<script>alert" not in page
    assert "<b>list" not in page


def test_long_tables_come_in_pages_forward_and_back(
    portal: CheckingClient, trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "PAGE_SIZE", 2)
    upload = checked(trust, [person(email="wrong") for _ in range(5)])
    first = portal.get(at(upload, "upload-problems"))
    second = portal.get(at(upload, "upload-problems") + link(first, "Later rows"))
    third = portal.get(at(upload, "upload-problems") + link(second, "Later rows"))
    assert [numbers(page) for page in (first, second, third)] == [["2", "3"], ["4", "5"], ["6"]]
    assert "Later rows" not in text(third)
    assert "Earlier rows" not in text(first)
    back = portal.get(at(upload, "upload-problems") + link(third, "Earlier rows"))
    assert numbers(back) == ["4", "5"]


@pytest.mark.parametrize("query", ["from=x", "to=-1", "from=99999999999", "to=²", "from=0", "to=0"])
def test_an_address_typed_by_hand_is_no_error(
    portal: CheckingClient, trust: Organisation, query: str
) -> None:
    upload = checked(trust, [person(email="wrong")])
    assert portal.get(f"{at(upload, 'upload-problems')}?{query}").status_code == 200


def test_where_nobody_can_be_invited_there_is_no_way_on(portal: CheckingClient, trust: Organisation) -> None:
    upload = checked(trust, [person(email="wrong")])
    words = text(portal.get(at(upload, "upload-problems")))
    assert "Nobody in your file can be invited yet" in words
    assert "Continue without" not in words
    assert portal.get(at(upload, "upload-confirm"))["Location"] == at(upload)


def test_where_nobody_can_be_invited_the_duplicates_are_counted_too(
    portal: CheckingClient, trust: Organisation
) -> None:
    """A list that was confirmed before, with its mistakes left as they were: nearly all of it is duplicates."""
    done(trust, same := people(2))
    words = text(portal.get(at(checked(trust, [*same, person(email="wrong")]), "upload-problems")))
    assert "Nobody in your file can be invited yet: 2 rows are duplicates, and 1 row has a problem." in words


def test_rows_are_numbered_as_a_spreadsheet_does_it(portal: CheckingClient, trust: Organisation) -> None:
    """Whoever goes to a row by its number types no comma; and the sentences have none."""
    twin = person()
    upload = checked(trust, [twin, *[[""] * len(HEADINGS)] * 1_000, twin, person(email="wrong"), person()])
    for page, number in (("duplicates", 1_003), ("problems", 1_004), ("confirm", 1_005)):
        words = text(portal.get(at(upload, f"upload-{page}")))
        assert f" {number} " in words, page
        assert f" {number:,} " not in words, page


def test_duplicates_name_the_other_rows_and_the_record(portal: CheckingClient, trust: Organisation) -> None:
    known = making.passport(trust, first_name="Grace", last_name="Okafor", email="known@example.com")
    twice = person()
    upload = checked(trust, [twice, person(email="known@example.com"), twice, person()])
    page = portal.get(at(upload, "upload-duplicates"))
    words = text(page)
    assert "Duplicated accounts identified" in words
    assert "Row 2 of your file" in words
    assert (
        f"Grace Okafor (row 3, email address) , Invitation sent, created {known.created_at:%d/%m/%Y}" in words
    )
    assert link(page, "Grace Okafor (row 3, email address)") == reverse("person", args=[known.pk])


def test_the_report_of_duplicates_has_numbers_as_people_write_them(
    portal: CheckingClient, trust: Organisation
) -> None:
    twin = person(phone="07700900123")
    upload = checked(trust, [twin, twin, person()])
    report = portal.get(at(upload, "upload-duplicates-csv")).getvalue().decode()
    assert ",07700 900123," in report


@pytest.mark.parametrize("what", ["marked-file", "duplicates-csv", "duplicates-xlsx"])
def test_a_file_about_many_people_takes_a_fresh_code(
    portal: CheckingClient, hr: Membership, trust: Organisation, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(fresh, "MOST_PEOPLE_WITHOUT", 1)
    twin = person()
    upload = checked(trust, [twin, twin, twin, person(email="wrong")])
    step = "upload-problems" if what == "marked-file" else "upload-duplicates"
    asked = portal.get(at(upload, f"upload-{what}"))
    assert asked["Location"] == fresh.page(at(upload, step))
    assert not Event.objects.filter(kind=Kind.UPLOAD_DOWNLOADED).exists()
    give_fresh_code(portal, hr.user)
    assert "attachment" in portal.get(at(upload, f"upload-{what}"))["Content-Disposition"]


def test_a_record_deleted_since_is_told_of_without_a_link(
    portal: CheckingClient, trust: Organisation
) -> None:
    known = making.passport(trust, email="known@example.com")
    upload = checked(trust, [person(email="known@example.com"), person()])
    StaffPassport.everywhere.filter(pk=known.pk).delete()
    assert "on a passport that was deleted since" in text(portal.get(at(upload, "upload-duplicates")))


def test_the_question_shows_figures_a_sample_and_the_messages(
    portal: CheckingClient, trust: Organisation
) -> None:
    names = ["Ann", "Bob", "Cai", "Dev", "Eve", "Zoë", "Gus"]
    upload = checked(trust, [*(person(first_name=name) for name in names), person(email="wrong")])
    words = text(portal.get(at(upload, "upload-confirm")))
    assert "7 records will be uploaded" in words
    assert "Left out: problems 1" in words
    sample = re.findall(r"\b(Ann|Bob|Cai|Dev|Eve|Zoë|Gus) Nwosu", words)
    assert sample == ["Zoë", "Ann", "Bob", "Cai", "Dev"]
    assert "What Ann will get" in words
    assert "Dear Ann" in words or "Hello Ann" in words


def test_notices_about_the_file_stand_on_every_step(portal: CheckingClient, trust: Organisation) -> None:
    content = as_csv([[*person(first_name="Zoë"), "x"]], [*HEADINGS, "Car park"])
    upload = checked(trust, content.decode().encode("cp1252"))
    words = text(portal.get(at(upload, "upload-confirm")))
    assert "Windows-1252" in words
    assert "Zoë" in words
    assert "Car park" in words


def test_the_template_of_another_cohort_is_noticed(portal: CheckingClient, trust: Organisation) -> None:
    from dataclasses import replace

    from staffpassport.roster.cohort import EmploymentStatus
    from staffpassport.roster.templates import template_csv

    other = replace(making.COHORT, employment_status=EmploymentStatus.CURRENT_EMPLOYEE_OR_LEAVER)
    template = template_csv(other).decode("utf-8-sig")
    filled = template.rstrip("\r\n") + "\r\n" + ",".join([*person(), ""]) + "\r\n"
    words = text(portal.get(at(checked(trust, filled.encode("utf-8-sig")), "upload-confirm")))
    assert "This file was made for other staff" in words
    assert "Its template is for" in words
    assert "Current employee or leaver" in words
    ours = template_csv(making.COHORT).decode("utf-8-sig")
    right = ours.rstrip("\r\n") + "\r\n" + ",".join([*person(), ""]) + "\r\n"
    upload = checked(trust, right.encode("utf-8-sig"))
    assert (upload.rows, upload.to_invite) == (1, 1)
    assert "made for other staff" not in text(portal.get(at(upload, "upload-confirm")))


def test_the_question_needs_an_answer_and_no_leads_back(portal: CheckingClient, trust: Organisation) -> None:
    upload = checked(trust, people(1))
    assert error_sentences(portal.post(at(upload, "upload-confirm"), {"plan": upload.plan_hash})) == [
        "Select yes if you want to upload the records and send the invitations"
    ]
    assert yes(portal, upload, "no")["Location"] == FILE
    upload.refresh_from_db()
    assert upload.state == State.TO_REVIEW


def test_yes_invites_everybody_once_however_often_it_is_said(
    portal: CheckingClient, trust: Organisation
) -> None:
    upload = checked(trust, people(3))
    assert yes(portal, upload)["Location"] == at(upload)
    assert yes(portal, upload)["Location"] == at(upload)
    work()
    assert StaffPassport.objects.of(trust).count() == 3
    assert "3 people invited" in text(portal.get(at(upload)))
    assert yes(portal, upload)["Location"] == at(upload)
    work()
    assert StaffPassport.objects.of(trust).count() == 3


def test_another_plan_than_the_one_on_the_screen_is_not_carried_out(
    portal: CheckingClient, trust: Organisation
) -> None:
    upload = checked(trust, people(1))
    page = portal.post(at(upload, "upload-confirm"), {"plan": "f" * 64, "upload": "yes"}, follow=True)
    assert "Here is how it stands now" in text(page)
    upload.refresh_from_db()
    assert upload.state == State.TO_REVIEW


def test_the_same_file_confirmed_before_is_told(portal: CheckingClient, trust: Organisation) -> None:
    listed = people(2)
    first = done(trust, listed)
    StaffPassport.everywhere.all().delete()
    again = checked(trust, listed, name="copy.csv")
    page = portal.get(at(again, "upload-confirm"))
    assert "This very file was confirmed before" in text(page)
    assert link(page, "See that upload") == at(first)


# ── More than 500 ───────────────────────────────────────────────────────────────────────────────────────────


def test_whoever_invites_more_than_the_limit_gives_a_fresh_code_first(
    portal: CheckingClient, trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fresh, "MOST_PEOPLE_WITHOUT", 3)
    first = checked(trust, people(3))
    assert "Confirm that it is you" not in text(portal.get(at(first, "upload-confirm")))
    yes(portal, first)
    first.refresh_from_db()
    assert first.state == State.CONFIRMED
    # Said yes to, and no worker has come to it yet: it counts all the same.
    second = checked(trust, people(1))
    assert "Confirm that it is you" in text(portal.get(at(second, "upload-confirm")))
    answer = yes(portal, second)
    assert answer["Location"].startswith("/confirm-it-is-you")
    second.refresh_from_db()
    assert second.state == State.TO_REVIEW
    work()
    assert yes(portal, second)["Location"].startswith("/confirm-it-is-you")
    monkeypatch.setattr("staffpassport.accounts.fresh.is_fresh", lambda request: True)
    assert yes(portal, second)["Location"] == at(second)
    second.refresh_from_db()
    assert second.state == State.CONFIRMED


def test_what_colleagues_invited_does_not_count(
    portal: CheckingClient, trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fresh, "MOST_PEOPLE_WITHOUT", 3)
    done(trust, people(3), by=Actor.task("a colleague"))
    upload = checked(trust, people(3))
    assert yes(portal, upload)["Location"] == at(upload)


# ── What becomes of it ──────────────────────────────────────────────────────────────────────────────────────


def test_the_page_of_an_upload_follows_it(portal: CheckingClient, trust: Organisation) -> None:
    upload = confirmed(trust, people(2))
    page = text(portal.get(at(upload)))
    assert "0 of 2 people are invited." in page
    assert "Stop sending" in page
    work()
    page = text(portal.get(at(upload)))
    assert "2 people invited" in page
    assert "Emails 2 0 0 0 0" in page
    actions.stop(Upload.everywhere.get(pk=upload.pk), by=BY)
    work()
    page = text(portal.get(at(upload)))
    assert "Emails 0 0 0 0 2" in page
    assert "Stop sending" not in page


def test_the_people_of_an_upload_are_one_click_away_and_only_they(
    portal: CheckingClient, trust: Organisation
) -> None:
    making.passport(trust, first_name="Grace", last_name="Okafor")
    upload = done(trust, [person(first_name="Cai", last_name="Rees")])
    address = link(portal.get(at(upload)), "See the people of this upload in Identity and access")
    page = portal.get(address)
    assert rows(page) == ["Cai Rees"]
    searched = portal.get(f"{address}&q=Okafor")
    assert rows(searched) == []
    assert link(page, "Show everybody") == "?"


def test_another_trusts_upload_filters_nothing_and_leaks_nothing(
    portal: CheckingClient, trust: Organisation, other_trust: Organisation
) -> None:
    making.passport(trust, first_name="Grace", last_name="Okafor")
    theirs = done(other_trust, [person(first_name="Cai")], name="theirs.csv")
    page = portal.get(f"/people?upload={theirs.pk}")
    assert rows(page) == ["Grace Okafor"]
    assert "theirs.csv" not in text(page)


def test_stopping_asks_first(portal: CheckingClient, trust: Organisation) -> None:
    upload = confirmed(trust, people(2))
    assert "Stop sending?" in text(portal.get(at(upload, "upload-stop")))
    upload.refresh_from_db()
    assert upload.state == State.CONFIRMED
    portal.post(at(upload, "upload-stop"))
    work()
    page = text(portal.get(at(upload)))
    assert "Alex Morgan stopped the sending" in page
    assert "2 people had not and will not be" in page


def test_what_was_stopped_adds_up_and_tells_whom_nothing_reached(
    portal: CheckingClient, trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inviting, "CHUNK", dict.fromkeys(("sqlite", "postgresql"), 2))
    upload = confirmed(trust, [*people(5), person(email="wrong")])
    inviting.invite_some(upload)
    deliver_now()
    inviting.invite_some(upload)
    asked = text(portal.get(at(upload, "upload-stop")))
    assert "4 people have passports already and keep them, so they count as duplicates" in asked
    portal.post(at(upload, "upload-stop"))
    work()
    page = text(portal.get(at(upload)))
    assert "4 people had been invited, 1 person had not and will not be." in page
    assert "2 people have a passport but got neither the email nor the text message." in page
    assert "Rows in the file 6 Invited 4 Left out: stopped 1 Left out: problems 1" in page


def test_what_was_stopped_when_everybody_was_invited_says_nothing_of_nobody(
    portal: CheckingClient, trust: Organisation
) -> None:
    upload = done(trust, people(2))
    portal.post(at(upload, "upload-stop"))
    work()
    page = text(portal.get(at(upload)))
    assert "2 people had been invited. 2 people have a passport but got neither" in page
    assert "Left out: stopped" not in page


def test_withdrawing_asks_first(portal: CheckingClient, trust: Organisation) -> None:
    upload = done(trust, people(2))
    page = portal.get(at(upload))
    asks = link(page, "Withdraw the invitations")
    assert "Withdraw these invitations?" in text(portal.get(asks))
    portal.post(asks)
    work()
    assert "withdrew 2 of 2 invitations" in text(portal.get(at(upload)))


def test_cancelling_asks_first_and_leads_to_the_list(portal: CheckingClient, trust: Organisation) -> None:
    upload = checked(trust, people(2))
    assert "Cancel this upload?" in text(portal.get(at(upload, "upload-cancel")))
    page = portal.post(at(upload, "upload-cancel"), follow=True)
    assert "Nobody was invited" in text(page)
    assert rows(page)[0].startswith("starters.csv")


@pytest.mark.parametrize("step", ["upload-problems", "upload-duplicates", "upload-confirm", "upload-cancel"])
def test_a_step_that_is_over_leads_to_where_the_upload_stands(
    portal: CheckingClient, trust: Organisation, step: str
) -> None:
    making.passport(trust, email="known@example.com")
    upload = done(trust, [person(), person(email="wrong"), person(email="known@example.com")])
    assert portal.get(at(upload, step))["Location"] == at(upload)


@pytest.mark.parametrize("step", ["upload-stop", "upload-withdraw"])
def test_what_cannot_be_undone_yet_says_so(portal: CheckingClient, trust: Organisation, step: str) -> None:
    upload = checked(trust, people(1))
    assert portal.get(at(upload, step))["Location"] == at(upload)
    portal.post(at(upload, step))
    upload.refresh_from_db()
    assert upload.state == State.TO_REVIEW


def test_those_who_were_overtaken_can_be_seen(portal: CheckingClient, trust: Organisation) -> None:
    listed = people(2)
    upload = confirmed(trust, listed)
    making.passport(trust, email=listed[0][3], first_name="Grace", last_name="Okafor")
    work()
    page = portal.get(at(upload))
    assert "1 person got a passport in another way meanwhile" in text(page)
    assert "Grace Okafor" in text(portal.get(link(page, "See who")))


def test_the_list_of_uploads_says_who_when_how_many_and_the_state(
    portal: CheckingClient, trust: Organisation, other_trust: Organisation
) -> None:
    assert "No lists yet" in text(portal.get("/people/uploads"))
    done(trust, people(3), name="first.csv")
    checked(trust, b"", name="second.csv")
    checked(other_trust, people(1), name="theirs.csv")
    page = portal.get("/people/uploads")
    assert [row.partition(",")[0].strip() for row in rows(page)] == ["second.csv", "first.csv"]
    words = text(page)
    assert "The portal 3 3 All invited" in words
    assert "Could not be read" in words
    assert "theirs.csv" not in words


def numbers(page: Any) -> list[str]:
    """The row numbers of the table of problems; the table of kinds stands before it."""
    return [first for first in rows(page) if first.isdigit()]
