"""The page of reports, of a trust that has made 20,000 invitations in the period, and of one with 100,000.

Every passport of the database has an invitation, so that the trust's are few among many; cohorts and states are mixed.
A round is many requests to the whole portal, middlewares and template included, one after the other: its figure is
their p95.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from django.test import Client
from django.utils import timezone
from uuid_utils.compat import uuid7

from benchmarks.browsing import browser_of
from benchmarks.database import LARGE, MIDDLE, tidy
from benchmarks.measuring import Figure, percentile, seconds
from benchmarks.stages import Setting
from staffpassport.bulk import insert
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.states import State
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.roster.cohort import EmploymentStatus, EmploymentType, StaffGroup

_REQUESTS = 40
_GOALS = {MIDDLE: 0.1, LARGE: 0.3}
_DAYS = 29
_AT_ONCE = 20_000


def run(setting: Setting) -> Iterator[Figure]:
    """The usual 30 days, in which all invitations were made."""
    for trust in Organisation.objects.all():
        _invite_everybody(trust)
    for ods_code in _GOALS:
        _mix(Organisation.objects.get(ods_code=ods_code))
    tidy()
    logging.disable(logging.INFO)
    for ods_code, goal in _GOALS.items():
        trust = Organisation.objects.get(ods_code=ods_code)
        browser = browser_of(trust)
        _open(browser)
        taken, middles = [], []
        for _ in range(setting.rounds):
            each = [seconds(partial(_open, browser)) for _ in range(_REQUESTS)]
            taken.append(percentile(each, 95))
            middles.append(percentile(each, 50))
        made = Invitation.objects.of(trust).count()
        notes = [f"p95 of {_REQUESTS} requests", f"median {min(middles):.3f} s at best"]
        yield Figure(f"report of {made:,} invitations", setting.on, taken, goal, notes=notes)


def _invite_everybody(trust: Organisation) -> None:
    now = timezone.now()
    waiting = iter(StaffPassport.objects.of(trust).order_by("pk").values_list("pk", flat=True))
    place = 0
    while some := list(islice(waiting, _AT_ONCE)):
        rows = []
        for passport in some:
            at = _at(now, place)
            rows.append((passport, uuid7(), at, at + timedelta(days=14)))
            place += 1
        insert(
            Invitation,
            ["passport_id", "id", "created_at", "expires_at"],
            rows,
            same={"organisation_id": trust.pk, "sequence": 1},
        )


def _at(now: datetime, place: int) -> datetime:
    """In chunks, as lists are invited, at all hours of the days."""
    return now - timedelta(minutes=(place // 50 * 7919) % (_DAYS * 24 * 60))


def _mix(trust: Organisation) -> None:
    """Cohorts by the last digits of the number; some have answered, some were not reached, some invitations ended."""
    passports, invitations = StaffPassport.objects.of(trust), Invitation.objects.of(trust)
    passports.update(email_state=State.DELIVERED, text_state=State.DELIVERED)
    for digit, group in enumerate(StaffGroup):
        passports.filter(phone__endswith=str(digit)).update(staff_group=group)
    for digit in range(0, 10, 2):
        passports.filter(phone__endswith=f"{digit}3").update(employment_type=EmploymentType.TEMPORARY_MOVER)
        passports.filter(phone__endswith=f"{digit}6").update(
            employment_status=EmploymentStatus.CURRENT_EMPLOYEE_OR_LEAVER
        )
    passports.filter(phone__endswith="77").update(text_state=State.FAILED)
    now = timezone.now()
    for ending, reason in (("21", "replaced"), ("42", "withdrawn"), ("63", "deleted")):
        ended = passports.filter(phone__endswith=ending).values("pk")
        invitations.filter(passport_id__in=ended).update(ended_at=now, ended_reason=reason)
    accepted = passports.filter(phone__endswith="5").values("pk")
    invitations.filter(passport_id__in=accepted).update(accepted_at=now)


def _open(browser: Client) -> None:
    answer = browser.get("/reports")
    assert answer.status_code == 200, answer.status_code
    assert b'role="img"' in answer.content
