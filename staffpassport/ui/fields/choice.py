"""Fields of a choice. Choices are (value, text), or (group, [(value, text), …]) for a select."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, Unpack

from django import forms

from staffpassport.ui.fields.base import NhsField, Options, look_from, plainly
from staffpassport.ui.later import later as _

Choices: TypeAlias = Iterable[tuple[Any, Any]]

NOTHING_CHOSEN = _("Choose an option")


class SelectField(NhsField, forms.ChoiceField):
    """A select, "Choose an option" first. With `narrowed_by`, the name of another select of the form, a
    script leaves only the group that has the name of the option chosen there; without script all groups stay.
    """

    def __init__(
        self,
        *,
        label: str,
        choices: Choices,
        narrowed_by: str = "",
        autocomplete: str = "",
        **options: Unpack[Options],
    ) -> None:
        super().__init__(
            label=label,
            look=look_from(options, component="select", narrowed_by=narrowed_by, autocomplete=autocomplete),
            missing=f"Choose {plainly(label)}",
            options=options,
            choices=[("", NOTHING_CHOSEN), *choices],
            error_messages={"invalid_choice": NOT_OFFERED},
        )


class RadiosField(NhsField, forms.ChoiceField):
    """Radios, none chosen unless there is an `initial`. `option_hints` are by the option's value."""

    def __init__(
        self,
        *,
        label: str,
        choices: Choices,
        option_hints: Mapping[str, str] | None = None,
        inline: bool = False,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(
            label=label,
            look=look_from(options, component="radios", option_hints=dict(option_hints or {}), inline=inline),
            missing=_("Choose one of the options"),
            options=options,
            choices=list(choices),
            widget=forms.RadioSelect(),
            error_messages={"invalid_choice": NOT_OFFERED},
        )


class CheckboxesField(NhsField, forms.MultipleChoiceField):
    """Check boxes; gives a list. `small` is for filters."""

    def __init__(
        self,
        *,
        label: str,
        choices: Choices,
        option_hints: Mapping[str, str] | None = None,
        small: bool = False,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(
            label=label,
            look=look_from(
                options, component="checkboxes", option_hints=dict(option_hints or {}), small=small
            ),
            missing=_("Choose at least one of the options"),
            options=options,
            choices=list(choices),
            widget=forms.CheckboxSelectMultiple(),
            error_messages={"invalid_choice": NOT_OFFERED},
        )


NOT_OFFERED = _("Choose one of the options offered")
