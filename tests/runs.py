"""How often a property is tried: a few times in `make test`, many more in `make torture`."""

from __future__ import annotations

import os


def examples(usual: int) -> int:
    """The number of examples for Hypothesis: `usual` times what TORTURE says."""
    return usual * int(os.environ.get("TORTURE", "1"))


def surprising() -> bool:
    """Whether each run tries something else: in `make torture`. `make test` is the same every time, for everybody."""
    return "TORTURE" in os.environ
