"""The steps of inviting many with a file, for the journeys that take them. The test is the worker."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, expect

from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.uploads import duties
from staffpassport.uploads.models import Upload
from staffpassport.uploads.views.beginning import upload_address
from tests.browser.journey import Journey
from tests.making import COHORT
from tests.uploads.lists import as_csv, person

MANY = "One or more passports using a CSV file"
COHORT_QUESTION = "Are you creating passports for new or current employees?"
UPLOAD = "Create passports using a file"
CHECKING = "Checking your file"
REFUSED = "Your file could not be read"
DUPLICATES = "Duplicated accounts identified"
CONFIRM = "Confirm the uploads and send invitations"
UPLOADS = "Uploads"
YES = "Yes, upload records and send invitation"
NO = "No, go back to file upload"
# As long as names of files get, and nowhere to break.
LONG_NAME = "Rotational_trainees_August_2026_FINAL_v3_checked_by_HR_and_medical_staffing_do_not_edit.csv"
UNANSWERED = "Select yes if you want to upload the records and send the invitations"

NAMES = ("Aoife", "Bryn", "Chidi", "Dilys", "Eleri", "Femi", "Gwen", "Hamza")


def starters(number: int) -> list[list[str]]:
    """People of different names, who can all be invited."""
    return [person(first_name=name) for name in NAMES[:number]]


def choose_cohort(journey: Journey) -> None:
    journey.choose(
        Staff_group="Medical and Dental",
        Employment_type="Permanent or fixed term",
        Employment_status="New starter",
    )
    journey.press("Continue")


def open_upload(journey: Journey) -> None:
    """To the upload page, past the question and the cohort."""
    journey.open(upload_address(COHORT))
    journey.is_on(UPLOAD)


def send(journey: Journey, content: bytes | Sequence[Sequence[str]], name: str = "starters.csv") -> None:
    """Chooses a file with the control of the page we are on, and uploads it."""
    raw = content if isinstance(content, bytes) else as_csv(content)
    control = journey.page.locator("input[type=file]")
    control.set_input_files({"name": name, "mimeType": "text/csv", "buffer": raw})
    journey.press("Upload")
    journey.is_on(CHECKING)


def review(journey: Journey, content: bytes | Sequence[Sequence[str]], name: str = "starters.csv") -> None:
    """From nowhere to the first page of the review of a list."""
    open_upload(journey)
    send(journey, content, name)
    check()
    comes(journey)


def confirm(journey: Journey, answer: str = YES) -> None:
    journey.page.get_by_label(answer).check()
    journey.press("Continue")


def check() -> None:
    """What a worker does with a file that has come."""
    assert duties.check_one()


def comes(journey: Journey) -> None:
    """Waits until the page that waits for the worker has moved on by itself."""
    expect(journey.page).not_to_have_title(re.compile(CHECKING))
    journey.page.wait_for_load_state()


def shows_file_problem(journey: Journey, heading: str, sentence: str) -> None:
    """The page says at its file control what is wrong, and the summary leads there."""
    journey.shows(heading)
    expect(journey.page).to_have_title(re.compile("^Error: "))
    expect(journey.page.locator(".nhsuk-error-message")).to_contain_text(sentence)
    summary = journey.page.locator(".nhsuk-error-summary")
    expect(summary.get_by_role("listitem")).to_have_text([sentence])
    summary.get_by_role("link").click()
    expect(journey.page.locator(".nhsuk-file-upload__drop-button")).to_be_focused()


def row(journey: Journey, name: str) -> Locator:
    """The row of a table that begins with these words."""
    heading = journey.page.get_by_role("rowheader", name=name)
    return journey.page.get_by_role("row").filter(has=heading)


def figures(journey: Journey) -> dict[str, str]:
    """The questions and answers of a page, as a person reads them."""
    rows = journey.page.locator(".nhsuk-summary-list__row")
    return {
        found.locator("dt").inner_text(): found.locator(".nhsuk-summary-list__value").inner_text()
        for found in rows.all()
    }


def invited(trust: Organisation) -> int:
    return StaffPassport.objects.of(trust).count()


def latest(trust: Organisation) -> Upload:
    """The upload that came last."""
    found: Upload = Upload.objects.of(trust).latest("pk")
    return found
