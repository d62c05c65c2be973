"""What has to be done between restoring the database from a backup and starting workers again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from staffpassport.audit.sealing import note_heads_again
from staffpassport.invitations import erasures, reminding
from staffpassport.invitations.erasing_again import erase_again
from staffpassport.messaging import providers
from staffpassport.messaging.restoring import Restored, after_restore
from staffpassport.uploads.models import Upload
from staffpassport.uploads.states import State
from staffpassport.work import heartbeat


class Command(BaseCommand):
    help = (
        "After the database was restored from a backup, before anybody logs in and workers start: erases again "
        "whoever was erased, and sees to it that nothing that went out since goes out again. Safe to repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--erasures",
            nargs="+",
            type=Path,
            metavar="FILE",
            help="the files to which workers noted who was erased, of every machine; ERASURES_FILE where none is named",
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
        erased = self._erased(options["erasures"] or [Path(settings.ERASURES_FILE)])
        self._erase(erased)
        note_heads_again()
        reminding.skip_today()
        self._tell(after_restore(provider, report=self._count))

    def _erased(self, files: list[Path]) -> Mapping[UUID, set[UUID]]:
        try:
            erased, problems = erasures.read(files)
        except OSError as fault:
            raise CommandError(
                f"{fault.filename} cannot be read ({fault.strerror}). Name the files to which the workers of every "
                "machine noted who was erased, with --erasures: without them the backup brings these people back. "
                "Nothing was changed."
            ) from None
        for sentence in problems:
            self.stderr.write(sentence)
        return erased

    def _erase(self, erased: Mapping[UUID, set[UUID]]) -> None:
        self.stdout.write(
            f"{erase_again(erased):,} people who had been deleted were in the backup, and are deleted again. "
            "They are not told again."
        )
        going_on = Upload.everywhere.filter(state__in=[State.CONFIRMED, State.INVITING]).count()
        if going_on:
            self.stdout.write(
                f"{going_on:,} lists were being carried out when the backup was made, and go on. Whoever one of them "
                "invited after the backup, and was deleted then, is invited again: let HR delete them again."
            )

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
