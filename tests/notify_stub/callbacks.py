"""Notify calls back: with the bearer token, late, twice, or not at all, and again where it was not taken."""

from __future__ import annotations

import heapq
import json
import time
import urllib.error
import urllib.request
from itertools import count
from threading import Condition, Thread

from tests.notify_stub.service import SMOKE, Notification, Notify, _told

_TRIES = 5


class Callbacks:
    """A few threads that post receipts when they are due."""

    def __init__(self, notify: Notify) -> None:
        self._notify = notify
        self._waiting: list[tuple[float, int, int, Notification]] = []
        self._number = count()
        self._changed = Condition()
        self._closed = False
        self.answers: list[int] = []
        self._threads = [Thread(target=self._work, daemon=True) for _ in range(2)]
        for thread in self._threads:
            thread.start()

    def of(self, sent: Notification) -> None:
        """Plans the receipt of a message that was accepted, if one is to come."""
        how = self._notify.behaviour
        if not how.callback_url or sent.recipient in SMOKE or sent.ends in ("sending", "pending", "sent"):
            return
        if self._notify.chance() < how.callbacks_lost:
            return
        times = 2 if self._notify.chance() < how.callbacks_repeated else 1
        for _ in range(times):
            late = self._notify.chance() * how.callbacks_late
            self._plan(time.monotonic() + how.ends_after + late, 1, sent)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(5)

    def _plan(self, due: float, attempt: int, sent: Notification) -> None:
        with self._changed:
            heapq.heappush(self._waiting, (due, next(self._number), attempt, sent))
            self._changed.notify()

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._closed and not (self._waiting and self._waiting[0][0] <= time.monotonic()):
                    self._changed.wait(
                        max(0.001, self._waiting[0][0] - time.monotonic()) if self._waiting else None
                    )
                if self._closed:
                    return
                _, _, attempt, sent = heapq.heappop(self._waiting)
            if not self._post(sent) and attempt < _TRIES:
                after = self._notify.behaviour.callback_tries_again_after
                self._plan(time.monotonic() + after, attempt + 1, sent)

    def _post(self, sent: Notification) -> bool:
        how = self._notify.behaviour
        receipt = {
            "id": sent.id,
            "reference": sent.reference,
            "to": sent.recipient,
            "status": sent.ends,
            "created_at": _told(sent.created_at),
            "completed_at": _told(sent.created_at + how.ends_after),
            "sent_at": _told(sent.created_at),
            "notification_type": sent.type,
            "template_id": sent.template_id,
            "template_version": 1,
        }
        request = urllib.request.Request(
            how.callback_url,
            data=json.dumps(receipt).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {how.callback_token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                self.answers.append(answer.status)
                return True
        except urllib.error.HTTPError as refused:
            self.answers.append(refused.code)
            refused.close()
        except OSError:
            self.answers.append(0)
        return False
