"""Resetting how somebody logs in who has lost their second factor: by two senior administrators of one of their trusts,
after a delay in which the person, who is told at each step, can stop it.

Two accounts need not be two people. So whoever starts or confirms has had the role for as long as a reset waits to be
confirmed: nobody makes the second account for one that is under way. Two whose codes go to one phone do not count as
two, and every senior administrator is told of both steps.

The delay is the trust's. Each trust of a person has its own reset, and does not learn of another's; that second factors
were removed is recorded in all of them, as they guard all of them.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from staffpassport.accounts import own_notices, reset_mails, sessions
from staffpassport.accounts.administrators import senior_administrators
from staffpassport.accounts.managing import DISABLED, RefusedError, hold
from staffpassport.accounts.models import Membership, TextFactor, User
from staffpassport.accounts.oneself import mail_oneself
from staffpassport.accounts.reset_models import OPEN, Reason, SecondFactorReset
from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, event, record, write
from staffpassport.organisations.models import Organisation
from staffpassport.work.duties import Duty

ONESELF = "You cannot reset how you log in yourself. Ask another senior portal administrator"
TOO_FEW = (
    "A reset needs two senior portal administrators besides the person who have had that role for 7 days. "
    "Ask those who run this service"
)
TOO_NEW = (
    "You have been a senior portal administrator for less than 7 days. Ask one who has been it for longer"
)
SAME_PERSON = "You have started this reset. Another senior portal administrator has to confirm it"
SAME_PHONE = (
    "Your security codes go to the same phone as those of whoever started this reset. "
    "Another senior portal administrator has to confirm it"
)
STARTER_GONE = (
    "Whoever started this reset is not a senior portal administrator any more. Stop it and start again"
)
NEVER_HERE = (
    "This person has not logged in to your trust's portal yet, so your trust cannot reset how they log in"
)
OVER = "This reset was stopped, or is done already"

LAPSES_AFTER = timedelta(days=7)
# As long as a reset waits, so that nobody becomes the second person of one that is under way.
SETTLED_AFTER = LAPSES_AFTER
_BY = Actor.task("reset-factors")


@transaction.atomic
def start_reset(*, membership: UUID, reason: Reason, by: Membership, network_address: str | None) -> bool:
    """The first of two. The person and the other senior administrators are told. False where one is under way.

    Raises Membership.DoesNotExist or RefusedError.
    """
    organisation, actor = hold(by, network_address)
    user = Membership.objects.of(organisation).get(pk=membership)
    if user.pk == by.pk:
        raise RefusedError(ONESELF)
    if user.ended_at:
        raise RefusedError(DISABLED)
    if user.last_seen_at is None:
        # Whoever they are, they have their factors from elsewhere: adding somebody must open no way to them.
        raise RefusedError(NEVER_HERE)
    if open_one(user):
        return False
    if not are_two_others(user):
        raise RefusedError(TOO_FEW)
    if not is_settled(by):
        raise RefusedError(TOO_NEW)
    reset = SecondFactorReset.everywhere.create(
        organisation=organisation,
        user=user.user,
        reason=reason,
        started_by=by.user,
        started_at=timezone.now(),
    )
    _record(Kind.RESET_STARTED, reset, actor, reason.label)
    reset_mails.tell_person(reset, reset_mails.STARTED)
    reset_mails.tell_administrators(reset, reset_mails.TO_CONFIRM, but=by)
    return True


@transaction.atomic
def confirm_reset(*, membership: UUID, by: Membership, network_address: str | None) -> bool:
    """The second of two: from now on the trust's delay counts. False where it was confirmed already.

    Raises Membership.DoesNotExist or RefusedError.
    """
    organisation, actor = hold(by, network_address)
    user = Membership.objects.of(organisation).get(pk=membership)
    reset = open_one(user)
    if reset is None:
        raise RefusedError(OVER)
    if user.pk == by.pk:
        raise RefusedError(ONESELF)
    if reset.confirmed_at:
        return False
    if reset.started_by_id == by.user_id:
        raise RefusedError(SAME_PERSON)
    if not _settled(organisation).filter(user=reset.started_by_id).exists():
        raise RefusedError(STARTER_GONE)
    if not is_settled(by):
        raise RefusedError(TOO_NEW)
    if _share_a_phone(reset.started_by_id, by.user_id):
        raise RefusedError(SAME_PHONE)
    now = timezone.now()
    reset.effective_at = now + timedelta(minutes=organisation.reset_delay_minutes)
    confirmed = _still_open(reset).filter(confirmed_by=None)
    if not confirmed.update(confirmed_by=by.user, confirmed_at=now, effective_at=reset.effective_at):
        raise RefusedError(OVER)  # the person has stopped it at this very moment
    _record(Kind.RESET_CONFIRMED, reset, actor)
    reset_mails.tell_person(reset, reset_mails.CONFIRMED)
    reset_mails.tell_administrators(reset, reset_mails.WAS_CONFIRMED, but=by)
    return True


@transaction.atomic
def stop_reset(*, reset: SecondFactorReset, by: Actor) -> bool:
    """By the person, or by a senior administrator of the trust. False where it is over; then nothing changes."""
    if not _still_open(reset).update(stopped_at=timezone.now()):
        return False
    _record(Kind.RESET_STOPPED, reset, by)
    reset_mails.tell_of_end(reset)
    return True


def carry_out_some() -> bool:
    """The next reset whose delay is over; whether there may be more. Those that nobody confirmed in time lapse."""
    now = timezone.now()
    unconfirmed = Q(confirmed_at=None, started_at__lt=now - LAPSES_AFTER)
    due = SecondFactorReset.everywhere.filter(OPEN).filter(unconfirmed | Q(effective_at__lte=now))
    reset = due.select_related("user").order_by("pk").first()
    if reset is None:
        return False
    if reset.confirmed_at is None or not _is_member(reset):
        stop_reset(reset=reset, by=_BY)
    else:
        _carry_out(reset)
    return True


@transaction.atomic
def _carry_out(reset: SecondFactorReset) -> None:
    """Whoever changes the row first, this or who stops it, has done it."""
    if not _still_open(reset).update(done_at=timezone.now()):
        return
    reset_second_factor(user=reset.user, by=_BY)


@transaction.atomic
def reset_second_factor(*, user: User, by: Actor) -> None:
    """Removes every second factor and ends every session: the password is still needed, and a new factor is set up at
    the next log-in. Recorded in each trust that the person works for. Other resets of the person are stopped.
    """
    Authenticator.objects.filter(user=user).delete()
    TextFactor.objects.filter(user=user).delete()
    sessions.end_all_of(user)
    SecondFactorReset.everywhere.filter(OPEN, user=user).update(stopped_at=timezone.now())
    trusts = Membership.everywhere.filter(user=user, ended_at=None).values_list("organisation_id", flat=True)
    happened = event(Kind.FACTORS_RESET, actor=by, organisation_id=None, subject=user.pk)
    write(
        [
            happened,
            *(
                event(Kind.FACTORS_RESET, actor=by, organisation_id=trust, subject=user.pk)
                for trust in trusts
            ),
        ]
    )
    mail_oneself(user, purpose=own_notices.FACTORS_RESET, about=happened.pk)


def open_one(membership: Membership) -> SecondFactorReset | None:
    """The reset that is under way of a portal user of a trust."""
    resets = SecondFactorReset.everywhere.filter(
        OPEN, organisation=membership.organisation_id, user=membership.user_id
    )
    found: SecondFactorReset | None = resets.select_related("user", "organisation", "started_by").first()
    return found


def open_ones_of(user: User) -> QuerySet[SecondFactorReset]:
    """All that are under way of one person, in whatever trust."""
    return SecondFactorReset.everywhere.filter(OPEN, user=user).select_related("organisation")


def are_two_others(user: Membership) -> bool:
    """Whether there are two senior administrators who could do it."""
    return _settled(user.organisation).exclude(pk=user.pk).count() >= 2


def is_settled(administrator: Membership) -> bool:
    """Whether this senior administrator has been one for long enough to start or confirm a reset."""
    return bool(_settled(administrator.organisation).filter(pk=administrator.pk).exists())


def _settled(organisation: Organisation) -> QuerySet[Membership]:
    return senior_administrators(organisation).filter(role_since__lte=timezone.now() - SETTLED_AFTER)


def _share_a_phone(one: UUID, other: UUID) -> bool:
    """Whether the codes by text of both go to the same phone."""
    return TextFactor.objects.filter(
        user=one, phone__in=TextFactor.objects.filter(user=other).values("phone")
    ).exists()


def _still_open(reset: SecondFactorReset) -> QuerySet[SecondFactorReset]:
    return SecondFactorReset.everywhere.filter(OPEN, pk=reset.pk, organisation=reset.organisation_id)


def _is_member(reset: SecondFactorReset) -> bool:
    active = Membership.everywhere.filter(
        organisation=reset.organisation_id, user=reset.user_id, ended_at=None
    )
    return bool(active.exists())


def _record(kind: Kind, reset: SecondFactorReset, actor: Actor, detail: str = "") -> None:
    record(kind, actor=actor, organisation_id=reset.organisation_id, subject=reset.user_id, detail=detail)


CARRYING_OUT = Duty("reset-factors", run=carry_out_some, every=timedelta(seconds=30))
