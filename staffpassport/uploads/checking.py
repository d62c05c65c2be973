"""Checking an upload: reading the file, judging every row, storing the plan for HR to review."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from staffpassport.audit.models import Kind
from staffpassport.audit.record import Actor
from staffpassport.roster import checking as roster
from staffpassport.roster import file_sentences
from staffpassport.roster.columns import columns
from staffpassport.roster.folding import fold
from staffpassport.roster.reading import read
from staffpassport.roster.table import FileProblem, Trouble
from staffpassport.roster.templates import cohort_words
from staffpassport.uploads import files, plan
from staffpassport.uploads.models import Upload
from staffpassport.uploads.moving import move, note
from staffpassport.uploads.states import State

# A worker may be killed in the middle for reasons of its own. A file that ends it three times is the reason.
_MOST_ATTEMPTS = 3
# A heading may be as long as any cell; a page names every one that is not needed.
_LONGEST_HEADING = 60
_LONGEST_COHORT = 400
_BY = Actor.task("check uploads")
_OUR_FAULT = (
    "Something went wrong on our side while this file was checked. Nobody was invited. "
    "Upload the file again, and if that does not help, contact us."
)


def check(upload: Upload) -> None:
    """Checks one upload that waits for it. Safe to repeat: whoever is second finds it checked.

    Whatever is wrong with the file becomes a sentence for HR. Other exceptions pass through, to be tried again
    by the duty; the third time the upload fails, with a sentence.
    """
    waiting = Upload.objects.of(upload.organisation).filter(pk=upload.pk, state=State.CHECKING)
    if not waiting.update(attempts=F("attempts") + 1):
        return
    upload.refresh_from_db()
    if upload.attempts > _MOST_ATTEMPTS:
        end(upload, State.FAILED, Kind.UPLOAD_FAILED, _OUR_FAULT)
        return
    try:
        content = files.content_of(upload)
    except files.FileGoneError:
        end(upload, State.FAILED, Kind.UPLOAD_FAILED, _OUR_FAULT)
        return
    problem = _check(upload, content)
    if problem:
        end(upload, State.REFUSED, Kind.UPLOAD_REFUSED, problem.sentence)


def _check(upload: Upload, content: bytes) -> FileProblem | None:
    table = read(content, upload.file_name)
    if isinstance(table, FileProblem):
        return table
    found = columns(table.headings)
    if found.problem:
        return found.problem
    checking = roster.check(table, found, upload.cohort, timezone.localdate())
    rows = roster.settle(checking)
    if not rows:
        return FileProblem(Trouble.NO_PEOPLE, file_sentences.NO_PEOPLE)
    totals = plan.store(upload, rows)
    with transaction.atomic():
        if move(
            upload,
            [State.CHECKING],
            State.TO_REVIEW,
            notices=list(table.notices),
            made_for=_another_cohort(upload, table.cohort),
            ignored_headings=[heading[:_LONGEST_HEADING] for heading in found.ignored],
            problem_kinds=totals.problem_kinds(),
            rows=len(rows) + checking.blank_rows,
            to_invite=totals.to_invite,
            duplicates=totals.duplicates,
            problems=totals.problems,
            blank=checking.blank_rows,
            plan_hash=totals.plan_hash,
        ):
            note(Kind.UPLOAD_CHECKED, upload, _BY, f"{upload.rows:,} rows, {upload.to_invite:,} to invite")
    return None


def _another_cohort(upload: Upload, of_template: str | None) -> str:
    """The cohort that the file was made for, in words; nothing where it is the upload's, or the file does not say."""
    if of_template is None or fold(of_template) == fold(cohort_words(upload.cohort)):
        return ""
    return of_template[:_LONGEST_COHORT]


def end(upload: Upload, state: State, kind: Kind, sentence: str) -> None:
    """It comes to nothing, and HR reads why."""
    with transaction.atomic():
        if move(upload, [State.CHECKING], state, sentence=sentence[:600]):
            files.forget(upload)
            note(kind, upload, _BY)
