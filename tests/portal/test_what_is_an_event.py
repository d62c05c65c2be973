"""Looks, downloads and refusals are events, each with actor, time and network address, and nothing about staff."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone

from staffpassport.accounts.models import Membership
from staffpassport.audit.models import Event, Kind
from staffpassport.identity.answering import decline_access
from staffpassport.identity.models import Reason
from staffpassport.invitations.resending import resend
from staffpassport.messaging.states import Channel
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.editing import version_of
from staffpassport.passports.models import StaffPassport, Status
from staffpassport.signup.models import ContactCorrection
from staffpassport.uploads.actions import receive
from staffpassport.uploads.states import State
from tests import making
from tests.accounts.signing_in import CODE, LOG_IN, SET_UP, give_password, with_authenticator
from tests.checking import CheckingClient
from tests.identity.answering import typed
from tests.messaging.outbox import deliver_now
from tests.reading import filled_in
from tests.test_docs import views
from tests.uploads.lists import HEADINGS, as_csv, checked, person, work
from tests.writes import Writes

pytestmark = pytest.mark.django_db

FROM = "192.0.2.44"


def newest() -> Event:
    found = Event.objects.order_by("-pk").first()
    assert found
    return found


def told(by: Membership) -> tuple[str, str, str]:
    """The newest event: its kind, subject and detail. It tells who, when and from where."""
    event = newest()
    assert event.actor == f"user:{by.user_id}"
    assert event.network_address == FROM
    assert abs((timezone.now() - event.at).total_seconds()) < 60
    return event.kind, event.subject, event.detail


@pytest.mark.parametrize("page", ["person", "edit-profile", "held"])
def test_every_look_at_a_record_is_an_event(
    portal: CheckingClient, hr: Membership, trust: Organisation, page: str
) -> None:
    grace = making.passport(trust)
    for _ in range(2):
        portal.get(reverse(page, args=[grace.pk]), REMOTE_ADDR=FROM)
    assert told(hr) == (Kind.PASSPORT_VIEWED, str(grace.pk), "")
    assert Event.objects.filter(kind=Kind.PASSPORT_VIEWED).count() == 2


def test_every_page_that_shows_contact_details_or_the_date_of_birth_is_a_look(trust: Organisation) -> None:
    """Whatever page is named by a passport, or by a detail that its person has corrected; however the person stands."""
    desk = making.logged_in(making.member(trust, Role.SENIOR_ADMINISTRATOR))
    grace = making.passport(
        trust, email="seen@example.com", phone="+447946000321", date_of_birth=date(1972, 2, 29)
    )
    pages = {reverse(route, args=[grace.pk]) for route in named_by_a_passport()}
    shown = pages_that_show(desk, pages, grace)
    resend(organisation=trust, passports=[grace.pk], by=making.BY)
    shown |= pages_that_show(desk, pages, grace)
    StaffPassport.objects.of(trust).update(status=Status.APPOINTMENT_NEEDED)
    check = desk.post(reverse("confirm-identity", args=[grace.pk]), typed(seen=version_of(grace)))["Location"]
    corrected = ContactCorrection.everywhere.create(
        organisation=trust,
        passport=grace,
        channel=Channel.EMAIL,
        value="seen.too@example.com",
        told_by=Channel.TEXT,
        proved_at=timezone.now(),
    )
    decide = reverse("decide-contact", args=[corrected.pk])
    shown |= pages_that_show(desk, pages | {check, decide}, grace)
    decline_access(
        organisation=trust, passport=grace.pk, reason=Reason.OTHER, words="You start in May", by=making.BY
    )
    shown |= pages_that_show(desk, pages, grace)
    of_passport = {
        reverse(route, args=[grace.pk]) for route in ("person", "edit-profile", "held", "reconsider-access")
    }
    of_passport |= {reverse(route, args=[grace.pk]) for route in ("confirm-identity", "resend-invitation")}
    assert shown >= of_passport | {check, decide}


def pages_that_show(desk: CheckingClient, pages: set[str], person: StaffPassport) -> set[str]:
    """Those that show something of the person; each has noted the look, once."""
    shown = set()
    for page in sorted(pages):
        Event.objects.filter(kind=Kind.PASSPORT_VIEWED).delete()
        words = desk.get(page).content.decode()
        if any(sign in words for sign in ("seen@example.com", "seen.too", "07946 000321", "29/02/1972")):
            shown.add(page)
            looks = Event.objects.filter(kind=Kind.PASSPORT_VIEWED, subject=str(person.pk))
            assert looks.count() == 1, page
    return shown


def named_by_a_passport() -> list[str]:
    """Pages of HR by the id of a passport alone."""
    return [
        str(route.name)
        for route in views(get_resolver())
        if str(route.pattern).count("<") == 1
        and "<uuid:passport>" in str(route.pattern)
        and not str(route.name).startswith("own-")
    ]


def test_no_look_at_another_trusts_record_is_written_as_one(
    portal: CheckingClient, other_trust: Organisation
) -> None:
    theirs = making.passport(other_trust)
    assert portal.get(reverse("person", args=[theirs.pk])).status_code == 404
    assert not Event.objects.filter(kind=Kind.PASSPORT_VIEWED).exists()


def test_every_file_with_peoples_details_is_an_event(
    portal: CheckingClient, hr: Membership, trust: Organisation
) -> None:
    making.passport(trust, email="known@example.com", phone="+447946000777")
    known = person(email="known@example.com", phone="07946000777")
    upload = checked(trust, [known, person(email="x"), person()])
    files = {
        "upload-marked-file": "the list with its problems marked",
        "upload-duplicates-csv": "duplicates, CSV",
        "upload-duplicates-xlsx": "duplicates, Excel",
    }
    for page, detail in files.items():
        answer = portal.get(reverse(page, args=[upload.pk]), REMOTE_ADDR=FROM)
        assert answer.status_code == 200
        assert told(hr) == (Kind.UPLOAD_DOWNLOADED, str(upload.pk), detail)
    portal.post("/people/download", {"format": "csv"}, REMOTE_ADDR=FROM)
    assert told(hr) == (Kind.LIST_DOWNLOADED, str(trust.pk), "1 people, CSV")
    portal.post("/reports", {"format": "xlsx"}, REMOTE_ADDR=FROM)
    assert told(hr)[0] == Kind.REPORT_DOWNLOADED


def test_refusals_are_events(hr: Membership, portal: CheckingClient) -> None:
    portal.get("/users", REMOTE_ADDR=FROM)
    assert told(hr) == (Kind.ACCESS_REFUSED, "users", "")

    def refused(expected: str, known: bool = True) -> None:
        event = newest()
        assert (event.kind, event.detail) == (Kind.LOG_IN_REFUSED, expected)
        assert event.subject == (str(hr.user_id) if known else "unknown")
        assert event.network_address == FROM

    visitor = CheckingClient(REMOTE_ADDR=FROM)
    for _ in range(5):
        give_password(visitor, hr.user.email, "wrong")
        refused("password")
    give_password(visitor, hr.user.email)
    refused("too many tries")
    give_password(visitor, "nobody@example.com", "wrong")
    refused("password", known=False)
    for _ in range(120):
        visitor.post(LOG_IN, {})
    assert give_password(visitor, hr.user.email).status_code == 429
    refused("too many tries from this network address", known=False)


def test_refused_codes_are_events(hr: Membership, trust: Organisation) -> None:
    visitor = CheckingClient(REMOTE_ADDR=FROM)
    give_password(visitor, hr.user.email)
    visitor.get(SET_UP)
    visitor.post(SET_UP, {"code": "000000"})
    assert (newest().kind, newest().detail) == (Kind.LOG_IN_REFUSED, "first code of an authenticator app")
    with_authenticator(hr.user)
    second = CheckingClient(REMOTE_ADDR=FROM)
    give_password(second, hr.user.email)
    for _ in range(6):
        second.post(CODE, {"code": "000000"})
        assert (newest().kind, newest().detail) == (Kind.LOG_IN_REFUSED, "second factor")
    assert Event.objects.filter(detail="second factor").count() == 6, "those beyond the limit too"


MARKED = {
    "first_name": "Zebedeemark",
    "last_name": "Quillermark",
    "email": "zebedeemark@example.com",
    "phone": "07946 000321",
    "oriel_pin": "PINMARK77",
    "esr_assignment_number": "98765432",
}
SIGNS = ("zebedeemark", "quillermark", "946000321", "946 000321", "pinmark77", "98765432", "listmark")


def test_a_whole_journey_leaves_nothing_about_staff_in_any_event(trust: Organisation) -> None:
    """Inviting by the form and by a file, looking, editing, re-sending, messages, downloads, deleting, mistakes."""
    desk = making.logged_in(making.member(trust, Role.SENIOR_ADMINISTRATOR))
    cohort = {
        "staff_group": "medical-and-dental",
        "job_role": "",
        "employment_type": "permanent-or-fixed-term",
        "employment_status": "new-starter",
    }
    check = desk.post("/people/invite/one", {**MARKED, **cohort})
    assert check.status_code == 302
    asked = desk.get(check["Location"])
    desk.post(check["Location"], filled_in(asked) | {"create": "yes"})
    zebedee = StaffPassport.objects.of(trust).get()
    deliver_now()
    desk.get("/people?q=Zebedeemark")
    desk.get(f"/people/{zebedee.pk}")
    form = filled_in(desk.get(f"/people/{zebedee.pk}/edit"))
    desk.post(f"/people/{zebedee.pk}/edit", form | {"first_name": "Zebedeemarkus", "then": "save"})
    desk.post(f"/people/{zebedee.pk}/edit", form | {"email": "zebedeemark@@"})
    page = desk.get(f"/people/{zebedee.pk}/resend")
    desk.post(f"/people/{zebedee.pk}/resend", filled_in(page) | {"resend": "yes"})
    desk.post("/people/download?q=Zebedeemark", {"format": "csv"})
    upload = checked(
        trust,
        [
            person(first_name="Zebedeemark", email="zebedeemark2@example.com"),
            person(last_name="Quillermark", email="zebedeemark"),
            person(email=MARKED["email"], phone=MARKED["phone"]),
        ],
        name="listmark.csv",
    )
    desk.get(reverse("upload-marked-file", args=[upload.pk]))
    desk.get(reverse("upload-duplicates-csv", args=[upload.pk]))
    desk.post(reverse("upload-confirm", args=[upload.pk]), {"plan": upload.plan_hash, "upload": "yes"})
    work()
    refused = checked(trust, as_csv([["Zebedeemark"]], ["Quillermark"]), name="listmark.csv")
    assert refused.state == State.REFUSED
    desk.get(f"/system/audit?about={zebedee.pk}")
    page = desk.get(f"/people/{zebedee.pk}/delete")
    desk.post(f"/people/{zebedee.pk}/delete", filled_in(page) | {"delete": "yes"})
    assert not StaffPassport.objects.of(trust).filter(pk=zebedee.pk).exists()
    deliver_now()
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert kinds >= {
        Kind.INVITED,
        Kind.MESSAGE_SENT,
        Kind.PASSPORT_VIEWED,
        Kind.PROFILE_CHANGED,
        Kind.INVITATION_RESENT,
        Kind.LIST_DOWNLOADED,
        Kind.UPLOAD_DOWNLOADED,
        Kind.UPLOAD_CONFIRMED,
        Kind.UPLOAD_REFUSED,
        Kind.AUDIT_READ,
        Kind.PASSPORT_DELETED,
    }
    everything = str(list(Event.objects.values_list())).lower()
    assert [sign for sign in SIGNS if sign in everything] == []


def test_a_browser_of_the_tests_finds_a_change_without_an_event(trust: Organisation) -> None:
    writes = Writes()

    def run(sql: str) -> list[str]:
        writes(lambda *_: None, sql, (), False, {"cursor": SimpleNamespace(rowcount=1)})
        return writes.without_an_event

    assert run('SELECT 1 FROM "passports_staffpassport"') == []
    assert run('UPDATE "accounts_membership" SET "last_seen_at" = %s WHERE "id" = %s') == []
    assert run('UPDATE "accounts_membership" SET "role" = %s WHERE "id" = %s') == ["accounts_membership"]
    assert run('INSERT INTO "audit_unsealed" ("id") VALUES (%s)') == []


def test_a_list_that_is_received_is_an_event(trust: Organisation) -> None:
    content = as_csv([person()], HEADINGS)
    upload = receive(organisation=trust, cohort=making.COHORT, content=content, name="x.csv", by=making.BY)
    found: Any = Event.objects.get(kind=Kind.UPLOAD_RECEIVED)
    assert found.subject == str(upload.pk)
