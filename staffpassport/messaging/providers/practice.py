"""The practice provider: delivers into a table of the portal in place of the outside world.

Some recipients practise what can go wrong. The phone numbers are of Ofcom's range for fiction (07700 900000
to 900999), the e-mail addresses begin with these words, whatever their domain:

| e-mail begins with | phone        | what happens                                                           |
| ------------------ | ------------ | ---------------------------------------------------------------------- |
| does-not-exist     | 07700 900990 | taken, then "does not exist"                                           |
| mailbox-full       | 07700 900991 | taken, then "not accepting messages"                                   |
| refused            | 07700 900992 | refused at once                                                        |
| busy               | 07700 900993 | the first attempt is put off, the second is delivered                  |
| no-answer          | 07700 900994 | delivered, but the answer is lost: a look-up finds it                  |
| lost               | 07700 900995 | the first attempt is lost without an answer: sent again after look-ups |
| no-receipt         | 07700 900996 | delivered, but no receipt ever comes: it stays "Sent"                  |
"""

from __future__ import annotations

import enum
from datetime import timedelta
from threading import Lock
from uuid import UUID

from django.db import connection
from django.utils import timezone

from staffpassport.messaging.models import PracticeMessage
from staffpassport.messaging.providers.base import (
    Accepted,
    Found,
    LookUpAnswer,
    NoAnswer,
    Outgoing,
    Provider,
    Refused,
    SendAnswer,
    TryLater,
    Unknown,
)
from staffpassport.messaging.receipts import Receipt, record_receipts
from staffpassport.messaging.states import Channel, Failure, State
from staffpassport.work import connections
from staffpassport.work.duties import Duty


class _Fault(enum.Enum):
    DOES_NOT_EXIST = enum.auto()
    NOT_ACCEPTING = enum.auto()
    REFUSED = enum.auto()
    BUSY = enum.auto()
    NO_ANSWER = enum.auto()
    LOST = enum.auto()
    NO_RECEIPT = enum.auto()


_BY_EMAIL = {
    "does-not-exist": _Fault.DOES_NOT_EXIST,
    "mailbox-full": _Fault.NOT_ACCEPTING,
    "refused": _Fault.REFUSED,
    "busy": _Fault.BUSY,
    "no-answer": _Fault.NO_ANSWER,
    "lost": _Fault.LOST,
    "no-receipt": _Fault.NO_RECEIPT,
}
_BY_PHONE = {f"+44770090099{last}": fault for last, fault in enumerate(_BY_EMAIL.values())}
_RECEIPT_FAILURES = {
    (_Fault.DOES_NOT_EXIST, Channel.EMAIL): Failure.NO_SUCH_ADDRESS,
    (_Fault.DOES_NOT_EXIST, Channel.TEXT): Failure.NO_SUCH_PHONE,
    (_Fault.NOT_ACCEPTING, Channel.EMAIL): Failure.MAILBOX_NOT_ACCEPTING,
    (_Fault.NOT_ACCEPTING, Channel.TEXT): Failure.PHONE_NOT_ACCEPTING,
}
_RECEIPTS_AT_ONCE = 500

# SQLite takes one writer; threads that wait here do not wait in its busy loop, which sleeps ever longer.
_one_writer = Lock()


class PracticeProvider(Provider):
    """Delivers into PracticeMessage. Has Notify's daily limits."""

    name = "practice"
    channels = frozenset(Channel)
    can_be_asked = True
    daily_limits = {Channel.EMAIL: 250_000, Channel.TEXT: 250_000}

    def send(self, outgoing: Outgoing) -> SendAnswer:
        fault = _fault(outgoing)
        first = outgoing.attempt == 1
        if fault is _Fault.REFUSED:
            return Refused(Failure.REFUSED)
        if fault is _Fault.BUSY and first:
            return TryLater("busy", after=timedelta(seconds=5))
        if fault is _Fault.LOST and first:
            return NoAnswer("lost")
        connections.refresh()
        delivered = _deliver(outgoing, fault)
        if fault is _Fault.NO_ANSWER and first:
            return NoAnswer("answer lost")
        return Accepted(str(delivered.id))

    def look_up(self, reference: UUID, channel: Channel) -> LookUpAnswer:
        connections.refresh()
        found = PracticeMessage.everywhere.filter(reference=reference).order_by("id").first()
        return Unknown() if found is None else Found(State.SENT, str(found.id))


def _deliver(outgoing: Outgoing, fault: _Fault | None) -> PracticeMessage:
    now = timezone.now()
    message = PracticeMessage(
        reference=outgoing.reference,
        organisation_id=outgoing.organisation_id,
        channel=outgoing.channel,
        recipient=outgoing.recipient,
        subject=outgoing.subject,
        body=outgoing.body,
        delivered_at=now,
        receipt_due_at=None if fault is _Fault.NO_RECEIPT else now,
        receipt_failure="" if fault is None else _RECEIPT_FAILURES.get((fault, outgoing.channel), ""),
    )
    if connection.vendor == "sqlite":
        with _one_writer:
            message.save(force_insert=True)
    else:
        message.save(force_insert=True)
    return message


def _fault(outgoing: Outgoing) -> _Fault | None:
    if outgoing.channel == Channel.TEXT:
        return _BY_PHONE.get(outgoing.recipient)
    return next((fault for word, fault in _BY_EMAIL.items() if outgoing.recipient.startswith(word)), None)


def give_receipts() -> bool:
    """Tells the portal what became of its practice messages, as a real provider's callbacks do."""
    due = PracticeMessage.everywhere.filter(receipt_due_at__lte=timezone.now()).order_by("receipt_due_at")
    batch = list(due[:_RECEIPTS_AT_ONCE])
    if not batch:
        return False
    record_receipts(
        Receipt(
            reference=str(message.reference),
            state=State.FAILED if message.receipt_failure else State.DELIVERED,
            reason=message.receipt_failure,
        )
        for message in batch
    )
    PracticeMessage.everywhere.filter(id__in=[message.id for message in batch]).update(receipt_due_at=None)
    return len(batch) == _RECEIPTS_AT_ONCE


RECEIPTS = Duty("practice-receipts", run=give_receipts, every=timedelta(seconds=1))
