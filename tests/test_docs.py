"""What the pages for people say about the code is so."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_each_test_that_the_threats_name_exists() -> None:
    page = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
    threats = page.split("\n## ")[1:]
    assert len(threats) >= 10
    for threat in threats:
        title = threat.partition("\n")[0]
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", threat)
        assert named, f"{title}: no test shows what stops it"
        missing = [
            f"{file}::{test}"
            for file, test in named
            if f"\ndef {test}(" not in (ROOT / file).read_text(encoding="utf-8")
        ]
        assert missing == [], title
