"""What has to be done between restoring the database from a backup and starting workers again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from staffpassport.invitations import reminding
from staffpassport.messaging import providers
from staffpassport.messaging.restoring import Restored, after_restore
from staffpassport.work import heartbeat


class Command(BaseCommand):
    help = (
        "After the database was restored from a backup, before workers start: sees to it that nothing that went out "
        "since the backup was made goes out again. Safe to repeat."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if heartbeat.anyone_alive():
            raise CommandError(
                "A worker is running, or was within the last 30 seconds. Stop every worker, wait 30 seconds, and run "
                "this again. Nothing was changed."
            )
        provider = providers.chosen()
        if provider is None:
            raise CommandError(
                "MESSAGE_PROVIDER is none. Set it to the provider that sent messages before, and run this again. "
                "Nothing was changed."
            )
        reminding.skip_today()
        self._tell(after_restore(provider, report=self._count))

    def _count(self, done: int) -> None:
        self.stdout.write(f"{done:,} messages …")

    def _tell(self, restored: Restored) -> None:
        self.stdout.write(
            f"{restored.looked_up:,} messages are looked up at the provider before they are sent. Workers do it by "
            "themselves: those that it has are not sent again."
        )
        if restored.held:
            self.stdout.write(
                f"{restored.held:,} messages are held, as nobody can say whether they went out since the backup was "
                "made. They are not sent again by themselves. HR reads “May have been sent” in the list, asks the "
                "person, and re-sends the invitation where it did not come."
            )
        self.stdout.write(f"{restored.later:,} messages are due later, and go out then.")
        self.stdout.write("No reminders go out today. Those of tomorrow do.")
        self.stdout.write(
            "What was done since the backup was made is not in the records: people invited since then have links that "
            "no longer work. Tell HR from when to when, to invite them again."
        )
        self.stdout.write("Now start the workers.")
