"""The questions on the way from a list to its invitations."""

from __future__ import annotations

from typing import Any

from staffpassport.ui.fields import FileField, HiddenField, RadiosField
from staffpassport.ui.forms import Form

ONE = "one"
MANY = "many"
YES = "yes"
NO = "no"

# 20 MiB: a list of 100,000 people with every column that an export may have.
LARGEST_FILE = 20 * 1024 * 1024


class HowManyForm(Form):
    """One person by a form, or many by a file."""

    how_many = RadiosField(
        label="I want to create:",
        missing="Select how you want to create passports",
        choices=[
            (ONE, "A single passport using a form"),
            (MANY, "One or more passports using a CSV file"),
        ],
        option_hints={MANY: "Or an Excel or OpenDocument spreadsheet"},
        label_size="m",
    )


class UploadForm(Form):
    """The list itself. `refused` is the sentence about the file that was sent before, shown at the control."""

    list_file = FileField(
        label="Upload a file",
        hint="CSV, Excel or OpenDocument (.csv, .tsv, .xlsx, .xls or .ods), up to 100,000 people and 20MB",
        missing="Choose a file to upload",
        accept=[".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods"],
        label_size="m",
    )

    def __init__(self, *args: Any, refused: str = "") -> None:
        super().__init__(*(({}, {}) if refused else args))
        self._refused = refused

    def clean(self) -> None:
        if self._refused:
            self.errors.clear()
            self.add_error("list_file", self._refused)


class ConfirmForm(Form):
    """The last step before everybody is invited. `plan` is the hash of the plan that the page shows."""

    plan = HiddenField()
    upload = RadiosField(
        label="Upload records?",
        missing="Select yes if you want to upload the records and send the invitations",
        choices=[
            (YES, "Yes, upload records and send invitation"),
            (NO, "No, go back to file upload"),
        ],
        label_size="m",
    )

    def __init__(self, answers: Any = None, *, plan: str) -> None:
        super().__init__(answers, initial={"plan": plan})
