"""Registers a composer, a listener and a provider that may end the process by SIGKILL, once, where CRASH_AT says."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.apps import AppConfig


def crash(point: str) -> None:
    if os.environ.get("CRASH_AT") == point:
        os.kill(os.getpid(), signal.SIGKILL)


class CrashingConfig(AppConfig):
    name = "tests.messaging.crashing"
    label = "crashing"

    def ready(self) -> None:
        from staffpassport.messaging import composers, listeners, providers
        from staffpassport.messaging.asking import Asking
        from staffpassport.messaging.composers import Composed, Content, ToCompose
        from staffpassport.messaging.listeners import Change
        from staffpassport.messaging.providers import notify
        from staffpassport.messaging.providers.base import Outgoing, SendAnswer
        from staffpassport.messaging.providers.practice import RECEIPTS, PracticeProvider
        from staffpassport.work import duties, loops

        class Crashing(PracticeProvider):
            name = "crashing"

            def send(self, outgoing: Outgoing) -> SendAnswer:
                crash("before the send")
                answer = super().send(outgoing)
                crash("during the send")
                time.sleep(float(os.environ.get("SEND_TAKES", "0")))
                return answer

        def compose(messages: Sequence[ToCompose]) -> Mapping[UUID, Composed]:
            crash("between claim and send")
            return {message.id: Content("Subject", message.about) for message in messages}

        def listen(changes: Sequence[Change]) -> None:
            crash("between send and finish")

        class Stumbling:
            """A loop that crashes at every second step."""

            idle = 0.05
            stepped = False

            def step(self) -> bool:
                if self.stepped:
                    raise RuntimeError("stumbled over Ada Lovelace")
                self.stepped = True
                return False

            def close(self) -> None:
                pass

        # A minute is a third of a second here, and so is a time-out.
        notify.SENDING = notify.ASKING = (0.4, 0.4)
        Asking.idle = 0.2
        composers.register("test", compose)
        listeners.register(listen)
        providers.register(Crashing)
        duties.register(RECEIPTS)
        if "STUMBLE" in os.environ:
            loops.register("stumbling", Stumbling)
