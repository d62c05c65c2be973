"""One whole journey of people with marked names, addresses, phones, links and codes: no output of ours holds a mark.

Output is everything a machine, an operator or a monitor gets to see: log lines, whatever is printed, `/metrics`, error
pages and events. When the people are deleted and the time is over, no table holds a mark either.
"""

from __future__ import annotations

import base64
import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import time_machine
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from staffpassport.accounts.links import PRINTED_LIVES, password_link
from staffpassport.accounts.models import User
from staffpassport.audit.models import Event, Kind
from staffpassport.codes import digits
from staffpassport.codes.models import SecurityCode
from staffpassport.invitations import links
from staffpassport.invitations.deleting import delete
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.views import inviting
from staffpassport.messaging.models import PracticeMessage
from staffpassport.messaging.states import Channel
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.work import duties
from tests import making
from tests.accounts.signing_in import give_password
from tests.checking import CheckingClient
from tests.identity.answering import typed
from tests.mail_stub import Stub as MailStub
from tests.messaging.mailing import post_office
from tests.messaging.notifying import stub
from tests.messaging.outbox import deliver_now
from tests.notify_stub import Stub
from tests.reading import filled_in
from tests.signup.person import Person
from tests.test_logs import logging_as
from tests.uploads.lists import as_csv, checked, person, work

__all__ = ["post_office", "stub"]

FILE_NAME = "starters-markfile"
METRICS_TOKEN = "a token of the monitor 0123456789 marked"
PASSWORD = "the marked words of zebedee"
FORM = {
    "first_name": "Zebedëemark",
    "last_name": "O'Quillermark",
    "email": "zebedee.mark+1@example.com",
    "phone": "07946 000321",
    "oriel_pin": "PINMARK77",
    "esr_assignment_number": "98765432",
    "staff_group": "medical-and-dental",
    "job_role": "",
    "employment_type": "permanent-or-fixed-term",
    "employment_status": "new-starter",
    "date_of_birth-day": "29",
    "date_of_birth-month": "2",
    "date_of_birth-year": "1972",
}
PEOPLE = [
    *("Zebedëemark", "O'Quillermark", "zebedee.mark+1", "zebedee.mark", "PINMARK77", "98765432", "98765431"),
    *("946000321", "946 000321", "946000654", "946 000654", "946 000 321", "1972-02-29", "29/02/1972"),
    *("29/2/1972", "29 February 1972", "date(1972, 2, 29", "Listmarked", FILE_NAME),
    *("Zebmark", "no.such.mark", "refused.mark", "someone.unmarked.mark"),
]


def written_as(mark: str) -> Iterator[str]:
    """The ways in which a value may stand in a line, in small letters but for base64."""
    yield from (mark, unicodedata.normalize("NFD", mark), quote(mark, safe=""), quote_plus(mark))
    yield from (html.escape(mark), json.dumps(mark)[1:-1], repr(mark)[1:-1], ascii(mark)[1:-1])
    yield mark.encode().hex()


def in_base64(mark: str) -> Iterator[str]:
    """Without the signs at the ends, which depend on what stands beside it; wherever it begins in the text."""
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            coded = encode(b"." * before + mark.encode()).decode().rstrip("=")
            yield coded[(0, 2, 3)[before] : -1]


def found_in(text: str, marks: set[str]) -> list[str]:
    small = text.lower()
    return [
        mark
        for mark in sorted(marks)
        if any(way.lower() in small for way in written_as(mark))
        or (len(mark) > 7 and any(way in text for way in in_base64(mark)))
    ]


