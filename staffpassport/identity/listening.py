"""What becomes of the e-mails that tell people of HR's answers: into the history of the record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record_each
from staffpassport.invitations.listening import KINDS
from staffpassport.messaging.listeners import Change

_BY = Actor.task("deliver")
# In place of "Message" in "Message did not arrive".
_WORDS = "Email with HR’s answer"


def messages_changed(changes: Sequence[Change]) -> None:
    """Notes the changes of a batch, in the transaction that made them."""
    happened: dict[tuple[Kind, UUID], list[str]] = defaultdict(list)
    for change in changes:
        if change.new in KINDS:
            happened[KINDS[change.new], change.organisation_id].append(change.about)
    for (kind, organisation), passports in happened.items():
        record_each(kind, passports, actor=_BY, organisation_id=organisation, detail=_WORDS)
