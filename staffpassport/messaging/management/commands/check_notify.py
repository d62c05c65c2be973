"""Looks whether GOV.UK Notify is set up as the portal needs it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from staffpassport.messaging.notify_check import Weight, findings


class Command(BaseCommand):
    help = (
        "Says what is missing or wrong at GOV.UK Notify (key, clock, templates, senders, limits, receipts) and how to "
        "put it right. Nobody gets a message, but those who are named. Exit code 1 where something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", default="", help="sends a real email to this address")
        parser.add_argument("--phone", default="", help="sends a real text message to this phone")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for finding in findings(options["email"], options["phone"]):
            wrong += finding.weight is Weight.WRONG
            self.stdout.write(f"{finding.weight.value:<6} {finding.sentence}")
            if finding.remedy:
                self.stdout.write(f"       {finding.remedy}")
        if wrong:
            raise CommandError("One thing is wrong." if wrong == 1 else f"{wrong} things are wrong.")
        self.stdout.write("Nothing is wrong.")
