"""What `bin/test` runs: nothing is left out of it unseen."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_TESTS = re.compile(r"\btests/[\w/.]*\w")
MARK = "pytest.mark." + "postgresql"


def test_what_only_postgresql_can_show_is_run_on_postgresql() -> None:
    """SQLite's run leaves these tests out, so a file that is not named in the other one would never run."""
    before, _, run = (ROOT / "bin" / "test").read_text(encoding="utf-8").partition('Tests on PostgreSQL"')
    named, ignored = ([ROOT / word for word in _TESTS.findall(part)] for part in (run, before))
    marked = [
        file for file in (ROOT / "tests").rglob("test_*.py") if MARK in file.read_text(encoding="utf-8")
    ]
    assert marked
    assert ignored
    left_out = [file for file in marked if file in ignored or not {file, *file.parents} & {*named}]
    assert left_out == []
    assert [file for file in (*named, *ignored) if not file.exists()] == []
