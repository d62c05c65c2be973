"""Verifies the sealed audit trail: nothing changed, added, taken out, moved or cut off."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from staffpassport.audit import heads, verifying
from staffpassport.audit.chain import MOST_FINDINGS, Keys
from staffpassport.audit.models import NO_TRUST
from staffpassport.organisations.models import Organisation


class Command(BaseCommand):
    help = "Verifies the sealed audit trail, against the heads noted outside the database. Exit code 1: not whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--heads",
            nargs="+",
            type=Path,
            metavar="FILE",
            help="the files to which workers noted heads, of every machine; AUDIT_HEADS_FILE where none is named",
        )
        parser.add_argument("--organisation", metavar="ODS", help="only this trust, by its ODS code")

    def handle(self, *args: Any, **options: Any) -> None:
        files = options["heads"] or [Path(settings.AUDIT_HEADS_FILE)]
        # Before the database, which then has every seal that is noted there.
        found, problems = self._heads(files)
        names = {one.pk: f"{one} ({one.ods_code})" for one in Organisation.objects.all()}
        names[NO_TRUST] = "Events of no trust"
        only = _trust(options["organisation"])
        keys = Keys(settings.AUDIT_KEYS)
        findings = len(problems)
        self._say_each("The files of heads", problems)
        with verifying.one_moment():
            inserted: dict[UUID, list[str]] = defaultdict(list)
            for trust, sentence in verifying.inserted():
                inserted[trust].append(sentence)
            # And once more, for what was deleted for its age: it is noted first, and then deleted.
            later, _ = self._heads(files)
            for trust in sorted({*verifying.trusts(), *found, *inserted}):
                if only in (None, trust):
                    noted = heads.Noted(
                        found.get(trust, heads.Noted()).heads, later.get(trust, heads.Noted()).retired
                    )
                    report = verifying.verify(trust, keys, noted)
                    name = names.get(trust, f"Organisation {trust}")
                    findings += self._report(name, report, inserted.get(trust, []))
        if findings:
            raise CommandError(
                f"The audit trail is not whole: {findings:,} {'finding' if findings == 1 else 'findings'}, above."
            )
        self.stdout.write("The audit trail is whole.")

    def _heads(self, files: list[Path]) -> tuple[dict[UUID, heads.Noted], list[str]]:
        try:
            return heads.read(files)
        except OSError as fault:
            raise CommandError(
                f"{fault.filename} cannot be read ({fault.strerror}). Name the files of heads with --heads: without "
                "them nobody can tell whether the end of the trail was cut off."
            ) from None

    def _report(self, name: str, report: verifying.Report, inserted: list[str]) -> int:
        """Says how one trust's trail stands; the number of findings."""
        verdict = report.verdict
        end = (
            f"up to number {verdict.last:,}, head {verdict.head.hex()}" if verdict.last else "none sealed yet"
        )
        self.stdout.write(f"{name}: {verdict.events:,} sealed events, {end}.")
        if report.retired:
            self.stdout.write(f"  All up to number {report.retired:,} was deleted for its age.")
        if report.oldest_waiting:
            seconds = max(0, round((timezone.now() - report.oldest_waiting).total_seconds()))
            self.stdout.write(f"  {report.waiting:,} not sealed yet, the oldest for {seconds:,} seconds.")
        others = inserted + report.beside
        self._say_each(name, verdict.findings + others, verdict.more_findings)
        return len(verdict.findings) + verdict.more_findings + len(others)

    def _say_each(self, where: str, findings: list[str], more: int = 0) -> None:
        for sentence in findings[:MOST_FINDINGS]:
            self.stderr.write(f"  {where}: {sentence}")
        if more := more + max(0, len(findings) - MOST_FINDINGS):
            self.stderr.write(f"  {where}: and {more:,} more.")


def _trust(ods_code: str | None) -> UUID | None:
    if ods_code is None:
        return None
    found = Organisation.objects.filter(ods_code=ods_code.strip().upper()).first()
    if found is None:
        raise CommandError(f"There is no organisation {ods_code}.")
    return found.pk
