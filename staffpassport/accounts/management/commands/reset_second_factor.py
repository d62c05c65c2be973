"""Resets how somebody logs in, where their trust has nobody who could."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from staffpassport.accounts.models import Membership, User
from staffpassport.accounts.resets import reset_second_factor
from staffpassport.audit.record import Actor
from staffpassport.roster.values import email_key


class Command(BaseCommand):
    help = (
        "Removes all second factors of a portal user who has lost them, and logs them out everywhere. They log in with "
        "their password and set up a new one. For trusts without two senior portal administrators who could do it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address that the person logs in with")

    def handle(self, *args: Any, **options: Any) -> None:
        address = options["email"]
        user = User.objects.filter(email=email_key(address)).first()
        if user is None:
            raise CommandError(f"There is no portal user with the address {address}. Nothing was changed.")
        trusts = Membership.everywhere.filter(user=user, ended_at=None).select_related("organisation")
        names = ", ".join(str(one.organisation) for one in trusts) or "no trust"
        self.stdout.write(f"{user.name}, {user.email}, works for {names}.")
        self.stdout.write(
            "All their second factors will be removed at once, and they are told by email. Be sure that it is they who "
            "ask: ring them on a number that their trust gives you."
        )
        if email_key(input("Type their address once more to go on: ")) != user.email:
            raise CommandError("That is another address. Nothing was changed.")
        reset_second_factor(user=user, by=Actor.task("reset_second_factor"))
        self.stdout.write("Done. They can log in with their password and set up a new second factor.")
