"""Every page of the URL map: it has a rule, and nobody gets past it.

New pages are walked as they come. Whoever adds one with an object in its address says in `OBJECTS` how to make one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, include, path, reverse
from django.utils import timezone
from uuid_utils.compat import uuid7

from staffpassport.accounts import recovery_mails
from staffpassport.accounts.links import PRINTED_LIVES, password_link
from staffpassport.accounts.models import Membership
from staffpassport.accounts.recovering import start_by_mail
from staffpassport.accounts.reset_mails import stop_path
from staffpassport.accounts.reset_models import Reason
from staffpassport.accounts.resets import open_one, start_reset
from staffpassport.batches.kinds import Kind as Batches
from staffpassport.invitations import links
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.resending import resend
from staffpassport.messaging.states import Channel
from staffpassport.organisations.access import Permission, Role, Rule, may, public, rule_of
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import Status
from staffpassport.signup.correcting import propose
from staffpassport.uploads.views.beginning import cohort_query
from tests import making
from tests.accounts.holding import holder
from tests.accounts.signing_in import SET_UP, with_authenticator
from tests.batches import batches
from tests.checking import CheckingClient
from tests.identity.answering import signed_up
from tests.reading import text
from tests.uploads import lists

pytestmark = pytest.mark.django_db

SENT = ("GET", "POST")
NO_PAGE_SENDS = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
METHODS = (*SENT, *NO_PAGE_SENDS)

PUBLIC = {
    "account_login",
    "account_logout",
    "passkey-log-in",
    "passkey-log-in-begin",
    "mfa_authenticate",
    "log-in-by-code",
    "send-log-in-code",
    "lost-phone",
    "forgotten-password",
    "forgotten-password-sent",
    "second-factor-passkey",
    "choose-password",
    "logged-out",
    "session",
    "stop-reset",
    "stop-recovery",
    "open-link",
    "invitation",
    "start-application",
    "new-invitation",
    "invitation-asked",
    "not-me",
    "sign-up-another",
    "sign-up-notices",
    "sign-up-identity",
    "sign-up-code",
    "sign-up-correct",
    "sign-up-correct-code",
    "sign-up-waiting",
    "sign-up-invitations",
    "sign-up-details",
    "sign-up-numbers",
    "sign-up-account",
    "sign-up-passkey",
    "sign-up-check",
    "sign-up-done",
    "accessibility",
    "contact",
    "cookies",
    "privacy",
    "terms",
    "healthz",
    "metrics",
    "notify-receipt",
}
BEFORE_THE_SECOND_FACTOR = {"mfa_activate_totp", "set-up-passkey", "recovery-codes"}
IN_NO_TRUST_YET = {
    "choose-trust",
    "fresh-by-code",
    "fresh-code-send",
    "own-number",
    "own-sessions",
    "own-number-code",
    "own-number-remove",
}
ONES_OWN = {
    "own-passports",
    "own-passport",
    "own-contact",
    "own-contact-code",
    "fresh-code",
    "fresh-code-passkey",
    "your-account",
    "app-add",
    "passkey-add",
    "passkey-add-begin",
    "factor-rename",
    "factor-remove",
    "recovery-codes-new",
    "password-change",
}


@dataclass(frozen=True)
class Route:
    """A page: its name, its pattern and its view."""

    name: str
    pattern: str
    view: Callable[..., Any]

    @property
    def rule(self) -> Rule | Permission | None:
        return rule_of(self.view)


def routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[Route]:
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, pattern)
        else:
            assert isinstance(entry, URLPattern)
            yield Route(entry.name or "", pattern, entry.callback)


ALL = list(routes())
INSIDE = [route for route in ALL if isinstance(route.rule, Permission)]
AFTER_THE_SECOND_FACTOR = [*INSIDE, *(route for route in ALL if route.rule is Rule.PROVED)]
# Ask for a fresh code before they look; test_another_persons_factor_is_as_one_that_does_not_exist gives one.
FRESH_FIRST = {"factor-rename", "factor-remove"}
WITH_AN_OBJECT = [
    route for route in AFTER_THE_SECOND_FACTOR if "<" in route.pattern and route.name not in FRESH_FIRST
]


def a_passport(trust: Organisation) -> dict[str, Any]:
    return {"passport": making.passport(trust).pk}


def a_passport_invited_again(trust: Organisation) -> dict[str, Any]:
    passport = making.passport(trust).pk
    resend(organisation=trust, passports=[passport], by=making.BY)
    return {"passport": passport}


def a_signed_up_passport(trust: Organisation) -> dict[str, Any]:
    return {"passport": signed_up(trust).pk}


def a_declined_passport(trust: Organisation) -> dict[str, Any]:
    return {"passport": signed_up(trust, Status.ACCESS_DECLINED).pk}


def a_check_half_done(trust: Organisation) -> dict[str, Any]:
    return {"passport": signed_up(trust).pk, "draft": uuid7()}


def a_channel_of_a_passport(trust: Organisation) -> dict[str, Any]:
    return {"passport": signed_up(trust).pk, "channel": "email"}


def a_draft(trust: Organisation) -> dict[str, Any]:
    """The id of a draft is that of the passport it becomes."""
    return {"draft": making.passport(trust).pk}


def a_password_link(trust: Organisation) -> dict[str, Any]:
    user = making.member(trust, Role.HR_USER).user
    return {"token": password_link(user, lives=PRINTED_LIVES).rpartition("/")[2]}


def a_list() -> bytes:
    """With somebody to invite, a problem and a duplicate, so that each step of the review has something to say."""
    listed = [lists.person(), lists.person(email="wrong")]
    return lists.as_csv([*listed, listed[0]])


def a_review(trust: Organisation) -> dict[str, Any]:
    return {"upload": lists.checked(trust, a_list()).pk}


def a_confirmed_upload(trust: Organisation) -> dict[str, Any]:
    return {"upload": lists.confirmed(trust, a_list()).pk}


def a_done_upload(trust: Organisation) -> dict[str, Any]:
    return {"upload": lists.done(trust, a_list()).pk}


def an_overtaken_upload(trust: Organisation) -> dict[str, Any]:
    somebody = lists.person()
    upload = lists.confirmed(trust, [somebody, *lists.people(1)])
    making.passport(trust, email=somebody[3])
    lists.work()
    return {"upload": upload.pk}


def a_choice(kind: Batches) -> Callable[[Organisation], dict[str, Any]]:
    def choice(trust: Organisation) -> dict[str, Any]:
        return {"batch": batches.chosen(trust, kind, 2).pk}

    return choice


def a_done_batch(trust: Organisation) -> dict[str, Any]:
    return {"batch": batches.done(trust, Batches.RESEND, 2).pk}


def a_portal_user(trust: Organisation) -> dict[str, Any]:
    return {"membership": making.member(trust, Role.HR_USER).pk}


def a_link_to_stop_a_reset(trust: Organisation) -> dict[str, Any]:
    by, _, user = (making.senior(trust) for _ in range(3))
    user.last_seen_at = timezone.now()
    user.save()
    start_reset(membership=user.pk, reason=Reason.LOST, by=by, network_address=None)
    under_way = open_one(user)
    assert under_way
    return {"token": stop_path(under_way).rpartition("/")[2]}


def a_link_to_stop_a_recovery(trust: Organisation) -> dict[str, Any]:
    recovery = start_by_mail(holder(trust), trust, None)
    return {"token": recovery_mails.stop_path(recovery).rpartition("/")[2]}


def a_factor(trust: Organisation) -> dict[str, Any]:
    """Of somebody else, as every factor is to whoever did not set it up."""
    user = making.member(trust, Role.HR_USER).user
    with_authenticator(user)
    return {"factor": Authenticator.objects.get(user=user).pk}


def a_form_half_done(trust: Organisation) -> dict[str, Any]:
    """Its answers stand in the session of whoever typed them."""
    return {"draft": uuid7()}


def an_invitation(trust: Organisation) -> dict[str, Any]:
    sent = Invitation.everywhere.get(passport_id=making.passport(trust).pk)
    return {"token": links.token(bytes(sent.link_id), Channel.EMAIL)}


def a_corrected_phone(trust: Organisation) -> dict[str, Any]:
    sent = Invitation.everywhere.get(passport_id=making.passport(trust).pk)
    proposed = propose(
        invitation=sent, channel=Channel.TEXT, value=making.details().phone, network_address=None
    )
    assert proposed
    return {"correction": proposed.pk}


def a_channel(trust: Organisation) -> dict[str, Any]:
    return {"channel": Channel.TEXT.value}


OBJECTS = {
    "sign-up-correct": a_channel,
    "sign-up-correct-code": a_channel,
    "decide-contact": a_corrected_phone,
    "person": a_passport,
    "edit-profile": a_passport,
    "resend-invitation": a_passport,
    "invitation-resent": a_passport_invited_again,
    "withdraw-invitation": a_passport,
    "delete-passport": a_passport,
    "held": a_passport,
    "confirm-identity": a_signed_up_passport,
    "confirm-identity-check": a_check_half_done,
    "decline-access": a_signed_up_passport,
    "own-passport": a_signed_up_passport,
    "own-contact": a_channel_of_a_passport,
    "own-contact-code": a_channel_of_a_passport,
    "reconsider-access": a_declined_passport,
    "invite-one-change": a_draft,
    "invite-one-check": a_draft,
    "choose-password": a_password_link,
    "upload-state": a_confirmed_upload,
    "upload-problems": a_review,
    "upload-marked-file": a_review,
    "upload-duplicates": a_review,
    "upload-duplicates-csv": a_review,
    "upload-duplicates-xlsx": a_review,
    "upload-confirm": a_review,
    "upload-cancel": a_review,
    "upload-overtaken": an_overtaken_upload,
    "upload-stop": a_confirmed_upload,
    "upload-withdraw": a_done_upload,
    "open-link": an_invitation,
    "batch-state": a_done_batch,
    "batch-resend": a_choice(Batches.RESEND),
    "batch-withdraw": a_choice(Batches.WITHDRAW),
    "batch-delete": a_choice(Batches.DELETE),
    "user-change": a_form_half_done,
    "user-check": a_form_half_done,
    "system-check": a_form_half_done,
    "factor-rename": a_factor,
    "factor-remove": a_factor,
    "user-edit": a_portal_user,
    "user-disable": a_portal_user,
    "user-enable": a_portal_user,
    "user-send-link": a_portal_user,
    "user-reset": a_portal_user,
    "stop-reset": a_link_to_stop_a_reset,
    "stop-recovery": a_link_to_stop_a_recovery,
}


# What a page needs to know besides: without it, it leads elsewhere.
QUERIES = {
    "upload": cohort_query(making.COHORT),
}


def address(route: Route, trust: Organisation) -> str:
    path = reverse(route.name, kwargs=OBJECTS[route.name](trust) if "<" in route.pattern else None)
    return f"{path}?{QUERIES[route.name]}" if route.name in QUERIES else path


def named(route: Route) -> str:
    return route.name


each_route = pytest.mark.parametrize("route", ALL, ids=named)
each_route_after_the_second_factor = pytest.mark.parametrize("route", AFTER_THE_SECOND_FACTOR, ids=named)
each_route_inside = pytest.mark.parametrize("route", INSIDE, ids=named)


def test_every_route_has_a_name_and_a_rule() -> None:
    assert len(ALL) >= 20
    without = [route.pattern for route in ALL if not route.name or route.rule is None]
    assert without == [], "each view needs @public, @logged_in or @requires(…)"
    assert len({route.name for route in ALL}) == len(ALL)


def test_what_is_open_before_the_second_factor_is_named_here() -> None:
    """One more such page is a decision, not a slip."""
    assert {route.name for route in ALL if route.rule is Rule.PUBLIC} == PUBLIC
    assert {route.name for route in ALL if route.rule is Rule.LOGGED_IN} == BEFORE_THE_SECOND_FACTOR
    assert {route.name for route in ALL if route.rule is Rule.PROVED} == IN_NO_TRUST_YET | ONES_OWN


def test_whoever_adds_an_object_to_an_address_says_how_to_make_one() -> None:
    assert {route.name for route in ALL if "<" in route.pattern} == set(OBJECTS)


@each_route
def test_a_stranger_is_sent_to_log_in_everywhere_but_on_public_pages(
    visitor: CheckingClient, trust: Organisation, route: Route
) -> None:
    where = address(route, trust)
    for method in METHODS:
        answer = visitor.generic(method, where)
        if route.name in PUBLIC:
            assert answer.status_code in (200, 302, 404, 405, 410), method
            assert "next=" not in answer.get("Location", "")
        else:
            assert answer.status_code == 302, method
            assert answer["Location"].startswith("/log-in?next=/")


@each_route_after_the_second_factor
def test_a_password_alone_opens_nothing(trust: Organisation, route: Route) -> None:
    client = CheckingClient()
    client.force_login(making.member(trust, Role.SENIOR_ADMINISTRATOR).user)
    where = address(route, trust)
    for method in METHODS:
        answer = client.generic(method, where)
        assert (answer.status_code, answer.get("Location")) == (302, SET_UP), method


@each_route_after_the_second_factor
def test_a_factor_proved_elsewhere_opens_nothing_here(trust: Organisation, route: Route) -> None:
    """Somebody has a factor; this session knows the password only."""
    user = making.member(trust, Role.SENIOR_ADMINISTRATOR).user
    with_authenticator(user)
    client = CheckingClient()
    client.force_login(user)
    assert client.get(address(route, trust))["Location"].startswith("/log-in")


@each_route_after_the_second_factor
def test_the_proof_of_somebody_else_in_a_session_is_none(
    trust: Organisation, hr: Membership, route: Route
) -> None:
    client = CheckingClient()
    client.force_login(making.member(trust, Role.SENIOR_ADMINISTRATOR).user)
    session = client.session
    session["second_factor_set_up_by"] = str(hr.user.pk)
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session["account_authentication_methods_user"] = str(hr.user.pk)
    session.save()
    assert client.get(address(route, trust))["Location"] == SET_UP


@each_route
def test_every_role_gets_what_its_permission_gives_and_never_an_error(
    trust: Organisation, route: Route
) -> None:
    """Who may is asked before the method is looked at, so methods that no page sends are tried by one who may and by
    one who may not.
    """
    permission = route.rule if isinstance(route.rule, Permission) else None
    allowed = {role: permission is None or may(role, permission) for role in Role}
    of_each_kind = {answer: role for role, answer in allowed.items()}.values()
    wrong = []
    for role in Role:
        # A browser and an object for each. The form is sent last, as logging out and others use them up.
        client = making.logged_in(making.member(trust, role))
        where = address(route, trust)
        for method in ("GET", *(NO_PAGE_SENDS if role in of_each_kind else ()), "POST"):
            status = client.generic(method, where).status_code
            refused_as_it_should_be = permission is None or (status == 403) is not allowed[role]
            if status not in (200, 302, 400, 403, 404, 405, 410) or not refused_as_it_should_be:
                wrong.append(f"{role} {method} {where}: {status}")
    assert wrong == []


@each_route_inside
def test_somebody_without_a_trust_gets_nowhere(trust: Organisation, route: Route) -> None:
    membership = making.member(trust, Role.SENIOR_ADMINISTRATOR)
    client = making.logged_in(membership)
    Membership.everywhere.filter(pk=membership.pk).delete()
    where = address(route, trust)
    assert {method: client.generic(method, where).status_code for method in SENT} == dict.fromkeys(SENT, 403)


@pytest.mark.parametrize("route", WITH_AN_OBJECT, ids=named)
def test_another_trusts_object_is_as_one_that_does_not_exist(
    trust: Organisation, other_trust: Organisation, route: Route
) -> None:
    what = OBJECTS[route.name](other_trust)
    nobodys = {name: UUID(int=7) if isinstance(one, UUID) else one for name, one in what.items()}
    told_apart = []
    for role in Role:
        client = making.logged_in(making.member(trust, role))
        for method in (client.get, client.post):
            theirs, none = (
                method(reverse(route.name, kwargs=given), follow=True) for given in (what, nobodys)
            )
            if told(theirs) != told(none) or "Grace Okafor" in text(theirs):
                told_apart.append(f"{role} {method.__name__}: {told(theirs)} in place of {told(none)}")
    assert told_apart == []


def told(answer: Any) -> tuple[Any, ...]:
    """What somebody learns by an answer, but for ids."""
    return (
        answer.status_code,
        answer.redirect_chain,
        [word for word in text(answer).split() if "-" not in word],
    )


def test_each_route_is_tried_with_each_role_and_what_is_another_trusts(
    record_property: Callable[[str, object], None],
) -> None:
    """The URL map is asked itself, so that no route drops out of the lists above unseen."""

    def tried(test: Any) -> set[str]:
        """By each role: the two tests go through them."""
        (of_route,) = (mark for mark in test.pytestmark if mark.name == "parametrize")
        return {route.name for route in of_route.args[1]}

    assert not get_resolver().namespace_dict, "names in a namespace are looked for elsewhere"
    # By the names, what their patterns take: the last of each is the converters by the names of values.
    mapped = {
        name: takes for name, (*_, takes) in get_resolver().reverse_dict.items() if isinstance(name, str)
    }
    every = set(mapped)
    # What is open to everybody is found by a secret in its address or cookie, and has no role.
    closed = {name for name in every - PUBLIC - FRESH_FIRST if mapped[name]}
    own = tried(test_every_role_gets_what_its_permission_gives_and_never_an_error)
    others = tried(test_another_trusts_object_is_as_one_that_does_not_exist)
    assert own == every
    assert others == closed
    record_property(
        "The isolation matrix",
        f"{len(every)} routes × {len(Role)} roles, and {len(closed)} of them × {len(Role)} roles with what is another "
        f"trust’s: {len(Role) * (len(own) + len(others))} cases",
    )


# That somebody looks at what stands on a record, takes it away or reads the audit trail is an event: a GET that writes.
LOOKS = {
    "person",
    "edit-profile",
    "held",
    "resend-invitation",
    "confirm-identity",
    "reconsider-access",
    "decide-contact",
    "upload-marked-file",
    "upload-duplicates-csv",
    "upload-duplicates-xlsx",
    "audit",
}


# Without a draft, the page of a draft leads away, with a notice in the session.
@pytest.mark.parametrize("route", [route for route in INSIDE if "draft" not in route.pattern], ids=named)
def test_looking_at_a_page_writes_nothing(trust: Organisation, route: Route) -> None:
    """One write a page would queue all readers behind a bulk upload on SQLite."""
    client = making.logged_in(making.member(trust, Role.SENIOR_ADMINISTRATOR))
    where = address(route, trust)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(where).status_code == 200
        assert client.head(where).status_code == 200
    written = [
        sql for query in queries.captured_queries if not (sql := query["sql"].strip('"')).startswith("SELECT")
    ]
    if route.name in LOOKS:
        # In a transaction of their own, which on SQLite begins with BEGIN.
        written = [sql for sql in written if not sql.startswith(('INSERT INTO "audit_', "BEGIN", "COMMIT"))]
    assert not written


def held_back(answer: Any) -> None:
    """What every answer tells a browser: not to keep it, frame it, guess at it or let others have it."""
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "strict-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["X-Request-Id"]
    policy = answer["Content-Security-Policy"]
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
        assert part in policy
    assert "unsafe" not in policy
    assert "*" not in policy


@each_route
def test_no_page_is_kept_framed_or_allowed_foreign_scripts(trust: Organisation, route: Route) -> None:
    client = making.logged_in(making.member(trust, Role.SENIOR_ADMINISTRATOR))
    where = address(route, trust)
    held_back(client.get(where))
    held_back(CheckingClient().get(where))
    held_back(client.post(where, {}))


@pytest.mark.parametrize(
    ("where", "form", "status"),
    [
        ("/nothing-here", None, 404),
        ("/log-in", {f"field{number}": "x" for number in range(501)}, 400),
        ("/log-in", {"login": "x" * (1024 * 1024 + 1)}, 400),
    ],
)
def test_what_is_refused_is_held_back_too(
    visitor: CheckingClient, where: str, form: dict[str, str] | None, status: int
) -> None:
    """A form of more fields, or of more bytes, than any of ours has is refused before a view reads it."""
    answer = visitor.get(where) if form is None else visitor.post(where, form)
    assert answer.status_code == status
    held_back(answer)


@pytest.mark.parametrize("where", ["/nothing-here", "/people/not-a-uuid", "/log-in/code/x", "/people/"])
def test_what_is_not_there_is_not_found_whoever_asks(visitor: CheckingClient, where: str) -> None:
    assert visitor.get(where).status_code == 404


def test_a_form_without_its_token_is_refused(trust: Organisation) -> None:
    for where in ("/log-in", "/log-out"):
        assert CheckingClient(enforce_csrf_checks=True).post(where).status_code == 403


# ── A view that somebody forgot to mark ─────────────────────────────────────────────────────────────────────


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("secret")


@public
def missing(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("", include("staffpassport.urls")),
    path("forgotten", forgotten, name="forgotten"),
]


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize("role", Role)
def test_a_view_without_a_rule_is_refused_to_everybody(trust: Organisation, role: Role) -> None:
    assert CheckingClient().get("/forgotten")["Location"].startswith("/log-in")
    assert making.logged_in(making.member(trust, role)).get("/forgotten").status_code == 403
    assert [route.name for route in routes() if route.rule is None] == ["forgotten"]
