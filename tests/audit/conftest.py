"""A file of heads of the test's own, and what tests of the sealed trail do again and again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def heads_file(tmp_path: Path, settings: Any) -> Path:
    file = tmp_path / "audit-heads.jsonl"
    settings.AUDIT_HEADS_FILE = str(file)
    return file
