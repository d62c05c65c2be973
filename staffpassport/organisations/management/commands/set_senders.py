"""Says in whose name a trust's messages go out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from staffpassport.audit.record import Actor
from staffpassport.organisations.actions import set_senders
from staffpassport.organisations.models import Organisation


class Command(BaseCommand):
    help = (
        "Sets the reply-to address and the text sender of a trust, by the ids that GOV.UK Notify shows under Settings. "
        "One that is left out becomes the service's usual one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", required=True, metavar="ODS_CODE")
        parser.add_argument("--reply-to-id", type=_id, metavar="ID")
        parser.add_argument("--text-sender-id", type=_id, metavar="ID")

    def handle(self, *args: Any, **options: Any) -> None:
        code = options["organisation"].strip().upper()
        organisation = Organisation.objects.filter(ods_code=code).first()
        if organisation is None:
            raise CommandError(f"There is no organisation {code}. Nothing was changed.")
        set_senders(
            organisation=organisation,
            reply_to_id=options["reply_to_id"],
            text_sender_id=options["text_sender_id"],
            by=Actor.task("set_senders"),
        )
        for what, id_ in (("Emails", options["reply_to_id"]), ("Texts", options["text_sender_id"])):
            self.stdout.write(f"{what} of {organisation}: {id_ or 'in the usual name of the service'}.")
        self.stdout.write("Next: manage.py check_notify")


def _id(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise CommandError(
            f"{typed} is not an id such as 8e222534-7f05-4972-86e3-17c5d9f894e2. Nothing was changed."
        ) from None
