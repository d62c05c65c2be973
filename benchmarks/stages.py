"""The stages that can be measured. A stage is one module with `run`, and one line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from benchmarks.measuring import Figure


@dataclass(frozen=True, slots=True)
class Setting:
    """What a stage is run with. `on` is the database: sqlite, postgresql, or nothing for a stage without one.

    `size` is the number of people in a list, `passports` the number of those who are known.
    """

    on: str
    size: int
    passports: int
    rounds: int


Run = Callable[[Setting], Iterator[Figure]]

# Name → whether it needs a database. In the order of a list's way through the portal.
STAGES = {
    "reading": False,
    "inviting": True,
    "uploading": True,
    "sending": True,
    "chunks": True,
    "reminding": True,
    "reports": True,
    "auditing": True,
    "logging_in": True,
}


def run(name: str, setting: Setting) -> Iterator[Figure]:
    """Runs one stage in this process."""
    module = import_module(f"benchmarks.{name}")
    return cast(Run, module.run)(setting)
