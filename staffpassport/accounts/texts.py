"""A code by text while logging in: for portal users beside a stronger factor, for staff members the usual one.

It counts as a second factor of the session. In a portal it is never a fresh one: a number can be moved to another phone
by whoever talks a shop into it, so what reaches many people asks for more (`fresh`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.account.internal.flows.login import record_authentication
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from staffpassport.accounts import factors, holders, recovering
from staffpassport.accounts.factor_notices import record_and_tell
from staffpassport.accounts.models import Membership, TextFactor, User
from staffpassport.accounts.network import person
from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, history, record
from staffpassport.codes.actions import Receiver, Sending, Trying, send_code, try_code
from staffpassport.messaging.providers import are_texts_sent
from staffpassport.messaging.states import Channel
from staffpassport.organisations.models import Organisation

_LOG_IN, _ADD = "log-in", "add-text-factor"
FACTOR = "code by text"


@dataclass(frozen=True, slots=True)
class Way:
    """How a code reaches somebody who is logging in. `of_staff`: by the rules of staff members. `waits_until`: before
    then no code is sent, and none counts.
    """

    receiver: Receiver
    address: str
    of_staff: bool
    waits_until: datetime | None = None

    @property
    def by_text(self) -> bool:
        return self.receiver.channel == Channel.TEXT

    @property
    def shown(self) -> str:
        """The address, as far as whoever knows the password may read it."""
        return self.address[-3:] if self.by_text else self.address


def way_of(user: User) -> Way | None:
    """How this user may get a code; None for portal users without a number or without a stronger factor, and for
    whoever is neither a portal user nor a staff member.

    Whoever holds a passport and was given a role in a portal gets one until they have set up a stronger factor: a trust
    that adds somebody must not open their account to whoever knows the password alone. Not whose factors were reset,
    as the phone may be what they have lost.

    A staff member's code goes to the number that they have proved; where there is none, or no texts are sent, to the
    address that they log in with.
    """
    contact = holders.staff_contact(user) or _contact_before_set_up(user)
    if contact:
        return _way_of_staff(user, contact)
    factor = TextFactor.objects.filter(user=user).first()
    trust = first_trust(user)
    if factor is None or trust is None or not are_texts_sent() or not factors.has_one(user):
        return None
    return Way(_receiver(trust, user, _LOG_IN, Channel.TEXT), factor.phone, of_staff=False)


def _way_of_staff(user: User, contact: holders.Contact) -> Way:
    recovery = recovering.of(user)
    phone = user.phone if are_texts_sent() else None
    if phone and recovery and recovery.phone == contact.phone and not recovery.waits:
        phone = recovery.phone
    channel = Channel.TEXT if phone else Channel.EMAIL
    waits = channel == Channel.EMAIL and recovery is not None and recovery.phone is None and recovery.waits
    return Way(
        _receiver(contact.organisation, user, _LOG_IN, channel),
        phone or user.email,
        of_staff=True,
        waits_until=recovery.effective_at if recovery and waits else None,
    )


def _contact_before_set_up(user: User) -> holders.Contact | None:
    if factors.has_one(user) or history(user.pk, [Kind.FACTORS_RESET]).exists():
        return None
    return holders.contact_of(user)


def first_trust(user: User) -> Organisation | None:
    """The trust in whose name a portal user gets codes; None for whoever works in none."""
    active = Membership.everywhere.filter(user=user, ended_at=None).select_related("organisation")
    first = active.order_by("created_at", "pk").first()
    return first.organisation if first else None


def send(way: Way) -> Sending:
    """Sends a code to log in with."""
    return send_code(way.receiver, address=way.address)


def prove(request: HttpRequest, user: User, way: Way, typed: str) -> Trying:
    """Whether this is the code that was sent; if so, it is the second factor of this session."""
    tried = _try(request, user, way, typed)
    if tried == Trying.RIGHT:
        remember(request, user, of_staff=way.of_staff)
    return tried


@transaction.atomic
def _try(request: HttpRequest, user: User, way: Way, typed: str) -> Trying:
    if way.of_staff:
        # Whoever stops a way back in, or starts one, holds the account too: what was shown may not be the way any more.
        held = User.objects.select_for_update(no_key=True).filter(pk=user.pk).first()
        if held is None or way.waits_until or way_of(held) != way:
            return Trying.SPENT
    tried = try_code(way.receiver, address=way.address, typed=typed)
    if tried == Trying.RIGHT and way.of_staff:
        recovering.finish(user, way.address, person(user, request))
    return tried


def remember(request: HttpRequest, user: User, *, of_staff: bool = True) -> None:
    """This session has proved a code. With `of_staff` it opens what is the person's own, and no trust's portal.

    For whoever has just proved phone and e-mail otherwise too, such as by signing up: once the session is theirs.
    """
    record_authentication(request, user, "mfa", type="text", **{factors.OF_STAFF: of_staff})


@transaction.atomic
def prove_again(request: HttpRequest, user: User, way: Way, typed: str, *, by: Actor) -> Trying:
    """The same of a staff member who is logged in and about to change how they log in: it is fresh for that.

    The session gets a new key: whoever had stolen the old one must not share what the code has opened.
    """
    tried = _try(request, user, way, typed)
    right = tried == Trying.RIGHT
    if right:
        record_authentication(
            request, user, "mfa", type="text", reauthenticated=True, **{factors.OF_STAFF: True}
        )
        request.session.cycle_key()
    kind = Kind.CODE_GIVEN if right else Kind.CODE_REFUSED
    record(kind, actor=by, organisation_id=None, subject=user.pk, detail=FACTOR)
    return tried


def new_number(user: User, trust: Organisation) -> Receiver:
    """Whom a code to a number is for that a portal user wants to add."""
    return _receiver(trust, user, _ADD, Channel.TEXT)


@transaction.atomic
def add(*, user: User, trust: Organisation, phone: str, typed: str, name: str, by: Actor) -> Trying:
    """Takes the number as the user's second factor if the code is right, in place of one that there was."""
    tried = try_code(new_number(user, trust), address=phone, typed=typed)
    if tried == Trying.RIGHT:
        given = {"phone": phone, "name": name, "proved_at": timezone.now()}
        TextFactor.objects.update_or_create(user=user, defaults=given)
        record_and_tell(Kind.FACTOR_ADDED, user, by=by, detail=FACTOR)
    return tried


@transaction.atomic
def remove(*, user: User, by: Actor) -> bool:
    """Forgets the number. False where there is none."""
    removed, _of = TextFactor.objects.filter(user=user).delete()
    if removed:
        record_and_tell(Kind.FACTOR_REMOVED, user, by=by, detail=FACTOR)
    return bool(removed)


def _receiver(trust: Organisation, user: User, purpose: str, channel: Channel) -> Receiver:
    return Receiver(trust, str(user.pk), purpose, channel)
