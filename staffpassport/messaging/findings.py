"""What a check of the set-up found, for the commands that look whether a provider is as the portal needs it."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.management.base import CommandError, OutputWrapper


class Weight(enum.Enum):
    """How grave a finding is."""

    FINE = "OK"
    NOTE = "NOTE"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` says how to put it right."""

    weight: Weight
    sentence: str
    remedy: str = ""


def tell(findings: Iterable[Finding], out: OutputWrapper) -> None:
    """Writes each as it is found. CommandError, so exit code 1, where something is wrong."""
    wrong = 0
    for finding in findings:
        wrong += finding.weight is Weight.WRONG
        out.write(f"{finding.weight.value:<6} {finding.sentence}")
        if finding.remedy:
            out.write(f"       {finding.remedy}")
    if wrong:
        raise CommandError("One thing is wrong." if wrong == 1 else f"{wrong} things are wrong.")
    out.write("Nothing is wrong.")
