"""Who looks at the portal that a scanner is sent to: what they are logged in with, and where they begin."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.core.management import call_command
from django.db import connections
from django.http import SimpleCookie

from staffpassport.invitations import links
from staffpassport.messaging.states import Channel
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from tests import making
from tests.accounts.signing_in import give_fresh_code
from tests.checking import CheckingClient
from tests.signup.holders import browser_of, owned
from tests.signup.person import Person, invitation_of
from tests.uploads import lists

# Pages that end the session of whoever sends their forms, or that the stranger looks at.
_LEFT_OUT = ["/log-out", "/your-account/*", "/log-in*"]


@dataclass(slots=True)
class Visitor:
    """`cookies` are by name; `leave_out` are the paths that the scanner may not touch."""

    cookies: dict[str, str] = field(default_factory=dict)
    begin_at: list[str] = field(default_factory=list)
    leave_out: list[str] = field(default_factory=list)


def make(to: str) -> None:
    """Makes the tables, a trust with some people, and writes the visitors by name to this file, as JSON."""
    for database in connections:
        call_command("migrate", database=database, verbosity=0)
        call_command("createcachetable", database=database, verbosity=0)
    trust = making.organisation()
    people = [making.passport(trust) for _ in range(20)]
    upload = lists.checked(trust, lists.as_csv([lists.person(), lists.person(email="wrong")]))
    visitors = {
        "stranger": Visitor(begin_at=["/log-in", _link(people[0])]),
        "signing-up": _signing_up(trust),
        "administrator": _administrator(trust, [f"/people/{people[1].pk}", f"/people/uploads/{upload.pk}"]),
        "staff-member": _staff_member(trust),
    }
    Path(to).write_text(json.dumps({name: asdict(one) for name, one in visitors.items()}), encoding="utf-8")


def _link(passport: StaffPassport) -> str:
    return f"/i/{links.token(bytes(invitation_of(passport).link_id), Channel.EMAIL)}"


def _signing_up(trust: Organisation) -> Visitor:
    """Somebody who has typed the code, and has all the questions about themselves before them."""
    person = Person(making.passport(trust))
    person.browser = _over_tls(person.browser)
    person.until_proved()
    return Visitor(_cookies(person.browser), ["/invitation", "/sign-up/details"])


def _administrator(trust: Organisation, begin_at: list[str]) -> Visitor:
    member = making.member(trust, Role.SENIOR_ADMINISTRATOR)
    browser = _over_tls(making.logged_in(member))
    give_fresh_code(browser, member.user)  # else the pages that ask for one again are looked at from outside
    return Visitor(_cookies(browser), ["/", *begin_at], _LEFT_OUT)


def _staff_member(trust: Organisation) -> Visitor:
    passport = owned(trust)
    return Visitor(_cookies(browser_of(passport.holder)), [f"/my-staff-passports/{passport.pk}"], _LEFT_OUT)


def _over_tls(browser: CheckingClient) -> CheckingClient:
    browser.defaults |= {"HTTP_X_FORWARDED_PROTO": "https", "SERVER_NAME": "127.0.0.1"}
    return browser


def _cookies(browser: CheckingClient) -> dict[str, str]:
    held: SimpleCookie = browser.cookies
    return {name: str(cookie.value) for name, cookie in held.items()}
