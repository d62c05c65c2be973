"""What `bin/test` runs: nothing is left out of it unseen."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARK = "pytest.mark." + "postgresql"


def test_what_only_postgresql_can_show_is_run_on_postgresql() -> None:
    """SQLite's run leaves these tests out, so a file that is not named in the other one would never run."""
    run = (ROOT / "bin" / "test").read_text(encoding="utf-8").partition("Tests on PostgreSQL")[2]
    named = [ROOT / word for word in run.split() if word.startswith("tests/")]
    marked = [
        file for file in (ROOT / "tests").rglob("test_*.py") if MARK in file.read_text(encoding="utf-8")
    ]
    assert marked
    left_out = [file for file in marked if not any(file == path or path in file.parents for path in named)]
    assert left_out == []
