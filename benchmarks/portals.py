"""A filled portal on either database, for one round: a copy of one that is filled once and kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import server

_KEPT = Path(__file__).resolve().parent.parent / "var" / "benchmarks"
# As installed, but for what nobody leaves as it is: PostgreSQL's own default of 128 MB is made for any machine.
_OPTIONS = ["-c", "shared_buffers=1GB", "-c", "max_wal_size=4GB"]
# Kept files that have had this project's newest migrations, in this run.
_up_to_date: set[Path] = set()
_SCRATCH = ("", "-wal", "-shm", ".cache", ".cache-wal", ".cache-shm")


@contextmanager
def filled(on: str, passports: int) -> Iterator[str]:
    """The address of a database with so many passports, which may be written to."""
    _KEPT.mkdir(parents=True, exist_ok=True)
    with (_sqlite if on == "sqlite" else _postgresql)(passports) as url:
        yield url


@contextmanager
def _sqlite(passports: int) -> Iterator[str]:
    kept, scratch = _KEPT / f"{passports}.sqlite3", _KEPT / "scratch.sqlite3"
    if not kept.exists():
        _fill(f"sqlite:///{scratch}", passports)
        scratch.rename(kept)
    if kept not in _up_to_date:
        _bring_up_to_date(f"sqlite:///{kept}")
        _up_to_date.add(kept)
    shutil.copy(kept, scratch)
    try:
        yield f"sqlite:///{scratch}"
    finally:
        for part in _SCRATCH:
            scratch.with_name(scratch.name + part).unlink(missing_ok=True)


@contextmanager
def _postgresql(passports: int) -> Iterator[str]:
    kept = _KEPT / f"{passports}.postgresql"
    if not kept.exists():
        with server(options=_OPTIONS, keep_as=kept) as url:
            _fill(url, passports)
    if kept not in _up_to_date:
        behind = kept.with_suffix(".behind")
        kept.rename(behind)
        with server(options=_OPTIONS, start_from=behind, keep_as=kept) as url:
            _bring_up_to_date(url)
        shutil.rmtree(behind)
        _up_to_date.add(kept)
    with server(options=_OPTIONS, start_from=kept) as url:
        yield url


def _bring_up_to_date(url: str) -> None:
    """The migrations since it was filled; those that make an index again leave nothing for a round to tidy up."""
    _manage(url, "migrate")
    _program(url, "from benchmarks.database import tidy; tidy()")


def _fill(url: str, passports: int) -> None:
    print(f"… filling a database with {passports:,} passports, once", file=sys.stderr)
    _program(url, f"from benchmarks.database import fill; fill({passports})")


def _program(url: str, program: str) -> None:
    set_up = f"import django; django.setup(); {program}"
    subprocess.run([sys.executable, "-c", set_up], env=_environment(url), check=True)


def _manage(url: str, *command: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *command, "--verbosity=0"], env=_environment(url), check=True
    )


def _environment(url: str) -> dict[str, str]:
    django = {"DATABASE_URL": url, "PRACTICE_MODE": "on", "DJANGO_SETTINGS_MODULE": "staffpassport.settings"}
    return {**os.environ, **django}
