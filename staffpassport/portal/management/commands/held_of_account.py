"""Everything that is held of an account, for its person: what a trust's "Everything we hold" leaves out is in it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from staffpassport.accounts.models import User
from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor, record
from staffpassport.portal.held_account import everything_of_account
from staffpassport.roster.text_tables import as_csv
from staffpassport.roster.values import email_key


class Command(BaseCommand):
    help = "Prints, as CSV, everything that is held of the account that logs in by an email address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email=email_key(email)).first()
        if user is None:
            raise CommandError("There is no account that logs in by this address.")
        record(
            Kind.HELD_DOWNLOADED,
            actor=Actor.task("held-of-account"),
            organisation_id=None,
            subject=user.pk,
        )
        for part in as_csv(["What", "Held", "When", "By"], everything_of_account(user)):
            self.stdout.write(part.decode("utf-8-sig"), ending="")
