"""`make code`: the six-digit code of the practice users."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from staffpassport.accounts import practice


class Command(BaseCommand):
    help = "Prints the code that an authenticator app of the practice users would show now."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PRACTICE_MODE:
            raise CommandError("There are codes to print in practice mode only.")
        code, seconds = practice.code_now()
        self.stdout.write(f"Code: {code}")
        self.stdout.write(f"It works once, and changes in {seconds} seconds.")
