"""`make torture`: the long versions of the tests that try to break things, on both databases, and one table.

    make torture                        everything: a night and more
    make torture ONLY=plan FACTOR=10    one part (or several, with commas), ten times what `make test` runs
    make torture ON=sqlite              one database

The numbers are those of `docs/architecture.md`, "Tests". What fails stays in var/torture/, and Hypothesis keeps the
example that failed for the next run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "var" / "torture"
DATABASES = ("sqlite", "postgresql")


# Which database it is says the part, not whoever starts it.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}


@dataclass(frozen=True, slots=True)
class Part:
    """One property. `usual` is how often `make test` tries it, `factor` how many times that it is tried here.

    Of the factor, `at_once` is one test's share: Hypothesis remembers what it has tried, which takes memory.
    """

    what: str
    tests: str
    usual: int
    factor: int
    at_once: int = 1
    databases: Sequence[str] = DATABASES


PARTS = {
    "read": Part(
        "any bytes as a list", "tests/roster/test_any_bytes.py", 935, 110, at_once=5, databases=["sqlite"]
    ),
    "view": Part("any upload, to the end", "tests/uploads/test_any_upload.py", 65, 1_540, at_once=10),
    "plan": Part("the plan holds", "tests/uploads/test_the_plan_holds.py", 25, 400, at_once=10),
    "signup": Part("any order of signing up", "tests/signup/test_any_order.py", 3, 334, at_once=20),
    # Each round is seeded by its number.
    "uploads": Part("uploads and kill -9", "tests/uploads/test_crashes.py", 3, 167, at_once=167),
    "messages": Part(
        "messages and kill -9",
        "tests/messaging/test_crashes.py::"
        "test_a_worker_killed_at_any_point_loses_nothing_and_sends_nothing_twice",
        4,
        125,
    ),
    # Each round is seeded by its number here, too.
    "notify": Part(
        "Notify's worst days",
        "tests/messaging/test_crashes.py::test_whoever_dies_on_notifys_worst_day_everybody_gets_one_message",
        3,
        167,
        at_once=167,
    ),
    # Seeded likewise.
    "everything": Part(
        "everything and kill -9", "tests/uploads/test_everything_dies.py", 1, 500, at_once=500
    ),
    # `make test` leaves out there what asks nothing that others do not ask.
    **{
        room: Part(f"{room}, every test", f"tests/{room}", 1, 1, databases=["postgresql"])
        for room in ("accounts", "invitations", "messaging", "portal")
    },
}


@dataclass(frozen=True, slots=True)
class Done:
    part: str
    database: str
    runs: int
    seconds: float
    held: bool


def main() -> int:
    """The exit code: 1 where something did not hold."""
    arguments = _arguments()
    done = [
        _run(name, database, arguments.factor or PARTS[name].factor)
        for name in arguments.only
        for database in arguments.on
        if database in PARTS[name].databases
    ]
    _say(_table(done))
    return int(not all(one.held for one in done))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="the long versions of the tests that try to break things")
    parser.add_argument("--only", type=_listed, default=list(PARTS), help=", ".join(PARTS))
    parser.add_argument("--on", type=_listed, default=list(DATABASES), help=", ".join(DATABASES))
    parser.add_argument("--factor", type=int, help="times what `make test` runs, in place of each part's own")
    found = parser.parse_args()
    if unknown := {*found.only, *found.on} - {*PARTS, *DATABASES}:
        parser.error(f"no such part or database: {', '.join(sorted(unknown))}")
    return found


def _listed(text: str) -> list[str]:
    return text.split(",")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _run(name: str, database: str, factor: int) -> Done:
    part = PARTS[name]
    at_once = min(part.at_once, factor)
    repeat = max(1, round(factor / at_once))
    log = LOGS / f"{name}-{database}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    runs = part.usual * at_once * repeat
    _say(f"{part.what}, {database}: {runs:,} runs, told in {log.relative_to(ROOT)}")
    server = [sys.executable, "-m", "tests.postgres"] if database == "postgresql" else []
    begun = time.monotonic()
    with log.open("wb") as out:
        ended = subprocess.run(
            [
                *server,
                *[
                    sys.executable,
                    "-m",
                    "pytest",
                    "-p",
                    "tests.repeating",
                    "-n",
                    _workers(),
                ],
                *["--show-capture=no", "--durations=5", part.tests],
            ],
            cwd=ROOT,
            env={**_ENVIRONMENT, "TORTURE": str(at_once), "REPEAT": str(repeat)},
            stdout=out,
            stderr=out,
            check=False,
        )
    return Done(
        name, database, part.usual * at_once * repeat, time.monotonic() - begun, ended.returncode == 0
    )


def _workers() -> str:
    return os.environ.get("TEST_WORKERS", str(os.cpu_count() or 1))


def _table(done: Sequence[Done]) -> str:
    lines = [f"\n{'what':<26}{'database':<14}{'runs':>10}{'time':>12}   result"]
    for one in done:
        took = timedelta(seconds=round(one.seconds))
        result = "held" if one.held else f"FAILED: var/torture/{one.part}-{one.database}.log"
        lines.append(f"{PARTS[one.part].what:<26}{one.database:<14}{one.runs:>10,}{took!s:>12}   {result}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
