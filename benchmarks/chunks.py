"""How large a chunk, and how long a pause: what a list takes, and how long others wait, for several of both.

Not a figure to hold: what the sizes in use were chosen by.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.inviting import invited
from benchmarks.measuring import Figure
from benchmarks.others import others
from benchmarks.people import people
from benchmarks.stages import Setting

# (people in a chunk, seconds between two)
_TRIED = {
    "sqlite": [
        (500, 0.05),
        (1_000, 0.0),
        (1_000, 0.05),
        (1_000, 0.1),
        (2_000, 0.05),
        (2_000, 0.1),
        (4_000, 0.1),
    ],
    "postgresql": [(1_000, 0.0), (2_000, 0.0), (4_000, 0.0), (10_000, 0.0)],
}
# Above the people of the other stages, which write into the same database.
_FIRST = 100_000_000


def run(setting: Setting) -> Iterator[Figure]:
    """Each pair beside others."""
    lists = (list(people(setting.size, first=first)) for first in range(_FIRST, _FIRST * 2, setting.size))
    for chunk, pause in _TRIED[setting.on]:
        taken, notes = [], []
        for _ in range(setting.rounds):
            everybody = next(lists)
            with others() as waits:
                taken.append(invited(everybody, chunk, pause))
            notes.append(str(waits))
        yield Figure(f"chunks of {chunk:,}, pauses of {pause:g} s", setting.on, taken, notes=notes)
