"""Makes the table of contents of the sealed audit trail anew: it is derived from the events, and nothing is lost."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from staffpassport.audit.contents import continue_contents, forget_contents
from staffpassport.audit.verifying import trusts


class Command(BaseCommand):
    help = "Makes the table of contents of the audit trail anew, once verify_audit found that it leaves events out."

    def handle(self, *args: Any, **options: Any) -> None:
        for trust in sorted(trusts()):
            forget_contents(trust)
            while continue_contents(trust):
                pass
        self.stdout.write("Made anew. Now run manage.py verify_audit.")
