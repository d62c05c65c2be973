"""Which NHS component shows which field, and what the component is told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from staffpassport.ui.environment import INDENTATION, macro, nhs

if TYPE_CHECKING:
    from staffpassport.ui.bound import NhsBoundField

Params: TypeAlias = dict[str, Any]


def html_of(bound: NhsBoundField) -> SafeString:
    """The whole component of a field."""
    return mark_safe(_COMPONENTS[_component(bound)](bound))  # noqa: S308  # made by macros, which escape


def _component(bound: NhsBoundField) -> str:
    if bound.look.component:
        return bound.look.component
    for widget, component in _BY_WIDGET:
        if isinstance(bound.field.widget, widget):
            return component
    return "input"


_BY_WIDGET: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.HiddenInput, "hidden"),
    (forms.Textarea, "textarea"),
    (forms.PasswordInput, "password"),
    (forms.FileInput, "file"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
)


def _common(bound: NhsBoundField) -> Params:
    """Label, hint and error message, which all components take."""
    look = bound.look
    label: Params = {"text": bound.label, "size": look.label_size or None, "isPageHeading": look.page_heading}
    if look.caption:
        label["caption"] = str(
            look.caption
        )  # the component passes over a text that is still to be translated
    return {
        "label": _present(label),
        "hint": {"html": conditional_escape(bound.help_text)} if bound.help_text else None,
        "errorMessage": _error(str(sentence) for sentence in bound.errors),
        "name": bound.html_name,
    }


def _error(errors: Iterable[str]) -> Params | None:
    sentences = [conditional_escape(sentence) for sentence in errors]
    if not sentences:
        return None
    html = mark_safe("<br>".join(sentences))  # noqa: S308  # escaped above
    return {"html": html, "visuallyHiddenText": _("Error")}


def _fieldset(bound: NhsBoundField) -> Params:
    """The same for components of several controls, whose label is the legend of a fieldset."""
    common = _common(bound)
    return {**common, "fieldset": {"legend": common.pop("label")}}


def _present(params: Params) -> Params:
    """Without what was not set: the macros tell "not given" from None."""
    return {name: value for name, value in params.items() if value not in (None, "")}


def _input(bound: NhsBoundField) -> str:
    look = bound.look
    params = {
        **_common(bound),
        "id": bound.auto_id,
        "type": getattr(bound.field.widget, "input_type", "text"),
        "value": _text(bound.value()),
        "width": look.width,
        "autocomplete": look.autocomplete,
        "inputmode": look.inputmode,
        "spellcheck": False,
        "autocapitalize": "none" if look.component in ("email", "code") else None,
        "code": look.component == "code" or None,
    }
    return nhs("input", "input", _present(params))


def _textarea(bound: NhsBoundField) -> str:
    """Several lines; `width` is their number."""
    params = {
        **_common(bound),
        "id": bound.auto_id,
        "value": _text(bound.value()),
        "rows": bound.look.width,
        "autocomplete": bound.look.autocomplete,
    }
    return nhs("textarea", "textarea", _present(params))


def _password(bound: NhsBoundField) -> str:
    params = {
        **_common(bound),
        "id": bound.auto_id,
        "autocomplete": bound.look.autocomplete,
        "showPasswordText": _("Show"),
        "hidePasswordText": _("Hide"),
        "showPasswordAriaLabelText": _("Show password"),
        "hidePasswordAriaLabelText": _("Hide password"),
        "passwordShownAnnouncementText": _("Your password is visible"),
        "passwordHiddenAnnouncementText": _("Your password is hidden"),
    }
    return nhs("password-input", "passwordInput", _present(params))


def _select(bound: NhsBoundField) -> str:
    look = bound.look
    chosen = _text(bound.value())
    narrowing = bound.form[look.narrowed_by].auto_id if look.narrowed_by else ""
    return macro("ui/select.jinja", "select")(
        {
            **_common(bound),
            "id": bound.auto_id,
            "groups": _groups(bound.field, chosen),
            "narrowed_by": narrowing,
            "autocomplete": look.autocomplete,
        }
    )


def _groups(field: forms.Field, chosen: str) -> list[Params]:
    """The options under their group's name; options without a group under an empty one."""
    groups: list[Params] = []
    for value, content in getattr(field, "choices", ()):
        grouped = isinstance(content, list | tuple)
        name = str(value) if grouped else ""
        if not groups or grouped or groups[-1]["name"] != name:
            groups.append({"name": name, "options": []})
        for option, text in content if grouped else [(value, content)]:
            groups[-1]["options"].append({"value": option, "text": text, "selected": _text(option) == chosen})
    return groups