class Journey:
    """What a trust and its people do, and the secrets that come up on the way."""

    def __init__(self, trust: Organisation) -> None:
        self.trust = trust
        self.member = making.member(trust, Role.SENIOR_ADMINISTRATOR)
        self.desk = making.logged_in(self.member)
        self.secrets = {METRICS_TOKEN, PASSWORD, making.PASSWORD}
        self.browsers = [self.desk]

    def invites_one(self) -> StaffPassport:
        check = self.desk.post("/people/invite/one", FORM)
        assert check.status_code == 302, check.content.decode()
        self.desk.post(check["Location"], filled_in(self.desk.get(check["Location"])) | {"create": "yes"})
        invited: StaffPassport = StaffPassport.objects.of(self.trust).get(email=FORM["email"])
        return invited

    def fails(self, monkeypatch: pytest.MonkeyPatch) -> str:
        """An error 500, with the person in the exception, in its cause and in the locals of each frame."""

        def breaks(**given: Any) -> None:
            people = given["people"]
            try:
                raise KeyError(str(people))
            except KeyError as cause:
                raise RuntimeError(f"Key (email)=({people}) already exists") from cause

        check = self.desk.post(
            "/people/invite/one", FORM | {"email": "refused.mark@example.com", "phone": "07946000654"}
        )
        shown = filled_in(self.desk.get(check["Location"]))
        self.desk.raise_request_exception = False
        with monkeypatch.context() as broken:
            broken.setattr(inviting, "invite", breaks)
            answer = self.desk.post(check["Location"], shown | {"create": "yes"})
        self.desk.raise_request_exception = True
        assert answer.status_code == 500
        return answer.content.decode()

    def uploads(self) -> None:
        rows = [
            person(first_name="Listmarked", email="zebedee.mark+2@example.com", phone="07946000654"),
            person(first_name="Listmarked", email="zebedee.mark+3@@", date_of_birth="29/02/1972"),
            person(email=FORM["email"], phone=FORM["phone"]),
        ]
        upload = checked(self.trust, rows, name=f"{FILE_NAME}.csv")
        for page in ("upload-marked-file", "upload-duplicates-csv", "upload-problems"):
            assert self.desk.get(reverse(page, args=[upload.pk])).status_code == 200
        page = reverse("upload-confirm", args=[upload.pk])
        self.desk.post(page, {"plan": upload.plan_hash, "upload": "yes"})
        work()
        checked(self.trust, as_csv([["Zebmark"]], ["Listmarked"]), name=f"{FILE_NAME}.csv")
        checked(self.trust, b"PK\x03\x04 Listmarked", name=f"{FILE_NAME}.xlsx")
        assert StaffPassport.objects.of(self.trust).filter(first_name="Listmarked").exists()

    def works_at(self, passport: StaffPassport) -> None:
        """Looks, searches, mistakes, changes, re-sends, takes away."""
        record = f"/people/{passport.pk}"
        self.desk.get(f"/people?q={quote(FORM['first_name'])}")
        self.desk.get(record)
        form = filled_in(self.desk.get(f"{record}/edit"))
        self.desk.post(f"{record}/edit", form | {"email": "zebedee.mark@@"})
        self.desk.post(f"{record}/edit", form | {"esr_assignment_number": "98765431", "then": "save"})
        self.desk.post(f"{record}/resend", filled_in(self.desk.get(f"{record}/resend")) | {"resend": "yes"})
        self.desk.post("/people/download", {"format": "csv"})
        b"".join(self.desk.post(reverse("held", args=[passport.pk]), {"format": "csv"}))

    def signs_up(self, passport: StaffPassport) -> None:
        """By a link of each channel: one who only looks, with links that are none; and the person."""
        stranger = CheckingClient()
        self.browsers.append(stranger)
        for invitation in Invitation.everywhere.all():
            for channel in Channel:
                self.secrets.add(links.token(bytes(invitation.link_id), channel))
        for token in [*self.secrets]:
            stranger.get(f"/i/{quote(token, safe='')}")
            stranger.get(f"/choose-password/{quote(token, safe='')}")
        staff = Person(passport)
        self.browsers.append(staff.browser)
        staff.start()
        staff.answer_questions()
        staff.post("/sign-up/code", code="zebmark")
        staff.give_code()
        staff.give_details(
            first_name=FORM["first_name"], last_name=FORM["last_name"], preferred_name="Zebmark"
        )
        staff.give_numbers(knows_esr="yes", esr_assignment_number="98765432")
        staff.choose_password(PASSWORD)
        staff.send()
        passport.refresh_from_db()
        assert passport.holder is not None

    def answers(self, passport: StaffPassport) -> None:
        """Declines with words of HR's own, takes it back, and confirms the identity by another document."""
        record = f"/people/{passport.pk}"
        self.desk.post(f"{record}/decline", {"reason": "other", "words": "The contract of Zebmark"})
        self.desk.post(f"{record}/reconsider", {"reconsider": "yes"})
        form = filled_in(self.desk.get(f"{record}/identity"))
        check = self.desk.post(f"{record}/identity", form | typed(other_document="Zebmark’s book"))[
            "Location"
        ]
        self.desk.post(check, filled_in(self.desk.get(check)))
        b"".join(self.desk.post(reverse("held", args=[passport.pk]), {"format": "csv"}))

    def logs_in(self) -> None:
        """Right and wrong, known and unknown, forgotten."""
        for email, password in ((FORM["email"], PASSWORD), ("no.such.mark@example.com", PASSWORD)):
            browser = CheckingClient()
            give_password(browser, email, password)
            browser.post("/forgotten-password", {"email": email})
            self.browsers.append(browser)
        link = password_link(self.member.user, lives=PRINTED_LIVES)
        self.secrets.add(link.rpartition("/")[2])
        visitor = CheckingClient()
        visitor.get(link)
        visitor.get(f"/nowhere/{quote(FORM['first_name'])}?email={quote(FORM['email'])}")
        self.browsers.append(visitor)

    def deletes(self, passport: StaffPassport) -> None:
        page = f"/people/{passport.pk}/delete"
        self.desk.post(page, filled_in(self.desk.get(page)) | {"delete": "yes"})
        rest = list(StaffPassport.objects.of(self.trust).values_list("pk", flat=True))
        assert passport.pk not in rest
        delete(organisation=self.trust, passports=rest, by=making.BY)

    def marks(self) -> set[str]:
        """Words of people, links, keys of sessions."""
        cookies = {
            one.value for browser in self.browsers for one in browser.cookies.values() if len(one.value) > 9
        }
        return {*PEOPLE, *self.secrets, *cookies}


@dataclass
class Output:
    """All that left the process while `listening`."""

    log: str = ""
    printed: str = ""

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.splitlines()]


