"""A file to send."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Unpack

from django import forms

from staffpassport.ui import formats
from staffpassport.ui.fields.base import FieldMistakeError, NhsField, Options, look_from
from staffpassport.ui.receiving import ReceivedFile


class FileField(NhsField):
    """One file, for a form of a view marked `takes_files`: `TheForm(request.POST, request.FILES)`.

    `accept` is what the browser offers first, such as [".csv", ".xlsx"]; anything may come all the same, an empty
    file too. `parse` is called with the ReceivedFile, which is not too big. Gives None where none was chosen.
    """

    def __init__(self, *, label: str, accept: Iterable[str] = (), **options: Unpack[Options]) -> None:
        super().__init__(
            label=label,
            look=look_from(options, component="file", accept=",".join(accept)),
            missing="Choose a file to upload",
            options=options,
            widget=forms.FileInput(),
        )

    def to_python(self, data: Any) -> ReceivedFile | None:
        if not isinstance(data, ReceivedFile):
            return None
        if data.too_big:
            raise FieldMistakeError(f"The file must be smaller than {formats.file_size(data.limit)}")
        return data