def _radios(bound: NhsBoundField) -> str:
    return _of_options("radios", bound, {_text(bound.value())} - {""})


def _checkboxes(bound: NhsBoundField) -> str:
    return _of_options("checkboxes", bound, {_text(value) for value in bound.value() or ()})


def _of_options(component: str, bound: NhsBoundField, chosen: set[str]) -> str:
    params = _options(bound, chosen)
    if bound.errors:
        return nhs(component, component, params)
    return _remembered(component, json.dumps(params, default=str))


@lru_cache(maxsize=500)
def _remembered(component: str, params: str) -> str:
    """The filters of a list are the dearest part of its page, and the same for everybody. Options only: nothing
    that anybody typed is kept.
    """
    return INDENTATION.sub("", nhs(component, component, json.loads(params)))


def _options(bound: NhsBoundField, chosen: set[str]) -> Params:
    look = bound.look
    items = []
    for value, text in getattr(bound.field, "choices", ()):
        item = {"value": _text(value), "text": text, "checked": _text(value) in chosen}
        if hint := look.option_hints.get(str(value)):
            item["hint"] = {"text": hint}
        items.append(item)
    return _present(
        {
            **_fieldset(bound),
            "idPrefix": bound.auto_id,
            "items": items,
            "small": look.small or None,
            "inline": look.inline or None,
        }
    )


def _checkbox(bound: NhsBoundField) -> str:
    """A single check box: its label stands beside it, so there is no fieldset."""
    common = _common(bound)
    label = common.pop("label")
    item = {"value": "on", "text": label["text"], "checked": bool(bound.value())}
    return nhs("checkboxes", "checkboxes", _present({**common, "idPrefix": bound.auto_id, "items": [item]}))


def _date(bound: NhsBoundField) -> str:
    look, wrong, boxes = bound.look, bound.wrong_parts, bound.value()
    items = [
        _present(
            {
                "id": f"{bound.auto_id}-{part}",
                "name": f"{bound.html_name}-{part}",
                "label": words,
                "value": getattr(boxes, part, ""),
                "width": 4 if part == "year" else 2,
                "autocomplete": "bday-" + part if look.autocomplete == "bday" else look.autocomplete,
                "error": part in wrong if wrong else None,
            }
        )
        for part, words in (("day", _("Day")), ("month", _("Month")), ("year", _("Year")))
    ]
    return nhs("date-input", "dateInput", _present({**_fieldset(bound), "id": bound.auto_id, "items": items}))


def _file(bound: NhsBoundField) -> str:
    """With script a place to drop a file on; without, the browser's own control."""
    accept = {"attributes": {"accept": bound.look.accept}} if bound.look.accept else {}
    return nhs("file-upload", "fileUpload", _present({**_common(bound), "id": bound.auto_id, **accept}))


def _hidden(bound: NhsBoundField) -> str:
    return str(bound.as_hidden())


def _text(value: object) -> str:
    return "" if value is None else str(value)


_COMPONENTS = {
    "input": _input,
    "email": _input,
    "code": _input,
    "textarea": _textarea,
    "password": _password,
    "select": _select,
    "radios": _radios,
    "checkboxes": _checkboxes,
    "checkbox": _checkbox,
    "date": _date,
    "file": _file,
    "hidden": _hidden,
}
