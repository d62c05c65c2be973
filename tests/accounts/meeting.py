"""Verbs that meet: begun at the same moment, each on a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connections

from staffpassport.accounts.managing import RefusedError


def at_once(*verbs: Callable[[], object]) -> list[object]:
    """What each of several verbs gives that are begun at the same moment."""
    meeting = threading.Barrier(len(verbs), timeout=10)
    outcomes: list[object] = []

    def do(verb: Callable[[], object]) -> None:
        try:
            meeting.wait()
            outcomes.append(verb())
        except RefusedError as refused:
            outcomes.append(refused.sentence)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=[verb]) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes
