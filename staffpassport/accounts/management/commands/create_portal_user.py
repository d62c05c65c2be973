"""Adds a portal user to a real installation, or gives one a new link to choose a password by."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from staffpassport.accounts.actions import AlreadyAMemberError, create_portal_user
from staffpassport.accounts.links import PRINTED_LIVES, end_links, password_link
from staffpassport.accounts.mails import mail_password_link
from staffpassport.accounts.models import User
from staffpassport.audit.record import Actor
from staffpassport.messaging import providers
from staffpassport.messaging.states import Channel
from staffpassport.organisations.access import Role
from staffpassport.organisations.models import Organisation
from staffpassport.roster.values import Mistake, email_address, email_key

LONGEST_NAME = 200  # of User.name


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
        organisation = _organisation(options["organisation"])
        email, name, role = _email(options["email"]), _name(options["name"]), Role(options["role"])
        known = User.objects.filter(email=email_key(email)).first()
        if known and not known.is_active:
            raise CommandError(
                f"{known.email} has been disabled, so a link would not work. Nothing was changed."
            )
        try:
            user = create_portal_user(
                organisation=organisation,
                email=email,
                name=name,
                role=role,
                by=Actor.task("create_portal_user"),
            )
        except AlreadyAMemberError as already:
            user = User.objects.get(email=email_key(email))
            self.stdout.write(f"{already} Name and role were not changed; here is a new link.")
        else:
            self.stdout.write(
                f"{user.name}, {user.email}, has an account already and is now {role.label} of {organisation} too."
                if known
                else f"Created {user.name}, {user.email}, {role.label} of {organisation}."
            )
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
        end_links(user)
        self.stdout.write(password_link(user, lives=PRINTED_LIVES))


def _organisation(ods_code: str) -> Organisation:
    found = Organisation.objects.filter(ods_code=ods_code.strip().upper()).first()
    if found is None:
        raise CommandError(
            f"--organisation: there is no organisation {ods_code}. Add it with manage.py create_organisation."
        )
    return found


def _email(typed: str) -> str:
    try:
        return email_address(typed)
    except Mistake as mistake:
        raise CommandError(f"--email: {mistake.sentence}.") from None


def _name(typed: str) -> str:
    name = " ".join(typed.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise CommandError(
            f"--name: enter the person's first and last name, at most {LONGEST_NAME} characters."
        )
    return name
