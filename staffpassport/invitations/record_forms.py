"""What is asked on the pages that a record leads to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from staffpassport.invitations.forms import NO, YES, StaffDetailsForm
from staffpassport.passports.editing import LABELS, ChangedMeanwhileError, Profile, version_of
from staffpassport.passports.models import ProfileChange, StaffPassport
from staffpassport.passports.words import shown
from staffpassport.roster import values
from staffpassport.ui import formats
from staffpassport.ui.fields import HiddenField, RadiosField, TextField
from staffpassport.ui.forms import Form

# The fields of the form whose columns are called otherwise.
_FIELDS = {"job_role_key": "job_role"}


class EditProfileForm(StaffDetailsForm):
    """The form for inviting, and three answers more.

    `seen` is the version of the profile that the page shows, `newest` the newest invitation: by them a second click
    and a colleague's change are noticed.
    """

    field_order = (
        "first_name",
        "last_name",
        "preferred_name",
        *StaffDetailsForm.field_order[2:],
    )

    preferred_name = TextField(label="Preferred name (optional)", parse=values.preferred_name, required=False)
    professional_body = TextField(
        label="Professional body (optional)",
        hint="For example, Nursing and Midwifery Council",
        parse=values.professional_body,
        required=False,
    )
    registration_number = TextField(
        label="Registration number (optional)",
        hint="By which the professional body knows this person. For example, 12A3456E",
        width=20,
        parse=values.registration_number,
        required=False,
    )
    seen = HiddenField(required=False)
    newest = HiddenField(required=False)

    @classmethod
    def of(cls, passport: StaffPassport, newest: UUID | None) -> EditProfileForm:
        """The form filled in with what stands on the passport."""
        answers = {_FIELDS.get(column, column): getattr(passport, column) for column in LABELS}
        return cls(
            initial={
                **answers,
                "phone": formats.phone(passport.phone),
                "seen": version_of(passport),
                "newest": str(newest or ""),
            }
        )

    def profile(self) -> Profile:
        """The answers, once the form is valid."""
        answers = self.cleaned_data
        return Profile(
            details=self.details(),
            professional_body=answers["professional_body"] or None,
            registration_number=answers["registration_number"] or None,
        )

    def show_what_stands_there(
        self, refused: ChangedMeanwhileError, changes: QuerySet[ProfileChange]
    ) -> None:
        """Says at each field what somebody else has made of it; what was typed stays, to be saved knowingly."""
        by = dict(changes.order_by("pk").values_list("field", "by_name"))
        for column in refused.columns:
            who = by.get(column, "Somebody else")
            now = shown(refused.passport, column)
            self.add_error(
                _FIELDS.get(column, column),
                f"{who} has {f'changed this to “{now}”' if now else 'cleared this'} since you opened this page. "
                "Check it, and save again",
            )
        self.data = {**dict(self.data.items()), "seen": version_of(refused.passport)}


class ResendForm(Form):
    """Whether to send an invitation again. `invitation` is the newest one that the page knows."""

    invitation = HiddenField(required=False)
    resend = RadiosField(
        label="Do you want to resend the invitation?",
        missing="Select yes if you want to resend the invitation",
        choices=[(YES, "Yes, send the invitation"), (NO, "No, go back")],
        label_size="m",
    )


class WithdrawForm(Form):
    """Whether to take an invitation back."""

    withdraw = RadiosField(
        label="Do you want to withdraw the invitation?",
        missing="Select yes if you want to withdraw the invitation",
        choices=[(YES, "Yes, withdraw the invitation"), (NO, "No, go back")],
        label_size="m",
    )


class DeleteForm(Form):
    """Whether to erase a person's record."""

    delete = RadiosField(
        label="Do you want to delete this staff passport from records?",
        missing="Select yes if you want to delete this staff passport from records",
        choices=[
            (YES, "Yes, delete staff passport from records"),
            (NO, "No, go back and keep this record"),
        ],
        label_size="m",
    )


def hidden_id(form: Form, name: str) -> UUID | None:
    """The id in a hidden field of a valid form; None where it holds none."""
    answers: dict[str, Any] = form.cleaned_data
    try:
        return UUID(answers[name])
    except ValueError:
        return None
