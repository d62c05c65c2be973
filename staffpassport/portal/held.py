"""Everything that is held about one person, as a table that a trust can hand to them: article 15 of the UK GDPR."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import Actor
from staffpassport.batches import kinds as batch_kinds
from staffpassport.batches.models import BatchPerson
from staffpassport.identity.models import Decline
from staffpassport.identity.standing import check_of, in_a_sentence
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.models import Message
from staffpassport.messaging.states import Channel, State
from staffpassport.passports.editing import LABELS
from staffpassport.passports.models import ProfileChange, StaffPassport
from staffpassport.passports.words import in_words, shown
from staffpassport.portal.held_account import account_of
from staffpassport.portal.held_rows import rows_about
from staffpassport.signup.on_the_record import everything_of, told_about
from staffpassport.ui import formats

HEADINGS = ("Part", "What", "Held", "When", "By")
WIDTHS = {0: 24, 1: 34, 2: 60, 3: 28, 4: 28}
_NOTHING = "Nothing"

Row = tuple[str, str, str, str, str]


def everything_about(passport: StaffPassport) -> Iterator[Row]:
    """A row for each thing that is held, part after part; a part with nothing says so."""
    for part, collect in _PARTS.items():
        some = False
        for what, held, when, by in collect(passport):
            some = True
            yield part, what, held, when, by
        if not some:
            yield part, _NOTHING, "", "", ""


_Held = Iterator[tuple[str, str, str, str]]


def _details(passport: StaffPassport) -> _Held:
    for column, label in LABELS.items():
        yield label, shown(passport, column) or "Not provided", "", ""
    yield "Status", passport.get_status_display(), "", ""
    yield "Origin", passport.get_origin_display(), "", ""
    yield "Passport created", "", _time(passport.created_at), ""


def _changes(passport: StaffPassport) -> _Held:
    changes = ProfileChange.objects.of(passport.organisation).filter(passport=passport).order_by("pk")
    for change in changes.iterator():
        old, new = in_words(change.field, change.old), in_words(change.field, change.new)
        held = f"{old or 'Not provided'} → {new or 'Not provided'}"
        yield LABELS.get(change.field, change.field), held, _time(change.at), change.by_name


def _identity(passport: StaffPassport) -> _Held:
    check = check_of(passport)
    if check:
        yield "Identity check", in_a_sentence(check), _time(check.at), check.by_name
    declines = Decline.objects.of(passport.organisation).filter(passport=passport).order_by("pk")
    for decline in declines.iterator():
        yield "Access declined", decline.in_words, _time(decline.at), decline.by_name
        if decline.taken_back_at:
            yield "Access declined", "Taken back", _time(decline.taken_back_at), ""


def _invitations(passport: StaffPassport) -> _Held:
    for one in _invitations_of(passport):
        yield f"Invitation {one.sequence}", "Made", _time(one.created_at), ""
        yield f"Invitation {one.sequence}", "Works until", _time(one.expires_at), ""
        for held, at in (("Opened by the person", one.started_at), ("Accepted", one.accepted_at)):
            if at:
                yield f"Invitation {one.sequence}", held, _time(at), ""
        if one.not_me_at:
            held = f"Somebody whom it reached by {one.get_not_me_by_display().lower()} said that it is not for them"
            yield f"Invitation {one.sequence}", held, _time(one.not_me_at), ""
        if one.ended_at:
            yield f"Invitation {one.sequence}", one.get_ended_reason_display(), _time(one.ended_at), ""


def _messages(passport: StaffPassport) -> _Held:
    about = [str(passport.pk), *(str(one.pk) for one in _invitations_of(passport)), *told_about(passport)]
    found = Message.objects.of(passport.organisation).filter(about__in=about).order_by("created_at", "pk")
    here = _addresses(passport)
    for message in found.iterator():
        what = f"{Channel(message.channel).label}: {message.purpose.replace('-', ' ')}"
        # What HR changes is told where the person is known to read: that may be known to another trust alone.
        known = message.recipient and message.recipient.casefold() in here
        to = f"to {message.recipient}" if known else ""
        held = ", ".join(filter(None, [State(message.state).label, message.failure.replace("-", " "), to]))
        yield what, held, _time(message.state_changed_at), ""


def _addresses(passport: StaffPassport) -> set[str]:
    """Those that this trust has, or had, for the person, in small letters."""
    changes = ProfileChange.objects.of(passport.organisation).filter(
        passport=passport, field__in=("email", "phone")
    )
    changed = (value for change in changes.values_list("old", "new") for value in change if value)
    return {address.casefold() for address in (passport.email, passport.phone, *changed)}


def _choices(passport: StaffPassport) -> _Held:
    chosen = BatchPerson.objects.of(passport.organisation).filter(passport_id=passport.pk)
    for one in chosen.select_related("batch").order_by("batch_id"):
        what = batch_kinds.Kind(one.batch.kind).label
        yield what, "Chosen with others in the list", _time(one.batch.chosen_at), one.batch.confirmed_by_name


def _events(passport: StaffPassport) -> _Held:
    about = Event.objects.filter(organisation_id=passport.organisation_id, subject=str(passport.pk))
    own = Actor.holder(passport.pk).key
    for event in about.order_by("pk").iterator():
        label = Kind(event.kind).label if event.kind in Kind.values else event.kind
        network = f"from {event.network_address}" if event.actor == own and event.network_address else ""
        yield label, ", ".join(filter(None, [event.detail, network])), _time(event.at), event.actor_name


_PARTS: dict[str, Callable[[StaffPassport], _Held]] = {
    "Details": _details,
    "Changes of details": _changes,
    "Sign-up": everything_of,
    "Identity": _identity,
    "Invitations": _invitations,
    "Messages": _messages,
    "Lists uploaded": rows_about,
    "Chosen in the list": _choices,
    "What happened": _events,
    "Account": account_of,
}
PARTS = tuple(_PARTS)


def _invitations_of(passport: StaffPassport) -> list[Invitation]:
    found = Invitation.objects.of(passport.organisation).filter(passport_id=passport.pk)
    return list(found.order_by("sequence"))


def _time(at: datetime | None) -> str:
    return formats.date_and_time(at)


def by_part(passport: StaffPassport) -> dict[str, list[Row]]:
    """The same for the page, part by part."""
    parts: dict[str, list[Row]] = {}
    for row in everything_about(passport):
        parts.setdefault(row[0], []).append(row)
    return parts


def name_of_file(passport: UUID) -> str:
    """A name without the person's: files lie about in folders of downloads."""
    return f"everything held {str(passport)[-12:]}"
