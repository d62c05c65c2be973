"""What a worker makes sure of before it starts. Rooms above register what they will not work with."""

from __future__ import annotations

from collections.abc import Callable

Refusal = Callable[[], None]

_registered: list[Refusal] = []


def register(refusal: Refusal) -> None:
    """Adds a check, in AppConfig.ready(): it raises ImproperlyConfigured with one sentence, or nothing."""
    if refusal not in _registered:
        _registered.append(refusal)


def refuse_what_must_not_start() -> None:
    """Runs all checks. Raises ImproperlyConfigured for the first that refuses."""
    for refusal in _registered:
        refusal()
