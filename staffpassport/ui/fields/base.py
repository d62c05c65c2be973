"""What all fields have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypedDict

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext

from staffpassport.ui.bound import Look


class Options(TypedDict, total=False):
    """What every field takes besides its label.

    `hint` may be safe HTML; `missing` is the sentence for a required field left empty; the last three are
    Look's.
    """

    hint: str
    required: bool
    missing: str
    parse: Callable[..., Any]
    initial: Any
    label_size: str
    page_heading: bool
    caption: str


class FieldMistakeError(ValidationError):
    """A ValidationError that can say which boxes of a field are wrong. A safe sentence keeps its links."""

    def __init__(self, sentence: str, parts: Iterable[str] = ()) -> None:
        super().__init__(sentence, code="mistake")
        self.parts = frozenset(parts)


class NhsField(forms.Field):
    """Mixed in before one of Django's field classes."""

    def __init__(self, *, label: str, look: Look, missing: str, options: Options, **more: Any) -> None:
        self.parse = options.get("parse")
        self.look = look
        super().__init__(
            label=label,
            help_text=options.get("hint", ""),
            required=options.get("required", True),
            initial=options.get("initial"),
            error_messages={"required": options.get("missing") or missing, **more.pop("error_messages", {})},
            **more,
        )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.parse is None or cleaned in self.empty_values:
            return cleaned
        return parsed(self.parse, cleaned)


def parsed(parse: Callable[..., Any], *typed: Any) -> Any:
    """What `parse` makes of it. Raises FieldMistakeError with the sentence of its ValueError."""
    try:
        return parse(*typed)
    except ValueError as mistake:
        raise FieldMistakeError(_in_words(mistake), getattr(mistake, "parts", None) or ()) from mistake


def _in_words(mistake: ValueError) -> str:
    """A rule that knows no Django says a `template` and its `facts`, which are translated here."""
    template = getattr(mistake, "template", None)
    if template is None:
        return getattr(mistake, "sentence", None) or str(mistake)
    facts = getattr(mistake, "facts", {})
    return gettext(template).format(**{name: gettext(fact) for name, fact in facts.items()})


def enter(label: str) -> str:
    """The sentence for an empty field, put together when it is shown: "Enter your name"."""
    return lazy(lambda: gettext("Enter {what}").format(what=plainly(str(label))), str)()


def plainly(label: str) -> str:
    """A label inside a sentence: `Email address (optional)` → `email address`; `ESR number` keeps its
    capitals.
    """
    words = label.removesuffix(" (optional)")
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def look_from(options: Options, **more: Any) -> Look:
    """The look of a field of these options."""
    return Look(
        label_size=options.get("label_size", "s"),
        page_heading=options.get("page_heading", False),
        caption=options.get("caption", ""),
        **more,
    )
