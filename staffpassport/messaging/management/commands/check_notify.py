"""Looks whether GOV.UK Notify is set up as the portal needs it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from staffpassport.messaging.findings import tell
from staffpassport.messaging.notify_check import findings


class Command(BaseCommand):
    help = (
        "Says what is missing or wrong at GOV.UK Notify (key, clock, templates, senders, limits, receipts) and how to "
        "put it right. Nobody gets a message, but those who are named. Exit code 1 where something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", default="", help="sends a real email to this address")
        parser.add_argument("--phone", default="", help="sends a real text message to this phone")

    def handle(self, *args: Any, **options: Any) -> None:
        tell(findings(options["email"], options["phone"]), self.stdout)
