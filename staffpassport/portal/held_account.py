"""What is held of the account by which a staff member logs in.

It is the person's own, over all trusts that they hold a passport of. So a trust's file tells no address that this trust
does not know, nothing of another trust, and no network from which the person logs in: HR hands the file over, and
anybody of HR can make it. Whoever runs the installation gives the rest, by `manage.py held_of_account`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Q

from staffpassport.accounts import factors
from staffpassport.accounts.models import KnownDevice, Recovery, TextFactor, User, UserSession
from staffpassport.accounts.network import A_STAFF_MEMBER
from staffpassport.audit.models import Event, Kind
from staffpassport.bulk import lookups  # noqa: F401 - `one_of_many`
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel, State
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.signup.models import Application
from staffpassport.ui import formats

ELSEWHERE = "Not the one on this record: they see it themselves under “How you log in”"

_Held = Iterator[tuple[str, str, str, str]]


def account_of(passport: StaffPassport) -> _Held:
    """As a trust tells it: what, held, when, by."""
    if passport.holder is None:
        return
    known = {passport.full_name, passport.email_key, passport.phone}
    for application in Application.objects.of(passport.organisation).filter(passport=passport):
        known |= {application.email_proved, application.phone_proved}
    yield from _about(passport.holder, known, passport.organisation)
    yield "Networks", "From which they logged in: told to them by whoever runs this portal", "", ""


def everything_of_account(user: User) -> _Held:
    """As it is told to the person alone."""
    yield from _about(user, None, None)
    for phone in TextFactor.objects.filter(user=user):
        yield "Gets codes by text", f"{phone.name}, {formats.phone(phone.phone)}", _time(phone.proved_at), ""


def _about(user: User, known: Collection[str | None] | None, trust: Organisation | None) -> _Held:
    yield "Account made", "", _time(user.created_at), ""
    for what, held, as_shown in (
        ("Name of the account", user.name, user.name),
        ("Logs in as", user.email, user.email),
        ("Gets codes at", user.phone, formats.phone(user.phone or "")),
    ):
        if held:
            yield what, as_shown if known is None or held in known else ELSEWHERE, "", ""
    yield "Last logged in", "", _time(user.last_login), ""
    if user.has_usable_password():
        yield "Password", "A digest, from which nobody can read it", "", ""
    for factor in Authenticator.objects.filter(user=user).order_by("created_at", "pk"):
        held = ", ".join(dict.fromkeys([factors.what_it_is(factor).capitalize(), factors.name_of(factor)]))
        yield "Second factor", held, _time(factor.created_at), ""
    waits = Recovery.objects.of(trust) if trust else Recovery.everywhere.all()
    for one in waits.filter(user=user):
        yield "Comes back in after a wait", formats.phone(one.phone or ""), _time(one.effective_at), ""
    yield from _devices(user, with_networks=trust is None)
    yield from _told_and_done(user, trust)


def _devices(user: User, *, with_networks: bool) -> _Held:
    for session in UserSession.objects.filter(user=user).order_by("pk"):
        network = session.network_address if with_networks else None
        yield "Logged in", ", ".join(filter(None, [session.device, network])), _time(session.began_at), ""
    for device in KnownDevice.objects.filter(user=user).order_by("last_used_at"):
        yield (
            "Device logged in on",
            "A digest of a word that its browser keeps",
            _time(device.last_used_at),
            "",
        )


def _told_and_done(user: User, trust: Organisation | None) -> _Held:
    """Messages and events about the account: of this trust and of none, or all of them."""
    events = Event.objects.filter(subject=str(user.pk))
    messages = Message.objects.of(trust) if trust else Message.everywhere.all()
    if trust:
        events = events.filter(Q(organisation_id=None) | Q(organisation_id=trust.pk))
    happened = list(events.order_by("pk"))
    about = [str(user.pk), *(str(event.pk) for event in happened)]
    for message in messages.filter(about__one_of_many=about).order_by("pk"):
        what = f"{Channel(message.channel).label}: {message.purpose.replace('-', ' ')}"
        yield what, State(message.state).label, _time(message.state_changed_at), ""
    for event in happened:
        # Not from where others did something to it.
        by_themselves = event.actor == f"user:{user.pk}"
        network = event.network_address if trust is None and by_themselves else None
        label = Kind(event.kind).label if event.kind in Kind.values else event.kind
        # An event of no trust names whoever works in a portal, which may be another trust's.
        name = A_STAFF_MEMBER if trust and by_themselves and not event.organisation_id else event.actor_name
        yield label, ", ".join(filter(None, [event.detail, network])), _time(event.at), name


def _time(at: datetime | None) -> str:
    return formats.date_and_time(at)
