"""A field of a form that writes itself as its whole NHS component: label, hint, error message and control."""

from __future__ import annotations

from dataclasses import dataclass, field

from django import forms
from django.utils.safestring import SafeString

from staffpassport.ui import components


@dataclass(frozen=True, slots=True)
class Look:
    """How a field shows itself.

    `label_size` is s, m, l or xl; `page_heading` makes the label (or legend) the page's h1, with `caption`
    above it; `width` is the number of characters that a text box has room for: 2, 3, 4, 5, 10, 20 or 30;
    `option_hints` are by the option's value; `narrowed_by` names the select whose choice narrows this one's
    groups; `accept` is the kinds of files that a browser offers first.
    """

    component: str = ""
    label_size: str = "s"
    page_heading: bool = False
    caption: str = ""
    width: int | None = None
    autocomplete: str = ""
    inputmode: str = ""
    narrowed_by: str = ""
    accept: str = ""
    small: bool = False
    inline: bool = False
    option_hints: dict[str, str] = field(default_factory=dict)


class NhsBoundField(forms.BoundField):
    """`{{ form.email }}` gives the component. Works for Django's own fields too, chosen by their widget."""

    @property
    def look(self) -> Look:
        """The field's look, or one read off the widget of a field that is not ours."""
        own = getattr(self.field, "look", None)
        if isinstance(own, Look):
            return own
        attributes = self.field.widget.attrs
        return Look(
            autocomplete=str(attributes.get("autocomplete", "")),
            inputmode=str(attributes.get("inputmode", "")),
        )

    @property
    def wrong_parts(self) -> frozenset[str]:
        """Which boxes of a field with several are wrong; none are named if the mistake is of the whole."""
        mistakes = self.form.errors.as_data().get(self.name, []) if self.form.is_bound else []
        return frozenset(part for mistake in mistakes for part in getattr(mistake, "parts", ()))

    @property
    def focus_id(self) -> str:
        """The id of the first control, or of the first wrong one."""
        first_part = getattr(self.field, "first_part", None)
        return f"{self.auto_id}-{first_part(self.wrong_parts)}" if first_part else self.auto_id

    def __str__(self) -> SafeString:
        return components.html_of(self)

    # Jinja asks for this one, and Django has set it to its own __str__.
    __html__ = __str__
