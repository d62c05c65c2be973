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
                name=_one_line(options["name"]),
                descriptor=_one_line(options["descriptor"]),
                ods_code=options["ods_code"].strip().upper(),
                hr_email=_one_line(options["hr_email"]),
                hr_phone=_one_line(options["hr_phone"]),
                by=Actor.task("create_organisation"),
            )
        except ValidationError as problem:
            lines = [
                f"--{field.replace('_', '-')}: {_sentence(mistake, options)}"
                for field, mistakes in problem.error_dict.items()
                for mistake in mistakes
            ]
            raise CommandError("\n".join(["The organisation was not created.", *lines])) from None
        self.stdout.write(f"Created {organisation}, ODS code {organisation.ods_code}.")
        self.stdout.write("Next: manage.py create_portal_user")


def _one_line(typed: str) -> str:
    return " ".join(typed.split())


def _sentence(mistake: ValidationError, options: dict[str, Any]) -> str:
    if mistake.code == "unique":
        return f"there is an organisation {options['ods_code'].strip().upper()} already."
    return str(mistake.messages[0])
