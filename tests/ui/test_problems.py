"""The error summary on top of a page."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.html import format_html

from staffpassport.ui.fields import DateField, HiddenField, SelectField, TextField
from staffpassport.ui.forms import Form
from staffpassport.ui.problems import problems
from tests.ui.html import elements, text


class Details(Form):
    name = TextField(label="Name", missing="Enter a name")
    born = DateField(label="Date of birth", required=False)
    colour = SelectField(label="Colour", choices=[("red", "Red")], missing="Choose a colour")
    secret = HiddenField(required=False)


def lines(form: Form) -> list[str]:
    return [problem.html for problem in problems(form)]


def test_each_line_leads_to_its_field_in_the_order_of_the_form() -> None:
    assert lines(Details({})) == [
        '<a href="#id_name">Enter a name</a>',
        '<a href="#id_colour">Choose a colour</a>',
    ]


def test_a_form_not_sent_yet_has_no_problems() -> None:
    assert lines(Details()) == []
    assert problems(None) == []


def test_a_date_leads_to_its_first_wrong_box() -> None:
    form = Details({"name": "Ann", "colour": "red", "born-day": "1", "born-month": "2"})
    assert lines(form) == ['<a href="#id_born-year">Date of birth must include a year</a>']


def test_a_problem_of_the_whole_form_comes_first_and_leads_to_the_first_field() -> None:
    form = Details({"name": "Ann"})
    form.add_error(None, "Nothing fits")
    assert lines(form)[0] == '<a href="#id_name">Nothing fits</a>'


def test_a_problem_of_a_hidden_field_leads_nowhere() -> None:
    form = Details({"name": "Ann", "colour": "red"})
    form.add_error("secret", "The page is out of date")
    assert lines(form) == ["The page is out of date"]


def test_a_link_in_a_sentence_stays_a_link_beside_the_one_to_the_field() -> None:
    form = Details({"name": "Ann", "colour": "red"})
    form.add_error(
        "name", ValidationError(format_html('Stands on the record of <a href="{}">{}</a>', "/1/", "<Ann>"))
    )
    assert lines(form) == ['<a href="#id_name">Stands on the record of</a> <a href="/1/">&lt;Ann&gt;</a>']


def test_sentences_are_escaped() -> None:
    form = Details({"name": "Ann", "colour": "red"})
    form.add_error("name", "Not <b>so</b>")
    assert lines(form) == ['<a href="#id_name">Not &lt;b&gt;so&lt;/b&gt;</a>']


def test_the_page_lists_them_on_top(hr: Client) -> None:
    html = hr.post("/style-guide/", {"email": "known@example.com"}).content.decode()
    summary = html[html.index("nhsuk-error-summary") : html.index("<h1")]
    targets = [link["href"] for link in elements(summary, "a")]
    assert targets[:3] == ["#id_first_name", "#id_email", "/people/1/"]
    assert text(summary[summary.index("<h2") :]).startswith("There is a problem Enter first name")
    ids = {item["id"] for item in elements(html) if item.get("id")}
    assert {target[1:] for target in targets if target.startswith("#")} <= ids
