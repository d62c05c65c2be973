"""Looks whether the mail server is set up as the portal needs it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from staffpassport.messaging.findings import tell
from staffpassport.messaging.smtp_check import findings


class Command(BaseCommand):
    help = (
        "Says what is missing or wrong with the mail server (connection, certificate, log-in, sender, relaying) and "
        "how to put it right. Nobody gets a message, but whoever is named. Exit code 1 where something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", default="", help="sends a real email to this address")

    def handle(self, *args: Any, **options: Any) -> None:
        tell(findings(options["email"]), self.stdout)
