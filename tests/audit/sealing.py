"""What tests of the sealed trail do again and again."""

from __future__ import annotations

from io import StringIO
from uuid import UUID

from django.core.management import CommandError, call_command

from staffpassport.audit.models import NO_TRUST, Kind
from staffpassport.audit.record import record_each
from staffpassport.audit.sealing import seal
from tests import making


def write(count: int, trust: UUID | None = None, kind: Kind = Kind.INVITED) -> None:
    """So many events of a trust, or of none."""
    record_each(kind, [str(number) for number in range(count)], actor=making.BY, organisation_id=trust)


def seal_everything() -> None:
    while seal():
        pass


def verify(*arguments: str) -> tuple[bool, str]:
    """What verify_audit says, and whether it calls the trail whole."""
    said = StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=said, stderr=said)
    except CommandError as refusal:
        return False, f"{said.getvalue()}{refusal}"
    return True, said.getvalue()


__all__ = ["NO_TRUST", "seal_everything", "verify", "write"]
