"""The look and its small scripts in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect

from tests.browser.journey import assert_no_violations, leave_by

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
# A window of 1280 pixels at 400 %.
ZOOMED = {"width": 320, "height": 256}

PAGES = [
    "/style-guide/",
    "/list/?open=1",
    "/check/",
    "/question/",
    "/sign-in/",
    "/upload/",
    "/progress/",
    "/done/",
    "/",
    "/nowhere/",
    "/refuses/",
]
FORMS = ["/style-guide/", "/question/", "/sign-in/", "/upload/"]

# WCAG 2.2, AA: at least 24 by 24 pixels, links inside a sentence excepted.
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, summary, select, input:not([type=hidden])")]
  .filter(item => item.checkVisibility())
  .filter(item => !item.closest("p, dd, td, th, footer li, .nhsuk-error-summary, .nhsuk-skip-link"))
  .filter(item => !(item.type === "checkbox" || item.type === "radio"))
  .filter(item => { const box = item.getBoundingClientRect(); return box.height < 24 || box.width < 24 })
  .map(item => item.outerHTML)"""

OVERFLOWING = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def complaints(hr_page: Page) -> Iterator[list[str]]:
    """What the browser refuses or a script breaks at: none is expected, policies included."""
    heard: list[str] = []
    hr_page.on("pageerror", lambda error: heard.append(str(error)))
    hr_page.on("console", lambda line: heard.append(line.text))
    yield heard
    assert [line for line in heard if "Failed to load resource: the server responded" not in line] == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_accessibility_baseline_is_met(
    hr_page: Page, address: str, path: str, size: dict[str, int], complaints: list[str]
) -> None:
    hr_page.set_viewport_size({"width": size["width"], "height": size["height"]})
    hr_page.goto(address + path)
    baseline(hr_page)


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_accessibility_baseline_is_met_with_errors(
    hr_page: Page, address: str, path: str, size: dict[str, int], complaints: list[str]
) -> None:
    hr_page.set_viewport_size({"width": size["width"], "height": size["height"]})
    hr_page.goto(address + path)
    send(hr_page)
    expect(hr_page.locator(".nhsuk-error-summary")).to_be_focused()
    baseline(hr_page)


def send(page: Page) -> None:
    """Sends the form of the page as it stands."""
    leave_by(page.locator("main button[type=submit]"))


def baseline(page: Page) -> None:
    assert_no_violations(page)
    assert page.evaluate(SMALL_TARGETS) == []
    assert not page.evaluate(OVERFLOWING)


@pytest.mark.parametrize("path", PAGES)
def test_pages_work_at_400_percent(hr_page: Page, address: str, path: str) -> None:
    hr_page.set_viewport_size({"width": ZOOMED["width"], "height": ZOOMED["height"]})
    hr_page.goto(address + path)
    assert not hr_page.evaluate(OVERFLOWING)


@pytest.mark.parametrize("path", ["/style-guide/", "/list/?open=1"])
def test_the_focus_can_be_seen_wherever_it_goes(hr_page: Page, address: str, path: str) -> None:
    hr_page.goto(address + path)
    seen: set[str] = set()
    for _ in range(60):
        hr_page.keyboard.press("Tab")
        where = hr_page.evaluate(
            """() => { const item = document.activeElement
              if (item === document.body) return null
              const on = item.matches("[type=checkbox], [type=radio]") ? item.nextElementSibling : item
              const plain = ["outlineStyle", "boxShadow", "backgroundColor"]
              const style = (pseudo) => plain.map(name => getComputedStyle(on, pseudo)[name]).join("|")
              const focused = style() + style("::before")
              item.blur(); const blurred = style() + style("::before"); item.focus()
              return [item.outerHTML.slice(0, 120), focused !== blurred] }"""
        )
        if where is None:
            break
        html, visible = where
        assert visible, html
        seen.add(html)
    assert len(seen) > 15


def test_a_line_of_the_error_summary_puts_one_on_its_field(hr_page: Page, address: str) -> None:
    hr_page.goto(f"{address}/style-guide/")
    hr_page.fill("#id_date_of_birth-day", "1")
    send(hr_page)
    for sentence, control in [
        ("Date of birth must include a month and a year", "#id_date_of_birth-month"),
        ("Choose staff group", "#id_staff_group"),
        ("Choose one of the options", "#id_kind"),
        ("Enter the 6-digit code", "#id_code"),
    ]:
        hr_page.locator(".nhsuk-error-summary").get_by_role("link", name=sentence, exact=True).click()
        expect(hr_page.locator(control)).to_be_focused()


def test_a_success_is_told_where_the_focus_is(hr_page: Page, address: str) -> None:
    hr_page.goto(f"{address}/people/")
    leave_by(hr_page.get_by_role("button", name="Send"))
    expect(hr_page.locator(".nhsuk-notification-banner--success")).to_be_focused()


