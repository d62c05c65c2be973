from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from staffpassport.uploads.instructions import document


class Command(BaseCommand):
    help = "Writes the HTML that bin/instructions prints as the PDF of the instructions."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(document())
