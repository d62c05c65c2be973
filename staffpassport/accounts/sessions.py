"""Sessions: in which trust's portal one is, when that ends, and the clearing away of those that are over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from staffpassport.accounts import devices, keeping, lifetimes
from staffpassport.accounts.models import Membership, User
from staffpassport.accounts.network import person
from staffpassport.accounts.session_models import Because, UserSession
from staffpassport.audit.models import Kind
from staffpassport.audit.record import record
from staffpassport.ui import drafts
from staffpassport.work.duties import Duty

_ENTERED = "entered"


@transaction.atomic
def enter(request: HttpRequest, membership: Membership) -> None:
    """From here on the session is in this trust's portal. What was typed in another one's stays there."""
    before = entered(request)
    if before and before[0] != str(membership.pk):
        drafts.forget_all(request.session)
    keeping.give_back(request, membership)
    request.session[_ENTERED] = [str(membership.pk), membership.entry_number]
    Membership.objects.of(membership.organisation).filter(pk=membership.pk).update(
        last_seen_at=timezone.now()
    )
    record(
        Kind.TRUST_ENTERED,
        actor=person(membership.user, request, membership),
        organisation_id=membership.organisation_id,
        subject=membership.user_id,
    )


def enter_the_only_one(request: HttpRequest, memberships: Sequence[Membership]) -> None:
    """At log-in: there is nothing to choose for whoever works for one trust."""
    if len(memberships) == 1:
        enter(request, memberships[0])


def current(request: HttpRequest, memberships: Sequence[Membership]) -> Membership | None:
    """The membership that the session is in; None where there is none, or where the person has yet to choose."""
    in_portal = entered(request)
    if in_portal:
        return next((one for one in memberships if str(one.pk) == in_portal[0]), None)
    return memberships[0] if len(memberships) == 1 else None


def is_over(request: HttpRequest, memberships: Sequence[Membership]) -> bool:
    """Whether the session is in a portal that its person was disabled in, or got another role in, since."""
    in_portal = entered(request)
    return bool(in_portal) and not any(in_portal == [str(one.pk), one.entry_number] for one in memberships)


def end_all_in(membership: Membership) -> None:
    """Ends the person's sessions in this trust's portal, with the caller's transaction: none gets another answer."""
    own = Membership.objects.of(membership.organisation).filter(pk=membership.pk)
    own.update(entry_number=F("entry_number") + 1)


def end_others(request: HttpRequest) -> int:
    """Logs the person out on every other device, with the caller's transaction; returns on how many."""
    return lifetimes.end(lifetimes.others_of(request), Because.ELSEWHERE)


def end_all_of(user: User) -> int:
    """Logs somebody out everywhere, with the caller's transaction; returns on how many devices."""
    return lifetimes.end(UserSession.objects.filter(user=user), Because.ELSEWHERE)


def clear_ended() -> bool:
    """Deletes the sessions that have ended, as they hold drafts about people. Reads first: mostly there are none."""
    ended = Session.objects.filter(expire_date__lt=timezone.now())
    if ended.exists():
        ended.delete()
    lifetimes.forget_old()
    devices.forget_unused()
    return False


def entered(request: HttpRequest) -> list[str | int]:
    """The membership's id and entry number; empty before the person has entered."""
    kept: list[str | int] = request.session.get(_ENTERED, [])
    return kept


CLEARING = Duty("clear-sessions", run=clear_ended, every=timedelta(minutes=15))
