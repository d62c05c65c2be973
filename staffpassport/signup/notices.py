"""What a person accepts before they sign up. A changed text gets a new version, and is asked for again."""

from __future__ import annotations

from collections.abc import Mapping

# The day from which each holds.
VERSIONS: Mapping[str, str] = {
    "privacy-notice": "2026-11-27",
    "terms-and-conditions": "2026-11-27",
    "terms-of-use": "2026-11-27",
}


def are_accepted(accepted: Mapping[str, str] | None) -> bool:
    """Whether these are the versions of today."""
    return accepted == VERSIONS


def in_words() -> str:
    """The versions in a line of history."""
    return ", ".join(f"{name.replace('-', ' ')} of {version}" for name, version in VERSIONS.items())
