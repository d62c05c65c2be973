"""The steps of inviting one person, for the journeys that take them."""

from __future__ import annotations

from tests.browser.journey import Journey

LIST = "Identity and access"
QUESTION = "Create new staff passports"
FORM = "Create single staff passport"
INVITE = "Invite staff to Digital Staff Passport"
ONE = "A single passport using a form"
YES = "Yes, create this passport"
NO = "No, go back and change information"

ANSWERS = {
    "First name": "Siobhán",
    "Last name": "Ó Briain",
    "Day": "15",
    "Month": "3",
    "Year": "1984",
    "Email address": "siobhan@example.com",
    "Telephone number": "07700 900501",
    "Staff group": "Medical and Dental",
    "Job role": "Consultant",
    "Employment type": "Permanent or fixed term",
    "Employment status": "New starter",
    "Oriel PIN": "AB12cd",
    "ESR assignment number": "20123456-2",
}
CHOSEN = {"Staff group", "Job role", "Employment type", "Employment status"}


def answer(journey: Journey, **other: str) -> None:
    """Fills in the form: ANSWERS, but for those given (`Last_name="Byrne"`)."""
    given = {label.replace("_", " "): value for label, value in other.items()}
    for label, value in {**ANSWERS, **given}.items():
        field = journey.field(label)
        if label in CHOSEN:
            field.select_option(label=value)
        else:
            field.fill(value)


def answers_in(journey: Journey) -> dict[str, str]:
    """What stands in the form now, as a person reads it."""
    return {
        label: str(
            journey.field(label).evaluate(
                "field => field.tagName === 'SELECT' ? field.selectedOptions[0].text : field.value"
            )
        )
        for label in ANSWERS
    }


def read_back(journey: Journey) -> dict[str, str]:
    """The answers of the check page."""
    rows = journey.page.locator(".nhsuk-summary-list__row")
    return {
        row.locator("dt").inner_text(): row.locator(".nhsuk-summary-list__value").inner_text()
        for row in rows.all()
    }


def go_to_check(journey: Journey, **other: str) -> None:
    """From nowhere to the check page of a person."""
    journey.open("/people/invite/one")
    answer(journey, **other)
    journey.press("Continue")
    journey.says("Check the details")


def confirm(journey: Journey) -> None:
    journey.page.get_by_label(YES).check()
    journey.press("Continue")
