"""A date in three boxes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple, Unpack

from django import forms
from django.utils.translation import gettext as _

from staffpassport.ui.fields.base import FieldMistakeError, NhsField, Options, enter, look_from, parsed

PARTS = ("day", "month", "year")


class Boxes(NamedTuple):
    """What was typed."""

    day: str = ""
    month: str = ""
    year: str = ""


class DateBoxes(forms.Widget):
    """Reads `name-day`, `name-month` and `name-year`."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Boxes:
        return Boxes(*(str(data.get(f"{name}-{part}", "")).strip() for part in PARTS))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return all(f"{name}-{part}" not in data for part in PARTS)


class DateField(NhsField):
    """Day, Month and Year. `parse` is called with three texts and gives the date; a mistake of it may name
    `parts` ("day", "month", "year"), the boxes to mark. Gives None for an empty field.

    `autocomplete` is "bday" for one's own date of birth.
    """

    def __init__(self, *, label: str, autocomplete: str = "", **options: Unpack[Options]) -> None:
        super().__init__(
            label=label,
            look=look_from(options, component="date", autocomplete=autocomplete),
            missing=enter(label),
            options=options,
            widget=DateBoxes(),
        )

    def clean(self, value: Any) -> Any:
        boxes = value if isinstance(value, Boxes) else Boxes()
        if not any(boxes):
            if self.required:
                raise FieldMistakeError(str(self.error_messages["required"]))
            return None
        return parsed(self.parse or self._real_date, *boxes)

    def prepare_value(self, value: Any) -> Boxes:
        """A date, or what was typed, as the boxes show it."""
        if isinstance(value, dt.date):
            return Boxes(str(value.day), str(value.month), str(value.year))
        return value if isinstance(value, Boxes) else Boxes()

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != self.prepare_value(data)

    def first_part(self, wrong: frozenset[str]) -> str:
        """The first box to put a person on."""
        return next((part for part in PARTS if part in wrong), PARTS[0])

    def _real_date(self, *typed: str) -> dt.date:
        missing = [part for part, text in zip(PARTS, typed, strict=True) if not text]
        if missing:
            parts = _(" and ").join(_part(part) for part in missing)
            raise FieldMistakeError(
                _("{label} must include {parts}").format(label=self.label, parts=parts), missing
            )
        try:
            day, month, year = (int(text) for text in typed)
            return dt.date(year, month, day)
        except (ValueError, OverflowError):
            raise FieldMistakeError(_("{label} must be a real date").format(label=self.label)) from None


def _part(part: str) -> str:
    return {"day": _("a day"), "month": _("a month"), "year": _("a year")}[part]