def test_a_form_says_from_which_host_it_comes_and_not_from_which_page(hr_page: Page, address: str) -> None:
    hr_page.goto(f"{address}/people/")
    with hr_page.expect_request(lambda request: request.method == "POST") as sent:
        leave_by(hr_page.get_by_role("button", name="Send"))
    headers = sent.value.all_headers()
    assert headers["origin"] == address
    assert headers["referer"] == f"{address}/"
    expect(hr_page.get_by_text("The invitation has been sent.")).to_be_visible()


def test_a_form_of_another_site_is_refused(hr_page: Page, address: str) -> None:
    hr_page.goto("data:text/html," + f"<form method=post action='{address}/'><button>Go</button></form>")
    leave_by(hr_page.get_by_role("button", name="Go"))
    expect(hr_page.get_by_role("heading", level=1)).to_have_text("Sorry, that page was out of date")


def test_job_roles_are_those_of_the_staff_group(hr_page: Page, address: str) -> None:
    hr_page.goto(f"{address}/style-guide/")
    roles = hr_page.locator("#id_job_role")
    expect(roles.locator("option")).to_have_count(7)
    hr_page.select_option("#id_staff_group", "Medical and Dental")
    expect(roles.locator("option")).to_have_text(["Choose an option", "Consultant", "Foundation Year 1"])
    roles.select_option("Consultant")
    hr_page.select_option("#id_staff_group", "Nursing and Midwifery Registered")
    assert roles.input_value() == ""
    expect(roles.locator("option")).to_have_text(["Choose an option", "Midwife", "Staff Nurse"])


def test_a_choice_that_still_fits_stays_after_an_error(hr_page: Page, address: str) -> None:
    hr_page.goto(f"{address}/style-guide/")
    hr_page.select_option("#id_staff_group", "Medical and Dental")
    hr_page.select_option("#id_job_role", "Consultant")
    send(hr_page)
    assert hr_page.locator("#id_job_role").input_value() == "Consultant"
    expect(hr_page.locator("#id_job_role option")).to_have_count(3)


def test_a_password_can_be_shown(hr_page: Page, address: str) -> None:
    hr_page.goto(f"{address}/sign-in/")
    hr_page.fill("#id_password", "three random words")
    hr_page.get_by_role("button", name="Show password").click()
    expect(hr_page.locator("#id_password")).to_have_attribute("type", "text")


def a_file(size: int) -> FilePayload:
    return {"name": "Staff, Zoë.csv", "mimeType": "text/csv", "buffer": b"x" * size}


def test_a_file_is_chosen_named_and_sent(hr_page: Page, address: str, complaints: list[str]) -> None:
    hr_page.goto(f"{address}/upload/")
    hr_page.locator("input[type=file]").set_input_files(a_file(9))
    expect(hr_page.locator(".nhsuk-file-upload")).to_contain_text("Staff, Zoë.csv")
    leave_by(hr_page.get_by_role("button", name="Upload", exact=True))
    expect(hr_page.get_by_text("Staff, Zoë.csv, 9 bytes")).to_be_visible()


def test_a_file_that_is_far_too_big_gets_a_sentence_and_no_broken_connection(
    hr_page: Page, address: str, tmp_path: Path
) -> None:
    far_too_big = tmp_path / "Staff.csv"
    far_too_big.write_bytes(b"x" * (40 * 1024 * 1024))
    hr_page.goto(f"{address}/upload/")
    hr_page.locator("input[type=file]").set_input_files(far_too_big)
    leave_by(hr_page.get_by_role("button", name="Upload", exact=True))
    hr_page.locator(".nhsuk-error-summary").get_by_role(
        "link", name="The file must be smaller than 4MB"
    ).click()
    expect(hr_page.locator("#id_file")).to_be_focused()


@pytest.fixture
def without_script(browser: Browser, address: str) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "who", "value": "hr", "url": address}])
    yield context.new_page()
    context.close()


def test_everything_works_without_script(without_script: Page, address: str) -> None:
    page = without_script
    page.goto(f"{address}/style-guide/")
    page.select_option("#id_staff_group", "Medical and Dental")
    page.select_option("#id_job_role", "Midwife")
    expect(page.get_by_role("button", name="Show password")).to_be_hidden()
    send(page)
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.goto(f"{address}/upload/")
    page.get_by_label("Upload a file").set_input_files(a_file(9))
    leave_by(page.get_by_role("button", name="Upload", exact=True))
    expect(page.get_by_text("Staff, Zoë.csv, 9 bytes")).to_be_visible()
    page.goto(f"{address}/list/")
    page.get_by_text("Show filters").click()
    page.get_by_label("New starter").check()
    leave_by(page.get_by_role("button", name="Apply filters"))
    assert "employment_status=new" in page.url
    leave_by(page.get_by_role("button", name="Log out"))
    expect(page.get_by_text("The invitation has been sent.")).to_be_visible()
