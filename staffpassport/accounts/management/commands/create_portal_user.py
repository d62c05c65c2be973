"""Adds a portal user to a real installation, or gives one a new link to choose a password by."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from staffpassport.accounts.actions import AlreadyAMemberError, create_portal_user
from staffpassport.accounts.links import PRINTED_LIVES, password_link
from staffpassport.accounts.mails import mail_password_link
from staffpassport.accounts.models import User
from staffpassport.audit.record import Actor
from staffpassport.messaging import providers
from staffpassport.messaging.states import Channel
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.roster.values import Mistake, email_address, email_key


class Command(BaseCommand):
    help = (
        "Adds somebody of a trust's HR. They choose a password by a link that works once: e-mailed, or printed here "
        "where no e-mail provider is set up. Run it again for a new link."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", required=True, metavar="ODS_CODE")
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(ods_code=options["organisation"].upper()).first()
        if organisation is None:
            raise CommandError(
                f"There is no organisation {options['organisation']}. Add it with manage.py create_organisation."
            )
        try:
            email = email_address(options["email"])
        except Mistake as mistake:
            raise CommandError(f"--email: {mistake.sentence}.") from None
        try:
            user = create_portal_user(
                organisation=organisation,
                email=email,
                name=options["name"].strip(),
                role=Role(options["role"]),
                by=Actor.task("create_portal_user"),
            )
            self.stdout.write(f"Created {user.name}, {user.email}, for {organisation}.")
        except AlreadyAMemberError as known:
            user = User.objects.get(email=email_key(email))
            self.stdout.write(f"{known} Nothing was changed; here is a new link.")
        self._hand_over_link(user, organisation)

    def _hand_over_link(self, user: User, organisation: Organisation) -> None:
        provider = providers.chosen()
        if provider and Channel.EMAIL in provider.channels:
            mail_password_link(user, organisation)
            self.stdout.write(f"An email with a link to choose a password is on its way to {user.email}.")
            return
        self.stdout.write(
            "No email provider is set up. Give them this link, which works once and for one hour:"
        )
        self.stdout.write(password_link(user, lives=PRINTED_LIVES))
