"""Another name or descriptor of a trust: whom it says it is, so not for the trust itself to change."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from staffpassport.audit.record import Actor
from staffpassport.organisations.actions import rename
from staffpassport.organisations.models import Organisation


class Command(BaseCommand):
    help = "Changes the name or the descriptor of a trust: its pages and messages show it from then on. It is recorded."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", required=True, metavar="ODS_CODE")
        parser.add_argument("--name", help='for example "Sheffield Teaching Hospitals"')
        parser.add_argument("--descriptor", help='for example "NHS Foundation Trust"')

    def handle(self, *args: Any, **options: Any) -> None:
        code = options["organisation"].strip().upper()
        organisation = Organisation.objects.filter(ods_code=code).first()
        if organisation is None:
            raise CommandError(f"There is no organisation {code}. Nothing was changed.")
        given = {what: " ".join(options[what].split()) for what in ("name", "descriptor") if options[what]}
        try:
            changed = rename(organisation=organisation, by=Actor.task("rename_organisation"), **given)
        except ValidationError as problem:
            lines = [f"--{field}: {sentences[0]}" for field, sentences in problem.message_dict.items()]
            raise CommandError("\n".join(["Nothing was changed.", *lines])) from None
        self.stdout.write(
            f"It is {organisation} now." if changed else f"Nothing was changed: it is {organisation}."
        )
