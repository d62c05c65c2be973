"""What is asked of whoever confirms an identity or declines access."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from staffpassport.identity.answering import Check
from staffpassport.identity.models import MOST_WORDS, Document, How, Reason
from staffpassport.invitations.forms import NO, YES
from staffpassport.passports.editing import version_of
from staffpassport.passports.models import StaffPassport
from staffpassport.ui.fields import (
    CheckboxesField,
    DateField,
    HiddenField,
    RadiosField,
    TextField,
    WordsField,
)
from staffpassport.ui.forms import Form

# Older than that, it is not the check that the invitation asks for: people and documents change.
_OLDEST = timedelta(days=365)


def _up_to(most: int, what: str) -> Any:
    def parse(typed: str) -> str:
        words = " ".join(typed.split())
        if len(words) > most:
            raise ValueError(f"{what} must be {most} characters or less")
        return words

    return parse


class IdentityCheckForm(Form):
    """The identity check of one person. `seen` is the version of the profile that the page shows."""

    documents = CheckboxesField(
        label="What did you check?",
        hint="The original, or the eVisa on GOV.UK. Choose all that were seen",
        missing="Select what was checked",
        choices=Document.choices,
    )
    other_document = TextField(
        label="What the other document is (optional)",
        hint="Only if you chose “Another document”. The person can read it",
        parse=_up_to(100, "What the other document is"),
        required=False,
    )
    how = RadiosField(
        label="How was the person seen?",
        missing="Select how the person was seen",
        choices=How.choices,
    )
    checked_on = DateField(
        label="Date of the check", hint="For example, 27 3 2026", missing="Enter the date of the check"
    )
    checked_by = TextField(
        label="Who checked it",
        hint="You, or the name of a colleague",
        missing="Enter who checked it",
        parse=_up_to(200, "Who checked it"),
    )
    seen = HiddenField(required=False)

    @classmethod
    def of(cls, passport: StaffPassport, *, checked_by: str, typed: Any = None) -> IdentityCheckForm:
        """The form for the profile as it is now: empty, or with what was typed before."""
        version = version_of(passport)
        if typed is None:
            return cls(initial={"checked_by": checked_by, "seen": version})
        typed = typed.copy()
        typed["seen"] = version
        return cls(typed)

    def clean_checked_on(self) -> date:
        on: date = self.cleaned_data["checked_on"]
        today = timezone.localdate()
        if on > today:
            raise ValidationError("The date of the check must be today or in the past")
        if on < today - _OLDEST:
            raise ValidationError("The date of the check must be within the last 12 months")
        return on

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        other = Document.OTHER in answers.get("documents", ())
        if other and not answers.get("other_document", "-"):
            self.add_error("other_document", "Enter what the other document is")
        if not other and answers.get("other_document") and "documents" in answers:
            self.add_error("documents", "Select “Another document”, or delete what you wrote about it")
        return answers

    def check(self) -> Check:
        """The answers, once the form is valid."""
        answers = self.cleaned_data
        return Check(
            documents=answers["documents"],
            other_document=answers["other_document"],
            how=answers["how"],
            checked_on=answers["checked_on"],
            checked_by=answers["checked_by"],
        )


class DeclineForm(Form):
    """Why access is declined."""

    reason = RadiosField(
        label="Why do you decline access?",
        missing="Select why you decline access",
        choices=Reason.choices,
        option_hints={Reason.OTHER: "Say below why"},
        label_size="m",
    )
    words = WordsField(
        label="The reason in your words (optional)",
        hint=f"Only if you chose “Other”. The person reads these words. {MOST_WORDS} characters or less",
        most=MOST_WORDS,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        other = answers.get("reason") == Reason.OTHER
        if other and not answers.get("words", "-"):
            self.add_error("words", "Enter the reason in your words")
        if not other and answers.get("words") and answers.get("reason"):
            self.add_error("reason", "Select “Other”, or delete the reason in your words")
        return answers


class ReconsiderForm(Form):
    """Whether a decline is taken back."""

    reconsider = RadiosField(
        label="Do you want to take this back?",
        missing="Select yes if you want to take this back",
        choices=[(YES, "Yes, the person’s identity will be checked"), (NO, "No, go back")],
        label_size="m",
    )
