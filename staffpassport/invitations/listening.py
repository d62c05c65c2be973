"""What becomes of an invitation's messages: written on the passport, for lists, and into its history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, event, write
from staffpassport.invitations.models import Invitation
from staffpassport.messaging.listeners import Change
from staffpassport.messaging.states import Channel, State
from staffpassport.passports.models import StaffPassport

_KINDS = {
    State.SENT: Kind.MESSAGE_SENT,
    State.DELIVERED: Kind.MESSAGE_DELIVERED,
    State.FAILED: Kind.MESSAGE_FAILED,
    State.UNCERTAIN: Kind.MESSAGE_UNCERTAIN,
    State.MAYBE_SENT: Kind.MESSAGE_UNCERTAIN,
    State.CANCELLED: Kind.MESSAGE_CANCELLED,
}
_COLUMNS = {Channel.EMAIL: "email_state", Channel.TEXT: "text_state"}
_WORDS = {Channel.EMAIL: "Email", Channel.TEXT: "Text message"}


def messages_changed(changes: Sequence[Change]) -> None:
    """Notes the changes of a batch, in the transaction that made them: a few queries for any number."""
    invitations = {
        str(invitation.pk): invitation
        for invitation in Invitation.everywhere.filter(pk__in={change.about for change in changes})
    }
    concerned = [(change, invitations[change.about]) for change in changes if change.about in invitations]
    _note_on_passports([pair for pair in concerned if pair[1].ended_at is None])
    by = Actor.task("deliver")
    write(
        event(
            _KINDS[change.new],
            actor=by,
            organisation_id=change.organisation_id,
            subject=invitation.passport_id,
            detail=_WORDS[change.channel],
        )
        for change, invitation in concerned
        if change.new in _KINDS
    )


def _note_on_passports(concerned: list[tuple[Change, Invitation]]) -> None:
    """One update for each state and channel; the rows are locked first, in the order of their ids."""
    passports: dict[tuple[Channel, State], list[UUID]] = defaultdict(list)
    for change, invitation in concerned:
        passports[change.channel, change.new].append(invitation.passport_id)
    everybody = {invitation.passport_id for _, invitation in concerned}
    list(
        StaffPassport.everywhere.filter(pk__in=everybody)
        .order_by("pk")
        .select_for_update()
        .values_list("pk", flat=True)
    )
    for (channel, state), ids in passports.items():
        StaffPassport.everywhere.filter(pk__in=ids).update(**{_COLUMNS[channel]: state})
