"""What becomes of an invitation's messages: written on the passport, for lists, and into its history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record_each
from staffpassport.invitations.models import Invitation
from staffpassport.invitations.purposes import INVITATION, REMINDER
from staffpassport.messaging.listeners import Change
from staffpassport.messaging.states import Channel, State
from staffpassport.passports.models import StaffPassport

# What history tells of a message that has come to this.
KINDS = {
    State.SENT: Kind.MESSAGE_SENT,
    State.DELIVERED: Kind.MESSAGE_DELIVERED,
    State.FAILED: Kind.MESSAGE_FAILED,
    State.UNCERTAIN: Kind.MESSAGE_UNCERTAIN,
    State.MAYBE_SENT: Kind.MESSAGE_UNCERTAIN,
    State.CANCELLED: Kind.MESSAGE_CANCELLED,
}
_NEEDED = ("pk", "passport_id", "ended_at")
_COLUMNS = {Channel.EMAIL: "email_state", Channel.TEXT: "text_state"}
_SINCE = ("email_since", "phone_since")
_WORDS = {
    (INVITATION, Channel.EMAIL): "Email",
    (INVITATION, Channel.TEXT): "Text message",
    (REMINDER, Channel.EMAIL): "Reminder by email",
    (REMINDER, Channel.TEXT): "Reminder by text message",
}


def messages_changed(changes: Sequence[Change]) -> None:
    """Notes the changes of a batch, in the transaction that made them: a few queries for any number.

    The passports are locked before it is asked which invitations have ended: whoever ends one holds its passport,
    so the news of an old invitation is never written over a newer one.
    """
    found = Invitation.everywhere.filter(pk__in={change.about for change in changes})
    passports = _locked_passports(found)
    invitations = {str(pk): (passport, ended_at) for pk, passport, ended_at in found.values_list(*_NEEDED)}
    concerned = [(change, *invitations[change.about]) for change in changes if change.about in invitations]
    # What lists show is whether the invitation arrived; a reminder tells nothing of that.
    _note_on_passports(
        [
            (change, passport)
            for change, passport, ended_at in concerned
            if ended_at is None
            and change.purpose == INVITATION
            and _tells_of(change, passports.get(passport))
        ]
    )
    happened: dict[tuple[Kind, UUID, str], list[UUID]] = defaultdict(list)
    for change, passport, _ in concerned:
        if change.new in KINDS:
            words = _WORDS[change.purpose, change.channel]
            happened[KINDS[change.new], change.organisation_id, words].append(passport)
    by = Actor.task("deliver")
    for (kind, organisation, words), ids in happened.items():
        record_each(kind, ids, actor=by, organisation_id=organisation, detail=words)


def _locked_passports(invitations: QuerySet[Invitation]) -> dict[UUID, StaffPassport]:
    """The passports of these invitations, held until the end, in the order of their ids."""
    rows = StaffPassport.everywhere.filter(pk__in=invitations.values("passport_id")).order_by("pk")
    return {passport.pk: passport for passport in rows.select_for_update().only(*_SINCE)}


def _tells_of(change: Change, passport: StaffPassport | None) -> bool:
    """Whether this is news of the address that stands on the passport now, not of the one before."""
    since = passport.address_since(change.channel) if passport else None
    return not (since and change.queued_at and change.queued_at < since)


def _note_on_passports(concerned: Sequence[tuple[Change, UUID]]) -> None:
    """One update for all who now stand alike."""
    noted: dict[UUID, dict[str, State]] = defaultdict(dict)
    for change, passport in concerned:
        noted[passport][_COLUMNS[change.channel]] = change.new
    alike: dict[frozenset[tuple[str, State]], list[UUID]] = defaultdict(list)
    for passport, states in noted.items():
        alike[frozenset(states.items())].append(passport)
    for columns, ids in alike.items():
        StaffPassport.everywhere.filter(pk__in=ids).update(**dict(columns))
