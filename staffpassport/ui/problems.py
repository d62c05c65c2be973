"""What is wrong with the forms of a page, as the error summary on top of it lists it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm, BoundField
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

_LINK = re.compile(r"<a\b.*?</a>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the error summary, as HTML with its link to the field."""

    html: SafeString


def problems(*forms: BaseForm | None) -> list[Problem]:
    """All problems of these forms, those of a whole form first, then in the order of the fields."""
    return [problem for form in forms if form and form.is_bound for problem in _of_form(form)]


def focus_id(bound: BoundField) -> str:
    """The id of the control to put a person on who follows the link to a field."""
    return getattr(bound, "focus_id", "") or bound.auto_id


def _of_form(form: BaseForm) -> list[Problem]:
    errors = form.errors
    found = []
    if NON_FIELD_ERRORS in errors:
        first = next((focus_id(bound) for bound in form.visible_fields()), "")
        found += [Problem(_linked(str(sentence), first)) for sentence in errors[NON_FIELD_ERRORS]]
    for name in form.fields:
        if name in errors:
            bound = form[name]
            target = "" if bound.is_hidden else focus_id(bound)
            found += [Problem(_linked(str(sentence), target)) for sentence in errors[name]]
    return found


def _linked(sentence: str, target: str) -> SafeString:
    """The sentence as a link to its field. A link inside the sentence stays a link of its own, since links do
    not nest.
    """
    html = conditional_escape(sentence)
    inner = _LINK.search(html)
    before, after = (html[: inner.start()], html[inner.start() :]) if inner else (html, "")
    if not target or not before.strip():
        return html
    words = before.rstrip()
    # Both halves were escaped, or marked as safe by whoever wrote the sentence.
    return format_html(
        '<a href="#{}">{}</a>{}{}',
        target,
        mark_safe(words),  # noqa: S308
        " " if words != before else "",
        mark_safe(after),  # noqa: S308
    )