@pytest.fixture
def listening(capfd: pytest.CaptureFixture[str]) -> Callable[[], AbstractContextManager[Output]]:
    """The product's logging as a machine gets it, and whatever goes past it."""

    @contextmanager
    def listen() -> Iterator[Output]:
        output = Output()
        with logging_as("json") as logged:
            yield output
        output.log, output.printed = logged.getvalue(), "".join(capfd.readouterr())

    return listen


Listening = Callable[[], AbstractContextManager[Output]]


@pytest.mark.django_db
def test_nothing_of_a_person_is_in_any_log_event_or_figure(
    trust: Organisation, settings: Any, monkeypatch: pytest.MonkeyPatch, listening: Listening
) -> None:
    settings.METRICS_TOKENS = [METRICS_TOKEN]
    with listening() as output:
        journey = Journey(trust)
        zebedee = journey.invites_one()
        error_page = journey.fails(monkeypatch)
        journey.uploads()
        deliver_now()
        journey.works_at(zebedee)
        deliver_now()
        journey.signs_up(zebedee)
        journey.answers(zebedee)
        journey.logs_in()
        codes = {digits.of(code) for code in SecurityCode.objects.values_list("pk", flat=True)}
        deliver_now()
        held_in = set(tables_with(PEOPLE))
        journey.deletes(zebedee)
        deliver_now()
        metrics = CheckingClient().get("/metrics", headers={"authorization": f"Bearer {METRICS_TOKEN}"})
        in_time = set(tables_with(PEOPLE))
        eight_days_later()
    assert metrics.status_code == 200
    marks = journey.marks()
    assert found_in(output.log, marks) == []
    assert found_in(output.printed, marks) == []
    assert found_in(metrics.content.decode(), marks) == []
    assert found_in(error_page, marks) == []
    assert found_in(str(list(Event.objects.values_list())), marks) == []
    for line in output.lines:
        line.pop("timestamp")
        assert not codes & set(re.findall(r"\b\d{6}\b", json.dumps(line)))
    # Else nothing was looked at.
    assert codes
    assert {"request", "request failed", "message"} <= {line["event"] for line in output.lines}
    failed = next(line for line in output.lines if line["event"] == "request failed")
    assert (failed["fault"], failed["cause"]) == ("RuntimeError", "KeyError")
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {Kind.INVITED, Kind.PROFILE_CHANGED, Kind.INVITATION_RESENT} <= kinds
    assert {Kind.SIGNED_UP, Kind.UPLOAD_DONE, Kind.PASSPORT_DELETED} <= kinds

    # And what was held of the people is gone with them, but for the list they came in with, until its time is over.
    assert {"StaffPassport", "UploadRow", "ProfileChange", "User", "Decline", "IdentityCheck"} <= held_in
    assert in_time <= {"UploadRow", "Upload", "Session"}
    assert tables_with([mark for mark in PEOPLE if mark != FILE_NAME]) == []
    assert not User.objects.filter(email=FORM["email"]).exists()


@pytest.mark.django_db
def test_nothing_of_a_person_is_in_the_log_of_a_worker_that_sends_by_notify(
    trust: Organisation, stub: Stub, listening: Listening
) -> None:
    """What Notify says of a refusal holds the address or phone."""
    with listening() as output:
        journey = Journey(trust)
        journey.invites_one()
        deliver_now()
        stub.notify.refuse_all = (400, "ValidationError", f"email_address {FORM['email']} is not valid")
        journey.uploads()
        deliver_now()
    assert stub.notify.notifications
    marks = {*journey.marks(), *(one.recipient for one in stub.notify.notifications)}
    assert found_in(output.log, marks) == []
    assert found_in(output.printed, marks) == []
    assert {"sent", "failed"} <= {line.get("state") for line in output.lines}


@pytest.mark.django_db
def test_nothing_of_a_person_is_in_the_log_of_a_worker_that_sends_by_a_mail_server(
    trust: Organisation, post_office: MailStub, listening: Listening
) -> None:
    """What a mail server says of a refusal names the address."""
    post_office.server.answers["RCPT"] = [f"550 5.1.1 <{FORM['email']}> is not known"]
    with listening() as output:
        journey = Journey(trust)
        journey.invites_one()
        deliver_now()
        journey.uploads()
        deliver_now()
    assert any(FORM["email"] in line for line in post_office.server.said), "else nothing was sent"
    assert found_in(output.log, journey.marks()) == []
    assert found_in(output.printed, journey.marks()) == []
    assert "failed" in {line.get("state") for line in output.lines}


def eight_days_later() -> None:
    """Whatever a worker forgets by then."""
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        for duty in duties.registered():
            if duty.name.startswith(("clear-", "forget-", "retire-", "delete-", "note-")):
                while duty.run():
                    pass


def tables_with(marks: list[str]) -> list[str]:
    """Tables that hold one of the marks; what the practice provider delivered stands for the outside world."""
    return [
        model.__name__
        for model in apps.get_models()
        if model is not PracticeMessage and found_in(str(list(model._base_manager.values_list())), set(marks))
    ]
