"""Adds a trust to a real installation."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from staffpassport.audit.record import Actor
from staffpassport.organisations.actions import create_organisation


class Command(BaseCommand):
    help = "Adds a trust, so that portal users can be created for it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help='for example "Sheffield Teaching Hospitals"')
        parser.add_argument("--descriptor", required=True, help='for example "NHS Foundation Trust"')
        parser.add_argument("--ods-code", required=True, help='for example "RHQ"')
        parser.add_argument("--hr-email", required=True, help="shown to the people it invites")
        parser.add_argument("--hr-phone", required=True, help="shown to the people it invites")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            organisation = create_organisation(
                name=options["name"].strip(),
                descriptor=options["descriptor"].strip(),
                ods_code=options["ods_code"].strip().upper(),
                hr_email=options["hr_email"].strip(),
                hr_phone=options["hr_phone"].strip(),
                by=Actor.task("create_organisation"),
            )
        except ValidationError as problem:
            lines = [
                f"{field.replace('_', ' ')}: {sentence}"
                for field, sentences in problem.message_dict.items()
                for sentence in sentences
            ]
            raise CommandError("The organisation was not created.\n" + "\n".join(lines)) from None
        self.stdout.write(f"Created {organisation}, ODS code {organisation.ods_code}.")
        self.stdout.write("Next: manage.py create_portal_user")
