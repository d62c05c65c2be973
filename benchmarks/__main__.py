"""`make bench`: every stage in a process of its own, on SQLite and on PostgreSQL, and one table.

    make bench                                  everything
    make bench ONLY=inviting SIZE=20000         one stage (or several, with commas), a shorter list
    make bench ON=sqlite ROUNDS=1               one database, one round

The first run fills a database of 1,500,000 passports for each of the two and keeps it in var/benchmarks.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import portals
from benchmarks.measuring import Figure, table, together
from benchmarks.stages import STAGES, Setting, run

RESULTS = Path(__file__).parent / "results.md"


def main() -> None:
    """Measures what was asked for and prints the table; the whole of it also goes to results.md."""
    asked = _arguments()
    if asked.stage:
        _one_stage(asked)
        return
    figures = list(_all_stages(asked))
    text = table(figures)
    print(text)
    if asked.write:
        RESULTS.write_text(_page(asked, text))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks", description=__doc__.partition("\n")[0] if __doc__ else ""
    )
    parser.add_argument("--only", default=",".join(STAGES), help="stages, with commas between them")
    parser.add_argument("--on", default="sqlite,postgresql")
    parser.add_argument("--size", type=int, default=100_000, help="people in a list")
    parser.add_argument("--passports", type=int, default=1_500_000, help="people who are known already")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write benchmarks/results.md")
    parser.add_argument("--stage", choices=list(STAGES), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if unknown := set(asked.only.split(",")) - set(STAGES):
        parser.error(f"there is no stage {', '.join(sorted(unknown))}; there are {', '.join(STAGES)}")
    return asked


def _all_stages(asked: argparse.Namespace) -> Iterator[Figure]:
    wanted = asked.only.split(",")
    for name in wanted:
        if not STAGES[name]:
            yield from _measured(name, "", asked, {}, asked.rounds)
    for on in asked.on.split(","):
        for name in wanted:
            if STAGES[name]:
                yield from together([list(_one_round(name, on, asked)) for _ in range(asked.rounds)])


def _one_round(name: str, on: str, asked: argparse.Namespace) -> Iterator[Figure]:
    """Each begins with the same database: what earlier ones wrote must not slow down what is measured."""
    with portals.filled(on, asked.passports) as url:
        yield from _measured(name, on, asked, {"DATABASE_URL": url}, rounds=1)


def _measured(
    name: str, on: str, asked: argparse.Namespace, environment: dict[str, str], rounds: int
) -> Iterator[Figure]:
    """The figures of one stage, run in a process of its own, so that its memory is its own."""
    print(f"… {name} {on}", file=sys.stderr)
    with tempfile.NamedTemporaryFile("r") as answer:
        command = [sys.executable, "-m", "benchmarks", "--stage", name, "--on", on, "--only", name]
        command += ["--size", str(asked.size), "--passports", str(asked.passports), "--rounds", str(rounds)]
        subprocess.run(
            command, env={**os.environ, **environment, "BENCHMARK_ANSWER": answer.name}, check=True
        )
        for line in answer:
            yield Figure(**json.loads(line))


def _one_stage(asked: argparse.Namespace) -> None:
    import django

    os.environ.setdefault("PRACTICE_MODE", "on")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "staffpassport.settings")
    django.setup()
    setting = Setting(on=asked.on, size=asked.size, passports=asked.passports, rounds=asked.rounds)
    with Path(os.environ["BENCHMARK_ANSWER"]).open("w") as answer:
        for figure in run(asked.stage, setting):
            answer.write(json.dumps(asdict(figure)) + "\n")


def _page(asked: argparse.Namespace, text: str) -> str:
    return f"""# Benchmarks

`make bench` on {datetime.now(UTC):%-d %B %Y}; 2 cores, shared with others; {asked.size:,} people in a list,
{asked.passports:,} passports of 220 trusts known, a fifteenth of them in the list's trust; medians of {asked.rounds}.
What a stage does, and what its floor and its peer are, stands at the head of its module.

{text}
"""


if __name__ == "__main__":
    main()
