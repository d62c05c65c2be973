"""Each field writes its whole component, and cleans what was typed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from staffpassport.ui.fields import (
    CheckboxesField,
    CodeField,
    DateField,
    EmailField,
    FileField,
    HiddenField,
    PasswordField,
    RadiosField,
    SelectField,
    TelephoneField,
    TextField,
    WordsField,
)
from staffpassport.ui.forms import Form, NhsFormMixin
from staffpassport.ui.later import later
from tests.ui.html import element, elements, text

COLOURS = [("red", "Red & hot"), ("blue", "Blue")]


class MistakeError(ValueError):
    def __init__(self, sentence: str, parts: tuple[str, ...] = ()) -> None:
        super().__init__("for the log")
        self.sentence = sentence
        self.parts = parts


def form_of(field: forms.Field, data: dict[str, Any] | None = None, **more: Any) -> Form:
    """A form of one field, `it`."""
    return type("OneField", (Form,), {"it": field})(data, **more)  # type: ignore[no-any-return]


def shown(field: forms.Field, data: dict[str, Any] | None = None) -> str:
    return str(form_of(field, data)["it"])


def refuse(*typed: str) -> str:
    raise MistakeError("That will not do")


FIELDS: list[tuple[Any, dict[str, Any]]] = [
    (TextField, {}),
    (EmailField, {}),
    (TelephoneField, {}),
    (CodeField, {}),
    (PasswordField, {}),
    (WordsField, {"most": 20}),
    (SelectField, {"choices": COLOURS}),
    (RadiosField, {"choices": COLOURS}),
    (CheckboxesField, {"choices": COLOURS}),
    (DateField, {}),
    (FileField, {"accept": [".csv"]}),
]


@pytest.mark.parametrize(("kind", "options"), FIELDS)
def test_a_field_without_an_answer_says_what_is_missing_and_is_described_by_it(
    kind: Any, options: dict[str, Any]
) -> None:
    html = shown(kind(label="The label", hint="The hint", missing="Say it", **options), {})
    assert "nhsuk-form-group--error" in html
    assert text(html).startswith("The label The hint Error: Say it")
    described = next(item["aria-describedby"] for item in elements(html) if item.get("aria-describedby"))
    assert described.split() == ["id_it-hint", "id_it-error"]
    assert element(html, "id_it-error").classes == {"nhsuk-error-message"}


@pytest.mark.parametrize(("kind", "options"), FIELDS)
def test_a_field_not_yet_answered_shows_no_error_and_escapes_its_label(
    kind: Any, options: dict[str, Any]
) -> None:
    html = shown(kind(label="<b>Label</b>", hint="<i>Hint</i>", **options))
    assert "error" not in html
    assert "&lt;b&gt;Label&lt;/b&gt;" in html
    assert "&lt;i&gt;Hint&lt;/i&gt;" in html
    ids = [item["id"] for item in elements(html) if item.get("id")]
    assert len(ids) == len(set(ids))
    labelled = {item["for"] for item in elements(html, "label")}
    controls = {item["id"] for tag in ("input", "select", "textarea") for item in elements(html, tag)}
    assert labelled == controls


@pytest.mark.parametrize(("kind", "options"), FIELDS)
def test_a_field_that_may_stay_empty_may_stay_empty(kind: Any, options: dict[str, Any]) -> None:
    form = form_of(kind(label="Label", required=False, parse=refuse, **options), {})
    assert form.is_valid()
    assert not form.cleaned_data["it"]


def test_what_was_typed_is_shown_again_escaped() -> None:
    html = shown(TextField(label="Name", parse=refuse), {"it": '"><script>'})
    assert element(html, "id_it")["value"] == '"><script>'
    assert "<script>" not in html


def test_parse_gives_the_value_and_its_mistake_gives_the_sentence() -> None:
    form = form_of(TextField(label="Name", parse=str.upper), {"it": " ann "})
    assert form.is_valid()
    assert form.cleaned_data == {"it": "ANN"}
    refused = form_of(TextField(label="Name", parse=refuse), {"it": "x"})
    assert refused.errors == {"it": ["That will not do"]}


def test_a_plain_value_error_is_shown_by_its_own_words() -> None:
    form = form_of(TextField(label="Number", parse=int), {"it": "x"})
    assert form.errors == {"it": ["invalid literal for int() with base 10: 'x'"]}


def test_a_sentence_may_hold_a_link_and_nothing_else_unescaped() -> None:
    def known(typed: str) -> str:
        raise MistakeError(format_html('Known as <a href="/people/1/">{}</a>', "<Ann>"))

    assert '<a href="/people/1/">&lt;Ann&gt;</a>' in shown(TextField(label="Name", parse=known), {"it": "x"})
    assert "&lt;b&gt;" in shown(TextField(label="Name", parse=lambda _: int("<b>")), {"it": "x"})


def test_text_tells_browsers_how_to_help() -> None:
    html = shown(TextField(label="Name", width=20, autocomplete="given-name", inputmode="text"))
    box = element(html, "id_it")
    assert (box["autocomplete"], box["inputmode"], box["spellcheck"]) == ("given-name", "text", "false")
    assert "nhsuk-input--width-20" in box.classes
    assert "required" not in box.attributes


def test_somebody_elses_details_are_not_filled_in_with_ones_own() -> None:
    for field in (TextField(label="Name"), EmailField(), TelephoneField()):
        assert element(shown(field), "id_it")["autocomplete"] == "off"


def test_an_email_address_is_checked_by_django_where_no_rule_is_given() -> None:
    sentence = "Enter an email address in the correct format, like name@example.com"
    assert form_of(EmailField(), {"it": "ann"}).errors == {"it": [sentence]}
    assert form_of(EmailField(), {"it": "ann@example.com"}).is_valid()
    box = element(shown(EmailField(autocomplete="email")), "id_it")
    assert (box["type"], box["autocomplete"], box["autocapitalize"]) == ("email", "email", "none")


def test_a_telephone_number_brings_up_the_keys_of_a_telephone() -> None:
    assert element(shown(TelephoneField()), "id_it")["type"] == "tel"


def test_a_code_forgives_spaces_and_refuses_other_than_six_digits() -> None:
    form = form_of(CodeField(), {"it": "123 4-56"})
    assert form.is_valid()
    assert form.cleaned_data["it"] == "123456"
    for wrong in ("12345", "1234567", "12345a", "１２３４５６"):
        assert form_of(CodeField(), {"it": wrong}).errors == {
            "it": ["The code must be 6 digits, for example 123456"]
        }
    box = element(shown(CodeField()), "id_it")
    assert (box["autocomplete"], box["inputmode"]) == ("one-time-code", "numeric")


def test_a_password_is_never_written_back_nor_trimmed() -> None:
    form = form_of(PasswordField(), {"it": " secret words "})
    assert form.is_valid()
    assert form.cleaned_data["it"] == " secret words "
    assert "secret" not in str(form["it"])
    assert element(form["it"], "id_it")["autocomplete"] == "current-password"
    assert "nhsuk-password-input__toggle" in str(form["it"])


def test_a_select_offers_nothing_chosen_first() -> None:
    options = elements(shown(SelectField(label="Colour", choices=COLOURS)), "option")
    assert [option["value"] for option in options] == ["", "red", "blue"]
    assert not any("selected" in option.attributes and option["value"] for option in options)
    chosen = elements(shown(SelectField(label="Colour", choices=COLOURS), {"it": "blue"}), "option")
    assert [option["value"] for option in chosen if "selected" in option.attributes] == ["blue"]


def test_a_select_has_its_options_in_groups() -> None:
    field = SelectField(label="Role", choices=[("Doctors & co", [("a", "A")]), ("Nurses", [("b", "B")])])
    assert [group["label"] for group in elements(shown(field), "optgroup")] == ["Doctors & co", "Nurses"]
    form = form_of(field, {"it": "b"})
    assert form.is_valid()


def test_a_select_says_which_other_narrows_it() -> None:
    class Roles(Form):
        group = SelectField(label="Group", choices=COLOURS)
        role = SelectField(label="Role", choices=[("Red", [("a", "A")])], narrowed_by="group")

    html = str(Roles(prefix="p")["role"])
    assert element(html, "id_p-role")["data-narrowed-by"] == "id_p-group"


@pytest.mark.parametrize("kind", [SelectField, RadiosField, CheckboxesField])
def test_a_choice_that_is_not_offered_is_refused(kind: Any) -> None:
    typed = ["green"] if kind is CheckboxesField else "green"
    form = form_of(kind(label="Colour", choices=COLOURS), {"it": typed})
    assert form.errors == {"it": ["Choose one of the options offered"]}


def test_radios_have_none_chosen_until_one_is() -> None:
    field = RadiosField(label="Colour", choices=COLOURS, option_hints={"red": "As a rose"})
    assert not any("checked" in item.attributes for item in elements(shown(field), "input"))
    chosen = [
        item["value"]
        for item in elements(shown(field, {"it": "red"}), "input")
        if "checked" in item.attributes
    ]
    assert chosen == ["red"]
    assert "As a rose" in shown(field)


def test_check_boxes_give_a_list_and_keep_what_was_ticked() -> None:
    form = form_of(CheckboxesField(label="Colours", choices=COLOURS, small=True), {"it": ["red", "blue"]})
    assert form.is_valid()
    assert form.cleaned_data["it"] == ["red", "blue"]
    assert all("checked" in item.attributes for item in elements(form["it"], "input"))


def test_a_date_comes_from_three_boxes() -> None:
    form = form_of(DateField(label="Date of birth"), {"it-day": " 15", "it-month": "3", "it-year": "1984"})
    assert form.is_valid()
    assert form.cleaned_data["it"] == dt.date(1984, 3, 15)
    assert [element(form["it"], f"id_it-{part}")["value"] for part in ("day", "month", "year")] == [
        "15",
        "3",
        "1984",
    ]


def test_a_date_marks_the_boxes_that_are_wrong_and_no_others() -> None:
    def in_the_future(day: str, month: str, year: str) -> dt.date:
        raise MistakeError("The year must be in the past", parts=("year",))

    html = shown(
        DateField(label="Date", parse=in_the_future), {"it-day": "1", "it-month": "2", "it-year": "2099"}
    )
    wrong = {
        part
        for part in ("day", "month", "year")
        if "nhsuk-input--error" in element(html, f"id_it-{part}").classes
    }
    assert wrong == {"year"}


def test_a_date_marks_all_boxes_where_the_whole_is_wrong() -> None:
    html = shown(DateField(label="Date"), {"it-day": "31", "it-month": "2", "it-year": "1999"})
    assert "Date must be a real date" in html
    assert html.count("nhsuk-input--error") == 3


def test_a_date_says_which_part_is_missing() -> None:
    form = form_of(DateField(label="Date"), {"it-day": "31", "it-year": "1999"})
    assert form.errors == {"it": ["Date must include a month"]}


def test_a_date_known_already_fills_the_boxes() -> None:
    html = str(form_of(DateField(label="Date"), initial={"it": dt.date(1984, 3, 15)})["it"])
    assert element(html, "id_it-month")["value"] == "3"


def test_ones_own_date_of_birth_can_be_filled_in_by_the_browser() -> None:
    html = shown(DateField(label="Date of birth", autocomplete="bday"))
    assert element(html, "id_it-year")["autocomplete"] == "bday-year"


def test_a_hidden_field_is_only_a_value() -> None:
    html = str(form_of(HiddenField(), initial={"it": "<1>"})["it"])
    assert html == '<input type="hidden" name="it" value="&lt;1&gt;" id="id_it">'


@pytest.mark.parametrize("typed", [None, {"it": ""}])
@pytest.mark.parametrize("caption", ["Colours", later("Colours")])
def test_a_label_can_be_the_pages_heading(caption: str, typed: dict[str, str] | None) -> None:
    field = RadiosField(label="Which?", choices=COLOURS, page_heading=True, label_size="l", caption=caption)
    html = str(form_of(field, typed)["it"])
    assert len(elements(html, "h1")) == 1
    assert "Colours" in html


def test_fields_of_others_are_shown_by_the_component_of_their_widget() -> None:
    class TheirForm(forms.Form):
        login = forms.EmailField(
            label="Login", help_text="Yours", widget=forms.EmailInput({"autocomplete": "email"})
        )
        password = forms.CharField(widget=forms.PasswordInput)
        remember = forms.BooleanField(label="Stay", required=False)
        colour = forms.ChoiceField(choices=COLOURS)
        colours = forms.MultipleChoiceField(choices=COLOURS, widget=forms.CheckboxSelectMultiple)
        one = forms.ChoiceField(choices=COLOURS, widget=forms.RadioSelect)
        next = forms.CharField(widget=forms.HiddenInput)

    class OurForm(NhsFormMixin, TheirForm):
        pass

    form = OurForm()
    assert element(form["login"], "id_login")["autocomplete"] == "email"
    assert "nhsuk-password-input" in str(form["password"])
    assert "nhsuk-checkboxes__input" in str(form["remember"])
    assert "nhsuk-select" in str(form["colour"])
    assert "nhsuk-checkboxes" in str(form["colours"])
    assert "nhsuk-radios" in str(form["one"])
    assert element(form["next"], "id_next")["type"] == "hidden"


def test_an_error_added_later_is_shown_like_any_other() -> None:
    form = form_of(TextField(label="Name"), {"it": "x"})
    assert form.is_valid()
    form.add_error("it", ValidationError("Too late"))
    form.add_error("it", "Twice")
    assert "Too late<br>Twice" in str(form["it"])


def test_words_are_one_line_and_bounded() -> None:
    field = WordsField(label="Reason (optional)", most=9, required=False)
    assert field.clean(" two\r\nlines ") == "two lines"
    with pytest.raises(ValidationError, match="Reason must be 9 characters or less"):
        field.clean("ten letter")
    assert '<textarea class="nhsuk-textarea" id="id_it" name="it" rows="4"' in shown(field)
