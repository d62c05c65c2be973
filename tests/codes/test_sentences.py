"""What a code that is not right says is worded once, so that nobody reads three different things of the same."""

from __future__ import annotations

import ast
from pathlib import Path

import staffpassport

ROOT = Path(staffpassport.__file__).parent


def test_no_room_words_for_itself_what_is_wrong_with_a_code() -> None:
    """Whoever takes the outcomes of a try apart, but for the right one, words them."""
    wording = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in {("Trying", "WRONG"), ("Sending", "TOO_SOON")}
    }
    assert wording == {"codes/actions.py", "codes/sentences.py"}
