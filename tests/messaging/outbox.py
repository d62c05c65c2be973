"""What tests of the outbox share, and `deliver_now` for tests of the rooms above."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from staffpassport.messaging import providers
from staffpassport.messaging.composers import Composed, Content, ToCompose
from staffpassport.messaging.deliver import CODES, THE_REST, Delivery
from staffpassport.messaging.models import Message
from staffpassport.messaging.outbox import Draft, enqueue
from staffpassport.messaging.outcomes import HandedBack, Result
from staffpassport.messaging.providers.base import (
    Accepted,
    LookUpAnswer,
    Outgoing,
    Provider,
    SendAnswer,
    Unknown,
)
from staffpassport.messaging.providers.practice import give_receipts
from staffpassport.messaging.sending import Task, carry_out
from staffpassport.messaging.states import Channel, Urgency
from staffpassport.organisations.models import Organisation

PURPOSE = "test"


class SendingInline:
    """Carries tasks out in the caller's thread, when the results are asked for."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.tasks: list[Task] = []

    def submit(self, tasks: Iterable[Task]) -> None:
        self.tasks += tasks

    def results(self, wait: float) -> list[Result]:
        tasks, self.tasks = self.tasks, []
        return [carry_out(task, self.provider) for task in tasks]

    def stop_taking(self) -> list[Result]:
        tasks, self.tasks = self.tasks, []
        return [task.result(HandedBack(), task.begin_by) for task in tasks]

    def close(self) -> None:
        self.provider.close()


class Recorder(Provider):
    """A provider that remembers what it was given and answers what a test wants. Class-wide, like a real one."""

    name = "recorder"
    channels = frozenset(Channel)
    can_be_asked = True
    daily_limits: ClassVar[Mapping[Channel, int]] = {}

    taken: ClassVar[list[Outgoing]] = []
    asked: ClassVar[list[UUID]] = []
    answer: ClassVar[Callable[[Outgoing], SendAnswer]]
    look_up_answer: ClassVar[Callable[[UUID], LookUpAnswer]]

    @classmethod
    def begin(cls) -> None:
        cls.taken, cls.asked = [], []
        cls.answer = lambda outgoing: Accepted(f"id-{outgoing.reference}")
        cls.look_up_answer = lambda reference: Unknown()

    def send(self, outgoing: Outgoing) -> SendAnswer:
        type(self).taken.append(outgoing)
        return type(self).answer(outgoing)

    def look_up(self, reference: UUID, channel: Channel) -> LookUpAnswer:
        type(self).asked.append(reference)
        return type(self).look_up_answer(reference)


def organisation(ods_code: str = "RAA") -> Organisation:
    return Organisation.objects.create(
        name=f"Trust {ods_code}",
        descriptor="NHS Trust",
        ods_code=ods_code,
        hr_email="hr@example.com",
        hr_phone="0114 496 0000",
    )


def draft(trust: Organisation, key: str, **details: Any) -> Draft:
    wanted: dict[str, Any] = {
        "organisation_id": trust.pk,
        "about": f"about-{key}",
        "purpose": PURPOSE,
        "channel": Channel.EMAIL,
        "idempotency_key": key,
        "recipient": f"{key}@example.com",
        "urgency": Urgency.BULK,
        **details,
    }
    return Draft(**wanted)


def queue(trust: Organisation, key: str = "one", **details: Any) -> Message:
    one = draft(trust, key, **details)
    enqueue([one])
    message: Message = Message.everywhere.get(idempotency_key=key)
    return message


def compose_anything(messages: Sequence[ToCompose]) -> Mapping[UUID, Composed]:
    return {message.id: Content("Subject", f"About {message.about}") for message in messages}


def delivery(
    provider: type[Provider] = Recorder, urgencies: Sequence[Urgency] = THE_REST, capacity: int = 24
) -> Delivery:
    return Delivery(urgencies, provider, SendingInline(provider()), capacity)


def run(loop: Delivery, until: Callable[[], bool] | None = None) -> None:
    """Steps until the loop is idle."""
    for _ in range(1000):
        if not loop.step() or (until is not None and until()):
            return
    raise AssertionError("delivery did not come to rest")


def deliver_now() -> None:
    """Hands over everything that is due now by the provider of the settings, and gives practice receipts.

    For tests of the rooms above: no thread, no worker, within the test's own transaction.
    """
    provider = providers.chosen()
    assert provider is not None
    for urgencies in (CODES, THE_REST):
        loop = delivery(provider, urgencies)
        run(loop)
        loop.close()
    while give_receipts():
        pass


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)
